"""A province officer before a forecast: points by keyboard, figures taken along, a what-if, an alarm answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.forecasting.models import Alarm
from lachan.places import queries as places
from tests.web import forecasts

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def _province() -> int:
    found = places.area_at("79", 1, forecasts.SUNDAY)
    assert found is not None
    return found.id


def _walk_and_take(page: Page) -> None:
    """Arrow keys go from week to week; the table comes along as CSV, the drawing as a picture."""
    plot = page.locator("#chart-forecast [data-chart-plot]")
    plot.focus()
    page.keyboard.press("ArrowRight")
    readout = page.locator("#chart-forecast [data-chart-readout]")
    expect(readout).to_contain_text("07/11/2021")
    expect(readout).to_contain_text("90 %:")
    page.keyboard.press("Home")
    expect(readout).to_contain_text("Đã ghi nhận:")
    page.keyboard.press("Escape")
    expect(readout).to_be_hidden()
    page.locator("#chart-forecast summary").click()
    with page.expect_download() as csv:
        page.locator("#chart-forecast [data-chart-csv]").click()
    lines = Path(csv.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "day,recorded,median,q25,q75,q05,q95"
    assert lines[-1].startswith("2021-11-07,,")
    with page.expect_download() as png:
        page.locator("#chart-forecast [data-chart-png]").click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_forecast_is_read_a_scenario_tried_an_alarm_answered(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lachan.web.parts.forecast.scenario.DRAWS", 20)
    province = _province()
    run = forecasts.season([province], weeks=4, misses=())
    forecasts.alarm(province, run.id)
    page = sign_in("province")
    page.goto(f"/forecast/{province}/")
    expect(page.locator(".fc-likely").first).to_contain_text("nhiều khả năng có")
    _walk_and_take(page)

    page.locator(f"a[href='/forecast/whatif/?area={province}']").click()
    page.locator("[name=days]").select_option("60")
    page.locator("form[data-runs] button[type=submit]").click()
    expect(page.locator("#found")).to_contain_text("ít hơn trong", timeout=60_000)
    expect(page.locator("#found figure")).to_have_count(5)

    page.goto("/alarms/")
    page.locator("[data-all]").check()
    expect(page.locator("[data-chosen]")).to_have_text("1")
    page.locator("[name=reason]").fill("Đã gọi trung tâm y tế quận")
    page.locator(".fc-act button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("Đã xong cho 1 cảnh báo.")
    assert Alarm.objects.get().state == "acknowledged"
