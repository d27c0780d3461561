"""A minister's minute in a real browser: doses as they come, the map by keyboard, the way down, a table taken along."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.access.actors import Actor
from lachan.analytics import maps, queries
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]
STATION = "TYT26740"
Give = Callable[..., None]


def send(verb: str, **body: Any) -> UUID:
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now, body)], actor=Actor.system("tests"), now=now)
    assert outcome.id is not None, outcome
    return outcome.id


@pytest.mark.django_db
def test_the_station_of_these_journeys_is_there(reference: None) -> None:
    assert places.facilities_by_code([STATION])


@pytest.fixture
def give(site: str) -> Give:
    """Gives doses at the station of Bến Nghé to new people."""
    maps.forget()
    send(
        "stock.move", facility=STATION, product="pfizer", lot="PF1", kind="receive", quantity=100,
        expires_on=str(timezone.localdate() + timedelta(days=90)),
    )  # fmt: skip

    def give(count: int = 1, days_ago: int = 0) -> None:
        day = timezone.localdate() - timedelta(days=days_ago)
        for _ in range(count):
            person = send(
                "person.register", name="Trần Thị Bình", sex="F", birth_date="1985-02-03", residence_code="26740",
                force_new=True,
            )  # fmt: skip
            send("dose.record", person={"id": str(person)}, facility=STATION, product="pfizer", lot="PF1",
                 given_on=day.isoformat())  # fmt: skip
        connections.close_all()

    return give


def opened(sign_in: SignIn, path: str = "/national/", **size: int) -> Page:
    page = sign_in("national", **size)
    page.goto(path)
    return page


def test_doses_come_in_without_a_reload(sign_in: SignIn, give: Give) -> None:
    give(2)
    page = opened(sign_in, "/national/?map=2021")
    page.evaluate("window.unchanged = true")
    doses = page.locator('[data-live="doses"]')
    expect(doses).to_have_text("2")
    page.wait_for_event("response", lambda answer: "live.json" in answer.url)
    give(3)
    expect(doses).to_have_text("5", timeout=8_000)
    expect(page.locator('[data-live="first"]')).to_have_text("5")
    expect(page.locator("#pic-feed")).to_contain_text("+3 mũi tại Hồ Chí Minh")
    expect(page.locator("#pic-updated")).to_contain_text("cập nhật")
    assert page.evaluate("window.unchanged")
    # asking in the background says so, or an empty office would stay signed in all night
    with page.expect_request(lambda request: "live.json" in request.url) as asked:
        pass
    assert asked.value.headers["lachan-background"] == "1"


def test_the_first_dose_of_all_opens_the_picture(sign_in: SignIn, give: Give) -> None:
    page = opened(sign_in)
    expect(page.get_by_text("Chưa có mũi tiêm nào được ghi nhận")).to_be_visible()
    give()
    expect(page.locator('[data-live="doses"]')).to_have_text("1", timeout=10_000)


def test_a_lost_line_is_said_and_mended(sign_in: SignIn, give: Give) -> None:
    give(2)
    page = sign_in("national")
    page.clock.install()
    page.goto("/national/")
    page.wait_for_event("response", lambda answer: "live.json" in answer.url)
    page.route("**/live.json*", lambda route: route.abort())
    stale = page.locator("#pic-stale")
    for _ in range(12):
        page.clock.run_for(3_000)
        page.wait_for_timeout(50)
    expect(stale).to_contain_text("Mất kết nối với số liệu")
    page.unroute("**/live.json*")
    with page.expect_response(lambda answer: "live.json" in answer.url):
        page.clock.run_for(25_000)  # the longest it waits between two attempts is twenty seconds
    expect(stale).to_be_hidden()


def test_the_map_by_keyboard_and_the_way_down(sign_in: SignIn, give: Give) -> None:
    give(2)
    page = opened(sign_in, "/national/?map=2021")
    tile = page.locator(".pic-tile", has_text="HCM")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Thành phố Hồ Chí Minh")
    page.locator("#areas summary").click()
    page.get_by_role("link", name="Phường Bến Nghé", exact=True).click()
    expect(page.locator("h1")).to_have_text("Phường Bến Nghé")
    page.get_by_role("link", name="Trạm Y tế phường Bến Nghé", exact=True).first.click()
    expect(page.locator('[data-live="doses"]')).to_have_text("2")
    page.locator(".lc-path").get_by_role("link", name="Việt Nam").click()
    expect(page.locator("h1")).to_have_text("Bức tranh toàn quốc")


def test_another_measure_and_the_communes_as_points(sign_in: SignIn, give: Give) -> None:
    give(2)
    page = sign_in("national")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/national/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "scatter" in url or "communes.json" in url]  # nothing before it is seen
    page.evaluate("window.unchanged = true")
    page.get_by_role("link", name="Đủ liều cơ bản", exact=True).click()
    expect(page.locator('.pic-measures [aria-current="true"]')).to_have_text("Đủ liều cơ bản")
    page.wait_for_url("**/national/?measure=completed")
    page.get_by_role("tab", name="Xã, phường").click()
    expect(page.locator("[data-points] canvas").first).to_be_visible(timeout=30_000)  # a layer more while it draws
    assert page.evaluate("window.unchanged")
    counted = """() => { const canvas = document.querySelector('[data-points] canvas');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let seen = 0; for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) seen++; return seen > 5000; }"""
    page.wait_for_function(counted)  # the points are drawn in several strokes


def test_a_table_is_sorted_and_taken_along(sign_in: SignIn, give: Give) -> None:
    give(2)
    page = opened(sign_in, "/national/?map=2021")
    page.locator("#areas th").nth(3).get_by_role("button").click()
    expect(page.locator("#areas th").nth(3)).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#areas tbody tr").first).to_contain_text("Hồ Chí Minh")
    with page.expect_download() as taken:
        page.locator("#areas").get_by_role("link", name="CSV").click()
    with open(taken.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    counted = queries.picture(Actor.system("tests"), COUNTRY_ID, timezone.localdate()).residents
    assert sum(int(row[3]) for row in rows[1:]) == counted.first == 2


def test_a_definition_opens_and_closes_by_keyboard(sign_in: SignIn, give: Give) -> None:
    give()
    page = opened(sign_in)
    button = page.get_by_role("button", name="“Mũi tiêm hôm nay” nghĩa là gì")
    button.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Bộ đếm bao phủ")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("path", ["/national/", "/national/?map=2021"])
def test_it_fits_a_phone(sign_in: SignIn, give: Give, path: str) -> None:
    give(2)
    page = opened(sign_in, path, width=360, height=720)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.locator("#areas details")).not_to_have_attribute("open", "")
    page.locator("#pic-map .lc-hint a").first.click()
    expect(page.locator("#areas tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
