"""The house on a port of its own and people in front of real browsers.

``sign_in("nurse")`` gives a page of somebody of the demonstration, ``stranger()`` one of nobody. Every script error,
every breach of the content policy and every number or name in an address fails the journey at its end. The front end is
built by ``make test``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect

from lachan.tracing.outbreak import graph
from lachan.web import build
from tests import browsing
from tests.tracing.work.conftest import Ward, make_ward

SignIn = Callable[..., Page]
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
AXE: Final = build.FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=15_000)  # a busy machine is no fault of the page

# identity numbers and telephones; ids of ours are no secret
SECRET_IN_ADDRESS = re.compile(r"(?<![0-9a-f-])\d{9,12}(?![0-9a-f-])|[?&](?:q|name|born|number)=[^&]")


@pytest.fixture(scope="session")
def _front_end() -> None:
    from lachan.config.messages import compile_messages

    build.build()
    compile_messages()


@pytest.fixture
def site(_front_end: None, committed: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the house, with the cast of the demonstration really in its database."""
    from lachan.access import operations, scopes

    # a thread of the server gives its connection back with each answer: the test database can be dropped at the end
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    with django_db_blocker.unblock():
        scopes.forget()
        cache.clear()
        operations.create_demo_users(timezone.now())
        with browsing.served() as address:
            yield address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys."""
    with browsing.browser() as opened:
        yield opened


@pytest.fixture
def browser(chromium: Browser, site: str) -> Iterator[Browser]:
    yield from browsing.emptied(chromium)


@pytest.fixture
def stranger(site: str, browser: Browser) -> Iterator[SignIn]:
    """Opens a page of somebody who has not signed in, each with a browser profile of their own; sizes in px."""
    faults: list[str] = []

    def watch(address: str) -> None:
        # the names of built files hold digests, and one in a few hundred is made of figures only
        if "/static/" not in address and SECRET_IN_ADDRESS.search(address):
            faults.append(f"in an address: {address}")

    def make(*, width: int = PHONE["width"], height: int = PHONE["height"]) -> Page:
        context = browser.new_context(base_url=site, locale="vi-VN", viewport={"width": width, "height": height})
        page = browsing.watched(context.new_page(), faults)
        page.on("request", lambda request: watch(request.url))
        return page

    yield make
    assert faults == []


@pytest.fixture
def sign_in(site: str, stranger: SignIn) -> SignIn:
    """Signs somebody of the demonstration in."""

    def make(username: str, *, width: int = 1280, height: int = 800) -> Page:
        page = stranger(width=width, height=height)
        page.goto("/accounts/login/")
        page.click(f'[data-demo-user="{username}"]')
        page.wait_for_url(site + "/")
        return page

    return make


@pytest.fixture
def ward(site: str) -> Ward:
    """Two communes of the demonstration, and people under watch in them, at the time of the real clock."""
    graph.forget()
    return make_ward(timezone.now())


@pytest.fixture
def page(sign_in: SignIn) -> Page:
    """A page of the nurse, who may do everything a nurse may."""
    return sign_in("nurse")


def hindrances(page: Page) -> list[str]:
    """What axe finds, and whether the page scrolls sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in found["violations"]] + ["wide"] * wide


def shot(page: Page, name: str, *, whole: bool = True) -> None:
    """A picture for whoever names a folder for them (SHOTS_FOLDER), on a telephone and on a desk."""
    folder = os.environ.get("SHOTS_FOLDER")
    if not folder:
        return
    before = page.viewport_size
    for width, height in ((360, 740), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=whole, caret="initial")
    if before is not None:
        page.set_viewport_size(before)
