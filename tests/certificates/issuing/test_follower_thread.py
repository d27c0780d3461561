"""The thread beside the jobs: it follows by itself, and outlives a database session that was cut."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from lachan.certificates import follower, keys
from lachan.certificates.models import Card, Touch
from lachan.kernel import followers, journal
from tests.immunization.conftest import NOW, make_station, rows, stock_up

pytestmark = pytest.mark.slow


def _until(done: Callable[[], bool], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def test_it_follows_and_comes_back_after_its_session_was_cut(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "AFTER_FAULT_S", 0.2)
    keys.forget()
    keys.ensure(timezone.now())
    station = stock_up(make_station())
    first, second = station.person(), station.person("Trần Thị Bình")
    stop = threading.Event()
    thread = threading.Thread(target=follower.run, args=(stop,), daemon=True)
    before = {row[0] for row in rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")}
    thread.start()
    try:
        station.dose(first, "janssen", given_at=NOW.isoformat())
        _until(lambda: Card.objects.filter(person_id=first).exists())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND NOT pid = ANY(%s)",
                [sorted(before)],
            )
            assert cursor.fetchall(), "the thread has a session of its own"
        station.dose(second, "janssen", given_at=NOW.isoformat())
        _until(lambda: Card.objects.filter(person_id=second).exists())
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def test_a_rush_is_worked_off_in_portions_and_the_glance_sees_what_reading_sees(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "ROWS", 3)
    keys.forget()
    keys.ensure(timezone.now())
    station = stock_up(make_station())
    people = station.people(10)
    for person in people:
        station.dose(person, "janssen", given_at=NOW.isoformat())
    first = station.person()
    station.dose(first, given_at=NOW.isoformat())
    # the same facts by both ways, before anything is read for good
    told = set(follower.caused(list(journal.unread(follower.READER))))
    assert told == set(people)
    seen = journal.glance("tests.glance", follower._looked_at(), 7)
    found: set[object] = set()
    read = 0
    for glance in seen:
        found |= {row.subject for row in glance.rows}
        read += glance.read
    assert found == told
    assert read == rows("SELECT count(*) FROM kernel_journal")[0][0]
    done = follower.follow_once()
    assert done.facts == read
    assert done.issued == len(people)
    assert Card.objects.count() == len(people)
    assert not Touch.objects.exists()
    assert follower.follow_once().facts == len(people)  # the journal rows of the cards themselves
