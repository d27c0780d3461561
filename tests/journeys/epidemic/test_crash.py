"""The worker dies between a result and its list: the supervisor starts another, and the list is there."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lachan.access.rules import Role
from lachan.tracing.models import Link, Request
from tests.journeys.conftest import SignIn
from tests.waiting import wait_for

from .conftest import City, Worker, record_positive, say

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_a_worker_killed_before_the_list_loses_nothing(city: City, worker: Worker, sign_in: SignIn) -> None:
    ill, near = city.person("Nguyễn Thị Bệnh"), city.person("Trần Văn Gần", "0903000111")
    for person in (ill, near):
        city.stay(person, city.bar, timezone.now() - timedelta(hours=20))
    city.tube(ill, "LAB-501")

    first = worker.send(signal.SIGSTOP)
    record_positive(sign_in, "LAB-501", ct="18,4")
    tracer = city.works_where(near, Role.TRACER)
    tracer.goto("/tracing/")
    expect(tracer.get_by_text("Hiện không có ai cần gọi")).to_be_visible()
    assert Request.objects.count() == 1, "what is to be worked out is written with the result"
    assert not Link.objects.exists()

    assert worker.send(signal.SIGKILL) == first
    waited = wait_for(lambda: city.links(ill) == {near: "standing"}, 60)
    say(f"killed → the list of another worker: {waited:.1f} s")
    assert worker.pid() not in (None, first)
    tracer.goto("/tracing/")
    expect(tracer.locator(".trace-card[open] .trace-name")).to_have_text("Trần Văn Gần")
