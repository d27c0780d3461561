"""A device at the door of a market: paired, a day without a line, an answer that is lost; everything arrives once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from lachan.kernel.database import hot_cursor
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.tracing.visits import devices

from .conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def pairing(site: str, forgetful: None) -> str:
    """A market of three people at once, and the pairing code of its device."""
    now = timezone.now()
    commune = places.communes(places.provinces(now.date())[0].id, now.date())[0]
    new = NewVenue("Chợ Bến Thành", "market", commune.id, uuid4(), capacity=3, rotate_minutes=15)
    with hot_cursor() as cursor:
        [made] = register_venues(cursor, [new], actor_id=uuid4(), now=now)
    assert made.params is not None
    return devices.make("Cửa Nam", [made.params["id"]], actor_id=uuid4(), now=now).pairing


def pair(page: Page, code: str) -> None:
    """A telephone becomes a door's device, kept to work without a line; no field is chosen."""
    page.goto("/door/")
    page.fill("#pairing-code", code)
    page.click("#pair-form button")
    expect(page.locator("#said")).to_have_text("Mời quét thẻ")
    expect(page.locator("html")).to_have_attribute("data-kept", "yes", timeout=20_000)
    page.evaluate("document.activeElement.blur()")


def scan(page: Page, number: str) -> None:
    """As a hand scanner types: the whole card in one go, no field chosen, Enter at its end."""
    page.evaluate(
        """text => { for (const key of [...text, "Enter"])
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })) }""",
        f"{number}|024000000|Nguyen Van An|01051980|Nam|Ben Nghe|01012021",
    )


def waiting(page: Page, count: int) -> None:
    expect(page.locator("#line")).to_have_attribute("data-waiting", str(count), timeout=40_000)


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_a_day_without_a_line(stranger: SignIn, pairing: str) -> None:
    device = stranger()
    pair(device, pairing)
    expect(device.locator("#code")).to_be_visible()  # the code of these minutes, drawn on the screen

    device.context.set_offline(True)
    for n in range(3):
        scan(device, f"07908000010{n}")
        waiting(device, n + 1)
    expect(device.locator("#inside")).to_have_text("3/3")
    scan(device, "079080000109")
    expect(device.locator("#said")).to_have_text("Đã đủ người: 3/3")
    scan(device, "079080000100")  # shown again at once: the same arrival
    expect(device.locator("#said")).to_have_text("Đã ghi nhận")
    waiting(device, 3)
    assert rows("SELECT count(*) FROM tracing_visit") == [(0,)]

    device.reload()  # the telephone was switched off and on
    waiting(device, 3)
    expect(device.locator("#inside")).to_have_text("3/3")
    kept = device.evaluate(
        """async () => {
            const asked = request => new Promise(told => { request.onsuccess = () => told(request.result) });
            const database = await asked(indexedDB.open("lachan-door"));
            const rows = await asked(database.transaction("queue").objectStore("queue").getAll());
            return rows.map(row => new TextDecoder().decode(row.sealed)).join("");
        }"""
    )
    assert "0790800001" not in kept, "what waits is sealed"

    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if lost:
            return route.continue_()
        answer = route.fetch()
        lost.append(answer.status)  # the house has it
        return route.abort()

    device.route("**/api/v1/visits", lose_the_answer)
    device.context.set_offline(False)
    waiting(device, 0)
    assert lost == [200]
    assert rows("SELECT count(*), count(DISTINCT subject) FROM tracing_visit") == [(3, 3)]
    told = rows("SELECT sum((answer ->> 'accepted')::int), sum((answer ->> 'duplicate')::int) FROM tracing_visitcall")
    assert told == [(3, 0)], "the call whose answer was lost was answered again, not recorded again"
