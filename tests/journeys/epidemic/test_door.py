"""A device at a market's door has no line for a day: what it brings afterwards makes somebody a contact."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.access.rules import Role
from lachan.tracing.visits import devices
from tests.journeys.conftest import SignIn, shot
from tests.journeys.test_venue_door import pair, scan, waiting
from tests.waiting import wait_for

from .conftest import CASE_NAME, City, Worker, open_case, record_positive, say

pytestmark = [pytest.mark.journey, pytest.mark.slow]
NEAR_NAME, NUMBER = "Trần Văn Gần", "079080000101"


@pytest.fixture
def device(city: City) -> Page:
    """The telephone at the bar's door, paired."""
    page = city.stranger()
    pair(page, devices.make("Cửa chính", [city.bar], actor_id=uuid4(), now=timezone.now()).pairing)
    return page


def clock(page: Page, at: datetime) -> None:
    """What the telephone takes for now; its timers go on."""
    page.clock.set_fixed_time(at)


def test_what_a_door_saw_without_a_line_counts_afterwards(
    city: City, device: Page, worker: Worker, sign_in: SignIn
) -> None:
    yesterday = timezone.now() - timedelta(hours=24)
    ill = city.person(CASE_NAME, "0903000001")
    near = city.person(NEAR_NAME, "0903000111", identifiers=[{"system": "citizen_id", "value": NUMBER}])
    city.stay(ill, city.bar, yesterday, 90)  # the case's own telephone had a line

    device.context.set_offline(True)
    clock(device, yesterday + timedelta(minutes=5))
    scan(device, NUMBER)
    waiting(device, 1)
    expect(device.locator("#inside")).to_contain_text("1")
    shot(device, "3-door")

    city.tube(ill, "LAB-301")
    record_positive(sign_in, "LAB-301", ct="18,4")
    case = open_case(sign_in)
    wait_for(lambda: case.reload() and case.locator(".out-steps li.out-done").count() >= 3)
    expect(case.locator("#contacts")).to_contain_text("F1: 0")
    assert city.links(ill) == {}
    shot(case, "3-case-before")

    clock(device, timezone.now())
    device.context.set_offline(False)
    device.evaluate("dispatchEvent(new Event('online'))")
    waiting(device, 0)
    waited = wait_for(lambda: city.links(ill) == {near: "standing"})
    say(f"the device has sent → on the list: {waited:.1f} s")
    case.reload()
    expect(case.locator("#contacts").get_by_role("link", name=NEAR_NAME)).to_be_visible()
    shot(case, "3-case")
    tracer = city.works_where(near, Role.TRACER)
    tracer.goto("/tracing/")
    expect(tracer.locator(".trace-card[open] .trace-name")).to_have_text(NEAR_NAME)
