"""The answers of this house: the same from segments, from batches since, and from PostgreSQL where days are missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from lachan.tracing.engine.shapes import Rule
from tests.tracing.answers.writing import DAY, HOUR, MIDNIGHT, settled, world, write
from tests.waiting import wait_for

RULE = Rule(id="r", days_before=1, days_after=1, min_minutes=15, sum="day", max_distance_m=2, levels=2, latent_days=0.2)
WINDOW = (MIDNIGHT - 20 * HOUR, MIDNIGHT + 40 * HOUR)
SUBJECTS = range(7, 210, 7)

pytestmark = pytest.mark.slow


def ask(store: Any) -> list[Any]:
    """Every question there is, in a form that does not depend on the order of rows."""
    store.refresh(at_least_every=0)
    found: list[Any] = []
    for subject in SUBJECTS:
        near = store.f1([subject], WINDOW, RULE)
        further = store.f2([subject], near, WINDOW, RULE)
        pieces = store.pieces([subject], *WINDOW)
        stays = store.stays([subject], *WINDOW)
        found += [[column.tolist() for column in lines] for lines in (near, further)]
        found += [sorted(zip(*(column.tolist() for column in rows), strict=True)) for rows in (pieces[:6], stays)]
    found += [sorted(zip(*(column.tolist() for column in store.visits_of_place(2, *WINDOW)), strict=True))]
    found += [store.crowd(np.array([1, 2, 3, 99]), MIDNIGHT // 86_400).tolist()]
    found += [[lines.contact.tolist() for lines in store.many([([subject], WINDOW) for subject in SUBJECTS], RULE)]]
    return found


def keep(answers: Any) -> Any:
    return answers.keep(datetime.now(UTC))


def from_segments(store: Any) -> list[Any]:
    """The answers, none of which PostgreSQL had to give."""
    before = store.from_truth
    found = ask(store)
    assert store.from_truth == before
    assert not store.store.damaged
    return found


def from_truth(answers: Any) -> list[Any]:
    """The answers of PostgreSQL, whose days a store of another folder lacks."""
    store = answers.store()
    before = store.from_truth
    store.store.suppose(empty={}, missing=[MIDNIGHT // 86_400])
    found = ask(store)
    assert store.from_truth > before
    return found


def test_segments_batches_and_the_truth_say_the_same(own_store: Any) -> None:
    visits = world(1)
    write(visits[:200])
    store = own_store.store()
    unsealed = ask(store)
    assert store.from_truth > 0
    assert keep(own_store).sealed == 3
    assert from_segments(store) == unsealed
    write(visits[200:])
    with_tail = from_segments(store)
    assert with_tail != unsealed
    assert store.store.tail_rows > 0
    assert own_store.rebuild() == len(visits)
    assert from_segments(store) == with_tail
    assert store.store.tail_rows == 0
    assert from_truth(own_store) == with_tail


@pytest.mark.parametrize("seed", range(3))
def test_corrections_replace_what_was_sealed_and_what_was_not(own_store: Any, seed: int) -> None:
    visits = world(seed + 10)
    write(visits[:200])
    keep(own_store)
    write(visits[200:])
    ask(own_store.store())
    rng = np.random.default_rng(seed)
    for _ in range(3):  # a check-out comes, is corrected, and again
        chosen = [visits[at] for at in rng.choice(len(visits), 60, replace=False)]
        ends = rng.integers(0, 12 * 60, 60) * 60
        write([(*visit[:3], visit[2] + int(end)) for visit, end in zip(chosen, ends, strict=True)], again=True)
    found = from_segments(own_store.store())
    for n in range(-1, 3):
        assert not own_store.equal_to_truth(DAY + timedelta(days=n)).differing
    assert from_truth(own_store) == found
    own_store.close()
    assert from_segments(own_store.store()) == found  # another process reads the batches anew
    own_store.seal(DAY)
    assert from_segments(own_store.store()) == found


def test_a_day_that_begins_is_answered_from_its_first_visit(own_store: Any) -> None:
    write(world(4))
    keep(own_store)
    store = own_store.store()
    store.refresh(at_least_every=0)
    tomorrow = 2 * 86_400
    write([(9, 7, tomorrow + 60, tomorrow + 7_260), (9, 14, tomorrow + 600, tomorrow + 7_200)])
    window = (MIDNIGHT + tomorrow, MIDNIGHT + tomorrow + 86_400)
    store.refresh(at_least_every=0)
    assert set(store.visits_of_place(9, *window).subject.tolist()) == {7, 14}
    assert 14 in store.f1([7], window, RULE).contact
    assert store.from_truth == 0
    assert not own_store.equal_to_truth(DAY + timedelta(days=2)).differing


def test_what_is_not_committed_is_not_seen_and_nothing_is_lost_behind_it(own_store: Any) -> None:
    """A transaction that began before others and commits after them."""
    import psycopg
    from django.db import connection

    write(world(5))
    keep(own_store)
    store = own_store.store()
    connection.ensure_connection()
    other = psycopg.connect(connection.connection.info.dsn, password=connection.connection.info.password or None)
    other.execute("SELECT pg_current_xact_id()")
    write([(9, 7, HOUR, 3 * HOUR), (9, 14, HOUR, 3 * HOUR)], wait=False)
    store.refresh(at_least_every=0)
    assert not len(store.visits_of_place(9, *WINDOW).subject)  # an older transaction still runs
    other.rollback()
    other.close()
    settled()
    store.refresh(at_least_every=0)
    assert set(store.visits_of_place(9, *WINDOW).subject.tolist()) == {7, 14}


def test_a_segment_made_while_others_write_misses_nothing(own_store: Any) -> None:
    """The snapshot of a segment says of every batch whether it is in it."""
    import threading

    store = own_store.store()
    visits = world(6, 600, people=200)
    parts = [visits[at : at + 20] for at in range(0, len(visits), 20)]

    def writing() -> None:
        from django.db import connection

        for part in parts:
            write(part)
        connection.close()

    writer = threading.Thread(target=writing)
    writer.start()
    while writer.is_alive():
        own_store.rebuild([DAY, DAY - timedelta(days=1), DAY + timedelta(days=1)])
        store.refresh(at_least_every=0)
    writer.join()
    store.refresh(at_least_every=0)
    for n in (-1, 0, 1):
        found = own_store.equal_to_truth(DAY + timedelta(days=n))
        assert found.visits
        assert not found.differing


def test_visible_within_a_second(own_store: Any) -> None:
    write(world(7))
    keep(own_store)
    store = own_store.store()
    store.stays([7], *WINDOW)
    write([(9, 7, HOUR, 3 * HOUR)])
    wait_for(lambda: 9 in store.stays([7], *WINDOW).place, 1)
