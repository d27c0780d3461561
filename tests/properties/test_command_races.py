"""However often, in whatever order and by however many at once commands are sent, each has one effect."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.kernel import commands, journal, locks
from lachan.kernel.commands import Command, Worked
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, HELD, REFUSED, Outcome

NOW = datetime(2022, 3, 10, 3, 0, tzinfo=UTC)
ACTOR = UUID(int=9)
pytestmark = pytest.mark.slow


def work(cursor: psycopg.Cursor[Any], fresh: Sequence[Command]) -> list[Worked]:
    """One fact a command, about the person it names; a fault in every command that says so."""
    locks.lock(cursor, "person", [UUID(int=command.body["person"]) for command in fresh])
    made = [uuid4() for _ in fresh]
    journal.append(
        cursor,
        [
            journal.Entry("note.kept", record, command.happened_at, ACTOR, "not json" if command.body["bad"] else "{}")
            for record, command in zip(made, fresh, strict=True)
        ],
    )
    return [Worked(Outcome(ACCEPTED, None, record)) for record in made]


def run(sent: Sequence[Command]) -> list[Outcome]:
    return commands.run(sent, work, actor_id=ACTOR, now=NOW)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What several threads, each with a connection of its own, answer when they start together."""
    start, answers, errors = threading.Barrier(len(calls)), [None] * len(calls), []

    def one(number: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(20)
            answers[number] = call()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    assert not any(thread.is_alive() for thread in threads)
    return answers


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def note(person: int, bad: bool = False) -> Command:
    return Command(new_id(), "note.keep", NOW, {"person": person, "bad": bad})


@pytest.mark.parametrize("times", range(3))
def test_the_same_upload_by_two_at_once(committed: None, times: int) -> None:
    sent = [note(number % 7) for number in range(60)]
    one, other = at_once(lambda: run(sent), lambda: run(sent[::-1]))
    assert count("kernel_journal") == 60
    assert count("kernel_command") == 60
    for first, second in zip(one, other[::-1], strict=True):
        assert first.id == second.id
        assert {first.status, second.status} == {ACCEPTED, DUPLICATE}


def test_one_id_with_two_contents_at_once_has_one_winner(committed: None) -> None:
    one = note(1)
    other = Command(one.id, one.verb, one.happened_at, {"person": 2, "bad": False})
    [first], [second] = at_once(lambda: run([one]), lambda: run([other]))
    assert {first.status, second.status} == {ACCEPTED, REFUSED}
    assert first.id == second.id
    assert count("kernel_journal") == 1
    assert count("kernel_submission") == 2
    assert count("kernel_worklistitem") == 1


def test_overlapping_uploads_of_four_stations(committed: None) -> None:
    """Overlapping persons, opposite orders, one poisoned command in the part all share."""
    shared = [note(number) for number in range(20)] + [note(3, bad=True)]
    uploads = [[note(n) for n in range(station, station + 20)] + shared for station in range(4)]
    at_once(*(lambda mine=mine: run(mine[:: -1 if len(mine) % 2 else 1]) for mine in uploads))
    assert count("kernel_journal") == 4 * 20 + 20
    assert count("kernel_command") == 4 * 20 + 21
    assert count("kernel_worklistitem") == 1


def test_any_repetition_and_order_of_calls_has_the_effects_of_one(reference: None, db: None) -> None:
    """Calls made of pieces of one day: every command sent gets the answer it got first."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        bad=st.lists(st.booleans(), min_size=1, max_size=8),
        calls=st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=12), min_size=1, max_size=6),
    )
    def day(bad: list[bool], calls: list[list[int]]) -> None:
        before = count("kernel_journal")
        sent = [note(number, bad=fault) for number, fault in enumerate(bad)]
        first: dict[UUID, Outcome] = {}
        for call in calls:
            mine = [sent[number % len(sent)] for number in call]
            for command, outcome in zip(mine, run(mine), strict=True):
                known = first.setdefault(command.id, outcome)
                assert outcome.id == known.id
                assert outcome.status is (known.status if outcome is known else DUPLICATE)
                assert known.status is (HELD if command.body["bad"] else ACCEPTED)
        good = sum(outcome.status is ACCEPTED for outcome in first.values())
        assert count("kernel_journal") - before == good

    day()
