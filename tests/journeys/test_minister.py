"""The minister's minute: one page of what changed, where it grows and what comes; the way down to a commune, places
beside each other, what was known then beside what is known now; the wall that keeps itself up, the page for anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.analytics import maps
from lachan.analytics.maps import Map, map_on
from lachan.forecasting.models import Run
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.picture.epidemic import public
from tests.figures import Row, known
from tests.web import forecasts

from .conftest import PHONE, SignIn, hindrances, shot

pytestmark = [pytest.mark.journey, pytest.mark.slow]
MOST_BYTES = 400_000  # of the national page, with everything it draws with


@dataclass(frozen=True)
class Country:
    """A city whose cases double, a province where they do not, one with two cases; the commune it all happens in."""

    city: int
    commune: int
    other: int
    few: int
    today: date


@pytest.fixture
def country(site: str, monkeypatch: pytest.MonkeyPatch) -> Country:
    """Five weeks of cases reported the day after, thirty that came a week late, a forecast and an alarm of the city."""
    maps.forget()
    public.drawn.cache_clear()
    today, on = timezone.localdate(), map_on(timezone.localdate()).day
    by_name = {area.name: area.id for area in places.provinces(on)}
    city, other, few = (by_name[name] for name in ("Hồ Chí Minh", "Hà Nội", "Cao Bằng"))
    first = {province: places.communes(province, on)[0].id for province in (city, other, few)}
    rows: list[Row] = []
    for ago in range(1, 36):
        day = today - timedelta(days=ago)
        rows.append((day + timedelta(days=1), day, first[city], "cases", 80 if ago < 8 else 40))
        rows.append((day + timedelta(days=1), day, first[other], "cases", 20))
        rows.append((day, day, first[city], "in_hospital", 3))
    rows += [(today - timedelta(days=ago), today - timedelta(days=ago), first[few], "cases", 1) for ago in range(1, 36)
             if ago % 9 == 8]  # fmt: skip
    rows.append((today - timedelta(days=2), today - timedelta(days=9), first[city], "cases", 30))
    known(rows, timezone.now())
    monkeypatch.setattr(forecasts, "SUNDAY", today - timedelta(days=(today.weekday() + 1) % 7 or 7))
    run = forecasts.season([COUNTRY_ID, city], weeks=4, misses=())
    Run.objects.update(of_map=Map.OF_2025)
    forecasts.alarm(city, run.id)
    return Country(city, first[city], other, few, today)


def _a_minute(page: Page) -> None:
    """Everything a minister looks for is on the one page, said in words."""
    figures = page.locator(".pic-figures .pic-figure")
    expect(figures).to_have_count(5)
    expect(page.locator("#figure-cases .lc-figure-value")).to_have_text("100")
    expect(page.locator("#figure-cases")).to_contain_text("so với cả ngày hôm qua")
    changes = page.locator(".pic-changes li")
    expect(changes).to_have_count(3)
    expect(page.locator(".pic-changes")).to_contain_text("Hồ Chí Minh tăng nhiều nhất")
    fan = page.locator("#ahead svg").first
    expect(fan).to_be_visible()
    assert fan.locator("path[fill-opacity]").count() == 2, "50 and 90 %"
    expect(page.locator("#plan")).to_contain_text("70 %")
    expect(page.locator("#debts")).to_contain_text("Mũi tiêm chưa nhập")
    expect(page.locator("#alarms")).to_contain_text("Hồ Chí Minh")
    expect(page.locator(".pic-tile")).to_have_count(36)
    sent = page.evaluate("performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
                         ".reduce((sum, one) => sum + one.encodedBodySize, 0)")  # fmt: skip
    assert sent < MOST_BYTES, sent


def _down_and_up(page: Page) -> None:
    """From the map to the city by keyboard, from its table to the commune, and back up."""
    page.locator("a.pic-tile", has=page.locator("title", has_text="Hồ Chí Minh")).first.press("Enter")
    expect(page.locator("h1")).to_have_text("Thành phố Hồ Chí Minh")
    expect(page.locator("#ahead svg").first).to_be_visible()
    shot(page, "minister-province", whole=False)
    commune = page.locator("#places tbody tr a").first
    page.locator("#places summary").click()
    name = commune.inner_text()
    commune.click()
    expect(page.locator("h1")).to_have_text(name)
    page.locator(".lc-path").get_by_role("link", name="Việt Nam").click()
    expect(page.locator("h1")).to_have_text("Tình hình dịch cả nước")


def _side_by_side(page: Page, country: Country) -> None:
    page.get_by_role("link", name="So sánh").click()
    for area in (country.city, country.other):
        page.locator(f"input[name=area][value='{area}']").check()
    page.locator(".epi-choose button[type=submit]").click()
    expect(page.locator("#chart-compare svg").first).to_be_visible()
    expect(page.locator("tbody tr .lc-row-name", has_text="Hà Nội")).to_be_visible()


def _then_and_now(page: Page, country: Country) -> None:
    """Four days ago thirty cases of the week before were not known yet; both stand beside each other."""
    then = country.today - timedelta(days=4)
    page.goto("/picture/")
    page.locator("#pic-day").fill(then.isoformat())  # the page goes there by itself
    expect(page.locator(".lc-aside").first).to_contain_text(f"Trang này cho thấy những gì đã biết ngày {then:%d/%m/%Y}")
    expect(page.locator("#figure-in_hospital .epi-now")).to_contain_text("hiện nay")
    page.locator("#days summary").click()
    day = page.locator("#days tbody tr", has_text=f"{country.today - timedelta(days=9):%d/%m/%Y}")
    cells = [cell.strip() for cell in day.locator("td").all_inner_texts()]
    assert {"60", "90"} <= {re.sub(r"\D", "", cell) for cell in cells}, cells
    page.get_by_role("link", name="Về hiện tại").click()
    expect(page.locator(".lc-aside")).to_have_count(0)


def test_a_minister_reads_goes_down_compares_and_looks_back(country: Country, sign_in: SignIn) -> None:
    page = sign_in("national")
    page.goto("/picture/")
    _a_minute(page)
    assert hindrances(page) == []
    shot(page, "minister")
    _down_and_up(page)
    _side_by_side(page, country)
    assert hindrances(page) == []
    _then_and_now(page, country)
    page.set_viewport_size(PHONE)
    page.goto("/picture/")
    expect(page.locator(".pic-changes li")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_wall_keeps_itself_up_and_anybody_reads_the_public_page(
    country: Country, sign_in: SignIn, stranger: SignIn
) -> None:
    wall = sign_in("national", width=1920, height=1080)
    wall.clock.install()
    wall.goto("/picture/wall/")
    expect(wall.locator(".wall-figures")).to_contain_text("100")
    assert wall.locator("#wall a, #wall button, #wall input").count() == 0
    shot(wall, "minister-wall", whole=False)
    wall.evaluate("window.unchanged = true")
    known([(country.today, country.today - timedelta(days=1), country.commune, "cases", 7)], timezone.now())
    with wall.expect_response(lambda answer: "/wall/live/" in answer.url):
        wall.clock.run_for(31_000)
    expect(wall.locator(".wall-figures")).to_contain_text("107")
    assert wall.evaluate("window.unchanged"), "without a reload"

    page = stranger(width=360, height=740)
    with page.expect_response(lambda answer: answer.url.endswith("/public/")) as got:
        page.goto("/public/")
    assert re.search(r"public, max-age=\d+", got.value.headers["cache-control"])
    assert "set-cookie" not in got.value.headers
    assert page.context.cookies() == []
    few = page.locator("tbody tr", has=page.locator(".lc-row-name", has_text="Cao Bằng"))
    expect(few).to_contain_text("ẩn")
    expect(page.get_by_text("số được ẩn để không ai bị nhận ra")).to_be_visible()
    assert not re.search(r"\b\d{9,12}\b|/people/|/cases/", page.content()), "nobody is named or can be"
    assert hindrances(page) == []
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("The epidemic in Viet Nam")
    shot(page, "public")
