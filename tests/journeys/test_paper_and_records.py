"""A week planned, a session held, two doses on paper only: the debt shows, has an owner, and closes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from playwright.sync_api import expect

from lachan.analytics.debt import projection
from lachan.immunization.models import Session, Tally
from lachan.immunization.queries import debt
from tests.web.board_days import LOT, Day

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _connections_end_with_their_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest.fixture
def day(site: str, story_station: int) -> Day:
    return Day(story_station)


def test_a_head_plans_counts_and_pays_the_debt(day: Day, sign_in: SignIn) -> None:
    Session.objects.all().delete()
    day.register(4)
    page = sign_in("head")
    page.set_default_timeout(15_000)

    # the proposal of the week; the head wants one session only, today's, and writes it into the row left for that
    page.goto("/sessions/")
    page.get_by_role("link", name="Kế hoạch").first.click()
    page.wait_for_url("**/planning/TYT26740/")
    expect(page.locator(".planning-sum")).to_contain_text("4 mũi 1")
    for box in page.locator("input[name^='use-']:checked").all():
        box.uncheck()
    own = page.locator(".planning-row").last
    own.locator("input[name^='use-']").check()
    own.locator("input[type=date]").fill(day.today.isoformat())
    own.locator("input[name^='capacity-']").fill("4")
    own.locator("input[name$='-pfizer']").fill("4")
    page.get_by_role("button", name="Lập các buổi đã chọn").click()
    expect(page.get_by_text("Đã lập 1 buổi tiêm")).to_be_visible()
    planned = Session.objects.get()
    assert planned.status == "planned"

    # opened under the same id, with somebody at a desk
    page.locator(".planning-session").first.click()
    page.locator("input[type=checkbox][name$='-vaccination']").first.check()
    page.get_by_role("button", name="Lưu phân công").click()
    page.get_by_role("link", name="Mở buổi tiêm").click()
    page.get_by_role("button", name="Mở buổi tiêm").click()
    page.wait_for_url(f"**/station/{planned.id}/")
    planned.refresh_from_db()
    assert (planned.status, len(planned.staff)) == ("open", 1)

    # two doses are recorded, four stand on the paper
    day.session_id = planned.id
    day.now += timedelta(seconds=1)
    day.arrive(0, 1, minutes_ago=0)
    day.screen(0, 1, minutes_ago=0)
    day.inject(0, 1, minutes_ago=0)
    page.goto(f"/sessions/{planned.id}/")
    page.get_by_role("button", name="Đóng buổi tiêm").first.click()
    page.locator("#close input[name='doses-pfizer']").fill("4")
    page.locator("#close input[name='vials-pfizer']").fill("1")
    page.locator("#close").get_by_role("button", name="Đóng buổi tiêm").click()
    page.wait_for_url("**/tally/")
    expect(page.get_by_text("2 mũi có trên giấy mà chưa có trong hồ sơ")).to_be_visible()
    assert Tally.objects.get().doses == 4

    # the meter shows it, with owner and age
    projection.run()
    page.goto("/debt/")
    row = page.locator("tr[data-debt]")
    expect(row).to_contain_text("thiếu 2 (trên giấy 4, đã nhập 2)")
    expect(row).to_contain_text("Đặng Thị Hồng Loan")
    expect(row).to_contain_text("0 ngày")

    # late doses arrive from a device that had no line: nothing is owed any more
    closed = Session.objects.get(id=planned.id).closed_at
    assert closed is not None
    for person in (2, 3):
        day.send(
            "dose.record", at=closed - timedelta(seconds=1), person={"id": str(day.people[person])},
            session_id=str(planned.id), product="pfizer", lot=LOT,
        )  # fmt: skip
    assert sum(line.missing for line in debt.day(day.facility.id, day.today).standings) == 0
    projection.run()
    page.reload()
    expect(page.locator("tr[data-debt]")).to_have_count(0)
    expect(page.get_by_text("Các buổi tiêm không còn nợ gì")).to_be_visible()
