"""The thread beside the jobs: it follows by itself, and outlives a database session that was cut."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from lachan.certificates import follower, keys
from lachan.certificates.models import Card
from tests.immunization.conftest import NOW, make_station, rows, stock_up

pytestmark = pytest.mark.slow


def _until(done: Callable[[], bool], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def test_it_follows_and_comes_back_after_its_session_was_cut(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "AFTER_FAULT_S", 0.2)
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
