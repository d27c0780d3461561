"""A keeper's day: boxes scanned in, a vial opened, a dose drawn from it, and what is left thrown away at closing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lachan.immunization.checks import check_all
from lachan.immunization.models import Box, Stock, StockMovement, TradeItem, Vial
from lachan.immunization.rules.gs1 import GS, check_digit
from tests.web.board_days import LOT, Day

from .conftest import SignIn
from .test_station_day import SCANNER, at

pytestmark = [pytest.mark.journey, pytest.mark.slow]
GTIN = "0950600013435" + str(check_digit("0950600013435"))


@pytest.fixture
def day(site: str, story_station: int) -> Day:
    return Day(story_station)


def test_boxes_in_a_vial_opened_a_dose_drawn_the_rest_thrown_away(day: Day, sign_in: SignIn) -> None:
    day.ready(1)
    page = at(sign_in("head"), "/stock/")
    page.get_by_role("link", name="Nhập kho").click()

    # two boxes of one lot, one of them twice: the code is new, its meaning is stated once
    expiry = timezone.localdate() + timedelta(days=400)
    box = f"01{GTIN}17{expiry:%y%m%d}10NEW77{GS}21"
    page.evaluate(SCANNER, box + "S0001")
    row = page.locator("#scanned [data-row]")
    expect(row).to_have_count(1)
    expect(row.get_by_label("Số lô")).to_have_value("NEW77")
    row.get_by_label("Vắc xin").select_option("pfizer")
    row.get_by_label("Số liều", exact=True).fill("60")
    for serial in ("S0002", "S0002"):
        page.evaluate(SCANNER, box + serial)
        expect(row.locator("[data-count]")).to_have_text("2")
    expect(row).to_have_count(1)
    expect(row.get_by_label("Số liều", exact=True)).to_have_value("120")
    page.get_by_role("button", name="Nhập kho").click()
    expect(page.get_by_text("Đã nhập kho 120 liều.")).to_be_visible()
    assert Stock.objects.get(lot_id=StockMovement.objects.get(amount=120).lot_id).balance == 120
    assert Box.objects.count() == 2
    assert TradeItem.objects.get().doses == 60

    # the code is known now: product and doses are filled in, and the box is not new
    page.get_by_role("link", name="Nhập kho").click()
    page.wait_for_load_state("networkidle")  # nobody scans before the page is there
    page.evaluate(SCANNER, box + "S0001")
    expect(row.get_by_label("Vắc xin")).to_have_value("pfizer")
    expect(page.get_by_text("Hộp này đã nhập tại đây")).to_be_visible()

    # at the board another lot would have to go first: asked, answered, opened
    at(page, day.path)
    page.get_by_role("button", name=f"Mở một lọ lô {LOT}").click()
    page.get_by_label("Vì sao lấy lô này").fill("Lô kia để dành cho đội lưu động")
    page.get_by_role("button", name="Mở lọ này").click()
    expect(page.locator(".board-card-vial")).to_contain_text("còn 6 liều")

    # the needle as ever: one key, and the vial holds one less
    page.locator("[data-column='vaccination'] [data-go]").click()
    expect(page.locator(".board-vial").first).to_contain_text("còn 5 liều")
    assert Vial.objects.get().drawn == 1

    # closing: what is left is waste, proposed and entered with the same click
    at(page, f"/sessions/{day.session_id}/")
    page.get_by_role("button", name="Đóng buổi tiêm").first.click()
    expect(page.get_by_label("Bỏ phần còn lại: 5 liều trong 1 lọ")).to_be_checked()
    page.locator("dialog[open]").get_by_role("button", name="Đóng buổi tiêm").click()
    expect(page.get_by_text("Buổi tiêm đã đóng").first).to_be_visible()
    vial = Vial.objects.get()
    assert (vial.doses, vial.drawn, vial.wasted) == (6, 1, 5)
    assert [str(finding) for finding in check_all() if not finding.good] == []
