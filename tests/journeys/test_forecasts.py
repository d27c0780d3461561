"""A province officer before a forecast: points by keyboard, figures taken along, what-ifs with measures and assumptions
of their own; alarms answered many at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.forecasting.models import Alarm
from lachan.places import queries as places
from tests.web import forecasts

from .conftest import SignIn, hindrances, shot

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


def _what_if(page: Page, province: int) -> None:
    """Schools too, then more severe than assumed: ranges each time, never one line, and all that is assumed below."""
    page.locator(f"a[href='/forecast/whatif/?area={province}']").click()
    page.locator("[name=days]").select_option("60")
    page.locator("[name=b_school_low]").fill("50")
    page.locator("[name=b_school_high]").fill("80")
    work = page.locator("form[data-runs] button[type=submit]")
    work.click()
    found = page.locator("#found")
    expect(found).to_contain_text("ít hơn trong", timeout=60_000)
    expect(found.locator("figure")).to_have_count(5)
    for drawn in found.locator("figure").all():
        assert drawn.locator("svg").first.locator("path[fill-opacity]").count() >= 1, "a line without its range"
    expect(found.locator("table").last).to_contain_text("–")
    assumed = page.locator(".fc-form")
    expect(assumed).to_contain_text("0,5 – 0,8")
    expect(assumed).to_contain_text("Levin et al. 2020")
    assert hindrances(page) == []
    shot(page, "whatif")
    page.locator("summary", has_text="Đổi giả định chung").click()
    page.locator("[name='severity.death_scale:high']").fill("3")
    work.click()
    expect(page.locator("details table strong", has_text="đã đổi").first).to_be_visible(timeout=60_000)
    elsewhere = places.area_at("01", 1, forecasts.SUNDAY)
    assert elsewhere is not None
    answer = page.goto(f"/forecast/whatif/?area={elsewhere.id}")
    assert answer is not None
    assert answer.status == 403, "a province officer's what-if stays in the province"


def test_a_forecast_is_read_a_scenario_tried_an_alarm_answered(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lachan.web.parts.forecast.scenario.DRAWS", 20)
    province = _province()
    run = forecasts.season([province], weeks=4, misses=())
    forecasts.alarm(province, run.id)
    page = sign_in("province")
    page.goto(f"/forecast/{province}/")
    expect(page.locator(".lc-likely").first).to_contain_text("nhiều khả năng có")
    _walk_and_take(page)

    _what_if(page, province)

    page.goto("/alarms/")
    page.locator("[data-all]").check()
    expect(page.locator("[data-chosen]")).to_have_text("1")
    page.locator("[name=reason]").fill("Đã gọi trung tâm y tế quận")
    page.locator(".fc-act button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("Đã xong cho 1 cảnh báo.")
    assert Alarm.objects.get().state == "acknowledged"
