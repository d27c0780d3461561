"""A serious reaction at minute 12: from the chair to the province, the session stopped and the lot set aside."""

from __future__ import annotations

import pytest
from django.db import connections
from playwright.sync_api import expect

from lachan.immunization.models import Lot, LotStatus, ReactionCase, Session
from tests.web.board_days import LOT, Day

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _connections_end_with_their_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


def test_a_serious_reaction_at_minute_12(site: str, story_station: int, sign_in: SignIn) -> None:
    day = Day(story_station)
    day.ready(3)
    day.inject(0, minutes_ago=12)
    day.inject(1, minutes_ago=5)

    # the head of the station is at the observation desk
    head = sign_in("head")
    head.set_default_timeout(15_000)
    head.goto(day.path)
    head.locator(f"[data-person='{day.people[0]}'] .board-card-name").click()
    desk = head.locator("#desk[open]")
    expect(desk).to_be_visible()
    expect(desk.locator(".board-serious")).to_be_hidden()
    desk.get_by_label("Nặng", exact=True).check()
    expect(desk.locator(".board-serious")).to_be_visible()
    desk.get_by_label("Phản vệ", exact=True).check()
    desk.get_by_label("Đe dọa tính mạng").check()
    desk.get_by_label("Đã xử trí").fill("Adrenaline 0,5 mg tiêm bắp")
    desk.get_by_role("button", name="Ghi nhận phản ứng").click()

    # the case is open with its clock; the board is still there, and the person on top of the column
    expect(desk.get_by_text("Đã mở ca")).to_be_visible()
    case = ReactionCase.objects.get()
    assert (case.serious, case.seriousness, case.lot_number) == (True, ["life_threatening"], LOT)
    assert case.due_at is not None
    desk.get_by_role("button", name="Báo cáo tỉnh").click()
    expect(desk.get_by_role("button", name="Đã báo cáo tỉnh")).to_be_disabled()
    desk.locator("summary", has_text="Dừng buổi tiêm").click()
    desk.get_by_role("button", name="Dừng buổi tiêm ngay").click()
    expect(desk.get_by_text("Đã dừng buổi tiêm")).to_be_visible()
    desk.locator("summary", has_text=f"Tạm dừng lô {LOT}").click()
    desk.get_by_role("button", name="Tạm dừng lô ngay").click()
    expect(desk.get_by_text("Đã tạm dừng lô")).to_be_visible()
    desk.get_by_role("button", name="Đóng").first.click()
    expect(head.locator("#board .lc-problem")).to_contain_text(case.code)
    first = head.locator("[data-column='observation'] .board-card").first
    expect(first).to_have_attribute("data-person", str(day.people[0]))
    assert head.url.endswith(day.path)
    assert Session.objects.get(id=day.session_id).status == "closed"
    lot = Lot.objects.get(number=LOT)
    assert LotStatus.objects.filter(lot_id=lot.id, facility_id=story_station, until=None).exists()

    the_province_takes_it_on(sign_in, case)

    # the nation sees that it happened, and not to whom
    nation = sign_in("national")
    nation.goto("/reactions/")
    expect(nation.get_by_text(case.code)).to_be_visible()
    assert "Nguyễn Văn An" not in nation.content()


def the_province_takes_it_on(sign_in: SignIn, case: ReactionCase) -> None:
    """By keyboard from the list to the case; acknowledged, investigated, classified."""
    province = sign_in("province")
    province.set_default_timeout(15_000)
    province.goto("/reactions/")
    province.keyboard.press("ArrowDown")
    expect(province.locator("a[data-row]").first).to_be_focused()
    province.keyboard.press("Enter")
    province.wait_for_url(f"**/reactions/{case.id}/")
    expect(province.get_by_text("báo cáo đúng hạn")).to_be_visible()
    province.get_by_role("button", name="Tiếp nhận").click()
    province.locator("#acknowledge[open]").get_by_role("button", name="Tiếp nhận").click()
    expect(province.get_by_text("Tỉnh đã tiếp nhận").first).to_be_visible()
    province.locator("summary", has_text="Ghi kết quả điều tra").click()
    province.get_by_label("Kết luận điều tra").fill("Bảo quản và tiêm đúng quy trình")
    province.get_by_role("button", name="Ghi kết quả điều tra").click()
    province.locator("summary", has_text="Phân loại nguyên nhân").click()
    province.get_by_label("A1 Liên quan đến bản chất vắc xin").check()
    province.get_by_label("Hội đồng kết luận").fill("Hội đồng chuyên môn tỉnh")
    province.locator("#c-reason").fill("Phản vệ trong 15 phút sau tiêm")
    province.get_by_role("button", name="Ghi phân loại").click()
    expect(province.get_by_text("A1 Liên quan").first).to_be_visible()
    kept = ReactionCase.objects.get()
    assert (kept.state, kept.causality) == ("classified", "A1")
