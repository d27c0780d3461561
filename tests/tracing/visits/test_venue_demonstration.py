"""The demonstration's venues live: six of them, two weeks of stays, and a second time nothing more."""

from __future__ import annotations

import time

import pytest

from lachan.demonstration.venues import seed_venues
from lachan.places.venues import venues

from .conftest import NOW, Town, person, rows


@pytest.mark.slow
def test_two_weeks_in_a_commune(town: Town) -> None:
    commune = venues([town.market])[town.market].area_id
    people = [person(f"0790800003{n:02d}", f"Nguyễn Văn {chr(65 + n)}") for n in range(20)]
    started = time.perf_counter()
    ids = seed_venues(commune, people, NOW)
    assert time.perf_counter() - started < 5
    assert len(ids) == 6
    [(visits, subjects)] = rows("SELECT count(*), count(DISTINCT subject) FROM tracing_visit")
    assert visits > 100
    assert subjects == 20
    assert rows("SELECT count(*) FROM tracing_refusedvisit") == [(0,)]
    assert seed_venues(commune, people, NOW) == ids
    assert rows("SELECT count(*) FROM tracing_visit") == [(visits,)]
