"""In a real browser: the head signs the day, the station prints it, and a picture of the paper is good."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from lachan.access import operations, scopes
from lachan.certificates import follower, keys
from lachan.cli.main import main
from tests import browsing

from .board_days import NAMES, Day

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def site(committed: None, story_station: int, django_db_blocker: Any) -> Iterator[str]:
    """The house on a port of its own, after a day with three doses."""
    with django_db_blocker.unblock():
        scopes.forget()
        operations.create_demo_users(timezone.now())
        keys.forget()
        keys.ensure(timezone.now())
        day = Day(story_station)
        day.ready(3)
        day.inject(0, 1, 2)
        with browsing.served() as address:
            yield address


@pytest.fixture
def page(site: str) -> Iterator[Page]:
    """Signed in as the head of the station. A script error or a breach of the policy fails the test."""
    faults: list[str] = []
    with browsing.browser() as browser:
        opened = browsing.watched(browser.new_context(base_url=site, locale="vi-VN").new_page(), faults)
        opened.goto("/accounts/login/")
        opened.click('[data-demo-user="head"]')
        opened.wait_for_url(site + "/")
        yield opened
    assert faults == []


def apart(work: Callable[[], Any]) -> Any:
    """In a thread of its own: Playwright's loop keeps Django's connections out of this one."""

    def worked() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(worked).result()


def follow() -> None:
    while follower.waiting_since() is not None:
        follower.follow_once()


def test_a_station_prints_its_day(page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # nothing is signed yet: the page says so and leads to the list
    page.goto("/cards/day/")
    expect(page.get_by_text("3 mũi tiêm trong ngày chưa được ký")).to_be_visible()
    page.click("main >> text=Xem và ký")
    page.click("main button.btn-primary")
    page.wait_for_url("**/signing/")
    apart(follow)
    # the list is there; one press makes one PDF
    page.goto("/cards/day/")
    for name in NAMES[:3]:
        expect(page.locator("table").get_by_text(name)).to_be_visible()
    printed: list[bytes] = []

    def seen(route: Route) -> None:
        """A PDF shown by the browser is nothing Playwright can read back: it is looked at on its way."""
        answer = route.fetch()
        printed.append(answer.body())
        route.fulfill(response=answer)

    page.context.route("**/cards/day/print/", seen)
    page.keyboard.press("p")
    for _ in range(100):
        if printed:
            break
        page.wait_for_timeout(100)
    [document] = printed
    (tmp_path / "day.pdf").write_bytes(document)
    # what a phone makes of the first sheet, read and checked by this installation
    sheet = pypdfium2.PdfDocument(document)[0].render(scale=110 / 72).to_pil().convert("L")
    photo = io.BytesIO()
    sheet.rotate(4, expand=True, fillcolor=120).save(photo, "JPEG", quality=60)
    (tmp_path / "photo.jpg").write_bytes(photo.getvalue())
    asked = ["certificates", "read", "--json", str(tmp_path / "day.pdf"), str(tmp_path / "photo.jpg")]
    assert apart(lambda: main(asked)) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [[code["verdict"] for code in file["codes"]] for file in files] == [["good"] * 3, ["good"]]
    assert {code["holder"].partition(",")[0] for code in files[0]["codes"]} == set(NAMES[:3])
