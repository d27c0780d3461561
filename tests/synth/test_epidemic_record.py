"""An outbreak through the front doors: venues, visits, results and cases in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from lachan.kernel.errors import Problem
from lachan.places.venues import queries as venue_queries
from lachan.synth import run
from lachan.synth.epidemic import record
from lachan.synth.epidemic.plan import Outbreak
from lachan.synth.plan import Plan
from lachan.tracing.visits import partitions

pytestmark = pytest.mark.slow
PLAN = Outbreak(people=1_500, days=12, seeds=30, visits=0.4, seed=11, province="48", compliance=0.6)


def one(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("committed")
def test_an_outbreak_is_recorded_once_through_the_doors_of_the_rooms():
    now = datetime.now(UTC)
    venue_queries.forget()
    partitions.forget()
    run.invent(Plan(PLAN.seed, PLAN.province), PLAN.people, run.target(), demonstration=True)
    plan = record.until_today(PLAN, now)
    done = record.put(plan, now=now, say=lambda _: None)
    print(done)
    assert done.refused == 0
    assert one("SELECT count(*) FROM places_venue") == done.venues > 20
    # stays of one person at one place that follow each other closely are one
    assert 0.9 * done.visits < one("SELECT count(*) FROM tracing_visit") <= done.visits
    assert one("SELECT count(*) FROM surveillance_result") == done.results > done.found
    assert (
        one("SELECT count(DISTINCT person_id) FROM surveillance_case WHERE classification = 'confirmed'")
        == done.found
        > 0
    )
    before = one("SELECT count(*) FROM tracing_visit")
    again = record.put(plan, now=now, say=lambda _: None)
    assert (again.venues, again.found, again.refused) == (done.venues, done.found, 0)
    assert one("SELECT count(*) FROM tracing_visit") == before
    assert one("SELECT count(*) FROM surveillance_result") == done.results


def test_an_outbreak_longer_than_visits_are_kept_is_refused():
    with pytest.raises(Problem, match="kept"):
        record.until_today(Outbreak(days=40), datetime.now(UTC))
