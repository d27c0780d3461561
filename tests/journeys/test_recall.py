"""A lot is recalled while a session runs: the nurse's board says so, the next dose stops, everyone is found."""

from __future__ import annotations

import pytest
from django.db import connections
from playwright.sync_api import expect

from lachan.immunization.models import Dose, LotStatus, Message
from tests.web.board_days import LOT, Day

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _connections_end_with_their_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open board asks every three seconds; what it left open would keep the test database from being dropped."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


def test_a_lot_is_recalled_while_a_session_runs(site: str, story_station: int, sign_in: SignIn) -> None:
    day = Day(story_station)
    day.ready(3)
    day.inject(0, 1)
    nurse, nation, head = sign_in("nurse"), sign_in("national"), sign_in("head", width=360)
    nurse.goto(day.path)
    expect(nurse.locator("[data-column='vaccination'] .board-card")).to_have_count(1)
    expect(nurse.locator(".board-stopped")).to_have_count(0)

    # the officer finds the lot, sees whom it concerns, and recalls it
    nation.goto("/supply/")
    nation.fill("#find-lot", LOT.lower())
    nation.keyboard.press("Enter")
    nation.wait_for_url("**/supply/lots/*/")
    expect(nation.locator(".lc-figure-value").first).to_have_text("2")
    nation.locator("[data-dialog-open='recall']").click()
    expect(nation.locator("#recall")).to_contain_text("2 người được đưa vào hàng đợi")
    nation.fill("#r-reason", "Nhà sản xuất báo có dị vật trong lọ")
    nation.fill("#r-document", "CV 4127")
    nation.locator("#recall .btn-danger").click()
    expect(nation.locator(".supply-mark").first).to_contain_text("Bị thu hồi")
    expect(nation.locator(".supply-mark").first).to_contain_text("CV 4127")
    expect(nation.locator("table")).to_contain_text("98")
    expect(nation.locator("a[href*='/people/']")).to_have_count(0)
    assert Message.objects.filter(state="queued").count() == 2
    assert LotStatus.objects.get().status == "recalled"

    # the board of the nurse, untouched, says so within the poll; the next dose with it stops with the reason
    expect(nurse.locator(".board-stopped")).to_contain_text("Đã thu hồi: không được dùng", timeout=8_000)
    nurse.locator("[data-column='vaccination'] .board-go").click()
    expect(nurse.locator("#desk[open]")).to_contain_text(f"Lô {LOT} đã bị thu hồi")
    assert Dose.objects.filter(status="active").count() == 2

    # the head calls, on a telephone, whom the message may not reach
    head.goto("/supply/")
    head.get_by_role("link", name=LOT).click()
    head.get_by_role("link", name="Danh sách cần gọi").click()
    expect(head.locator(".supply-people > li")).to_have_count(2)
    head.locator(".supply-people .btn-success").first.click()
    expect(head.locator(".supply-people > li")).to_have_count(1)
    expect(head.locator(".lc-subtitle")).to_contain_text("đã báo 1 người")

    # taken back: what has not gone out does not go out
    nation.reload()
    nation.locator(".supply-release summary").click()
    nation.locator(".supply-release input[name='reason']").fill("Kết quả kiểm nghiệm đạt")
    nation.locator(".supply-release .btn").click()
    expect(nation.locator(".supply-mark").first).to_contain_text("Được dùng")
    expect(nurse.locator(".board-stopped")).to_have_count(0, timeout=8_000)
    assert set(Message.objects.values_list("state", flat=True)) == {"withdrawn"}
