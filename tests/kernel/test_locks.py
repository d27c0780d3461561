"""Locks are taken in one order everywhere and in bounded number."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import connection

from lachan.kernel import locks
from lachan.kernel.database import hot_cursor


def held() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_each_value_is_locked_once_and_each_space_is_its_own() -> None:
    with hot_cursor() as cursor:
        before = held()
        locks.lock(cursor, "person", [UUID(int=5), UUID(int=5), UUID(int=6)])
        assert held() - before == 2
        locks.lock(cursor, "facility", [5, 6])
        assert held() - before == 4
        locks.lock(cursor, "blind", [b"\0" * 7 + b"\5" + b"rest"])
        assert held() - before == 5
        locks.lock(cursor, "person", [])
        assert held() - before == 5


@pytest.mark.django_db
def test_more_than_the_server_can_hold_is_refused() -> None:
    with hot_cursor() as cursor, pytest.raises(ValueError, match="1001 locks"):
        locks.lock(cursor, "facility", range(locks.MOST_LOCKS + 1))


@pytest.mark.slow
def test_overlapping_batches_in_opposite_order_do_not_deadlock(committed: None) -> None:
    people = [UUID(int=n << 40 | n * 7919 % 1000) for n in range(200)]
    failures: list[Exception] = []
    start = threading.Barrier(2)

    def work(mine: list[UUID]) -> None:
        try:
            start.wait(10)
            for _ in range(15):
                with hot_cursor() as cursor:
                    locks.lock(cursor, "person", mine)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert not any(thread.is_alive() for thread in threads)
