"""The job that follows the facts, where commits are real."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from lachan.analytics.epidemic import checks, projection
from lachan.kernel import journal
from lachan.kernel.checks import one_moment
from lachan.places import queries as places

from .conftest import Ward, totals

pytestmark = pytest.mark.slow


def run_to_the_end() -> projection.Progress:
    """Runs until everything is read: a transaction of another worker's test holds readers back until it ends."""
    until = time.monotonic() + 60
    facts = changes = 0
    while True:
        done = projection.run()
        facts, changes = facts + done.facts, changes + done.changes
        if journal.unread_since(projection.READER) is None or time.monotonic() > until:
            return done._replace(facts=facts, changes=changes)
        time.sleep(0.01)


def test_facts_are_read_behind_the_journal_and_nothing_twice(committed: None) -> None:
    day = timezone.now()
    area = places.area_at("26740", 3, day.date()) or places.area_at("26740", 3, day.replace(year=2022).date())
    assert area is not None
    rows = places.facilities(places.facilities_in(area.id))
    ward = Ward(rows[0], rows[0], area.id, area.id, [], now=day)
    one, two = ward.people(2)
    ward.result(one)
    found = ward.result(two)
    first = run_to_the_end()
    assert first.facts > 0
    assert totals() == {"tests": 2, "positives": 2, "cases": 2}
    ward.now += timedelta(seconds=1)
    ward.must("result.withdraw", person={"id": str(two)}, result_id=str(found), reason="mixed up")
    second = run_to_the_end()
    assert totals() == {"tests": 1, "positives": 1, "cases": 1}
    assert projection.as_of() == second.as_of >= first.as_of
    third = run_to_the_end()
    assert (third.facts, third.changes) == (0, 0)
    checks.prepare()
    with one_moment():  # as ``lachan db check`` asks: in a transaction that may not write
        assert [finding.detail for finding in checks.findings() if not finding.good] == []
