"""Facts reach every subscriber in the publisher's transaction, or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from lachan.kernel import events
from lachan.kernel.database import hot_cursor

NAME = "test.happened.v1"


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    yield
    events._handlers.pop(NAME, None)


@pytest.mark.django_db
def test_a_batch_reaches_every_subscriber_once() -> None:
    seen: list[Any] = []

    def one(_cursor: Any, facts: Any) -> None:
        seen.append(("one", list(facts)))

    def other(_cursor: Any, facts: Any) -> None:
        seen.append(("other", list(facts)))

    for handler in (one, other, one):
        events.subscribe(NAME, handler)
    with hot_cursor() as cursor:
        events.publish(cursor, NAME, [1, 2])
        events.publish(cursor, NAME, [])
        events.publish(cursor, "test.nobody_listens.v1", [3])
    assert seen == [("one", [1, 2]), ("other", [1, 2])]


@pytest.mark.django_db
def test_a_subscriber_that_fails_takes_the_fact_back() -> None:
    def fails(_cursor: Any, _facts: Any) -> None:
        raise ArithmeticError

    def write() -> None:
        with hot_cursor() as cursor:
            cursor.execute("INSERT INTO kernel_journalcursor (reader, xid, row_id) VALUES ('fact', 0, 0)")
            events.publish(cursor, NAME, [1])

    events.subscribe(NAME, fails)
    with pytest.raises(ArithmeticError):
        write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_journalcursor WHERE reader = 'fact'")
        assert cursor.fetchone() == (0,)


def test_the_coverage_counters_listen_to_doses() -> None:
    from lachan.analytics.handlers import count_doses
    from lachan.immunization.facts import DOSES_COUNTED

    assert events._handlers[DOSES_COUNTED] == [count_doses]
