"""What the screens of the laboratory show: the day at a glance, a tube, a pool, a sample with what was found in it.

Each read takes the facility it is for, or is checked afterwards: :func:`concerns`, :func:`own_findings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.surveillance.laboratory.ledger import Found, Pool, PoolFound, Sample, Tube, with_list

BENCH: Final = "laboratory.work"
MOST: Final = 200  # rows of each part of the list
LOOK_BACK: Final = timedelta(days=14)  # a sample nobody answered for so long is no work of today


class ResultView(NamedTuple):
    """A result as the day's list shows it."""

    id: UUID
    person_id: UUID
    sample_id: UUID
    disease: str
    method: str
    outcome: str
    ct: float | None
    resulted_at: datetime
    status: str
    code: str | None


class FoundView(Found):
    """A result of one sample, with why it stands no longer."""

    fault: str | None


class OrderView(NamedTuple):
    """A test asked for."""

    id: UUID
    person_id: UUID
    asked_at: datetime
    reason: str
    diseases: list[str]


@dataclass(frozen=True, slots=True)
class BenchDay:
    """A laboratory's day: what waits, pools, what was found, and how many of each."""

    samples: list[Sample]
    pools: list[tuple[Pool, int]]  # with the number of members
    results: list[ResultView]
    open: dict[str, int]
    outcomes: dict[str, int]


@dataclass(slots=True)
class Recognised:
    """What a code stands for: a sample with everything found in it, or a pool; neither when nobody knows the code."""

    sample: Sample | None = None
    found: list[FoundView] = field(default_factory=list)
    pool: Pool | None = None

    @property
    def people(self) -> list[UUID]:
        """Whose samples are in it."""
        if self.pool is not None:
            return sorted({person for _, person in self.pool.members})
        return [self.sample.person_id] if self.sample is not None else []


def day_of(laboratory_id: int, since: datetime) -> BenchDay:
    """The day of a laboratory since midnight (``since``): six statements."""
    asked = {
        "laboratory": laboratory_id, "since": since - LOOK_BACK, "most": MOST, "long_ago": since - LOOK_BACK,
    }  # fmt: skip
    today = asked | {"since": since}
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "bench_samples"), asked)
        samples = [_sample(row) for row in cursor.fetchall()]
        cursor.execute(load("surveillance", "bench_counts"), asked)
        waiting = dict(cursor.fetchall())
        cursor.execute(load("surveillance", "bench_results"), today)
        results = [ResultView(*row) for row in cursor.fetchall()]
        cursor.execute(load("surveillance", "bench_outcomes"), today)
        outcomes = dict(cursor.fetchall())
        cursor.execute(load("surveillance", "bench_pools"), today)
        pools = [_pool(row) for row in cursor.fetchall()]
        cursor.execute(load("surveillance", "pool_sizes"), {"pools": [pool.id for pool in pools]})
        sizes = dict(cursor.fetchall())
    return BenchDay(samples, [(pool, sizes.get(pool.id, 0)) for pool in pools], results, waiting, outcomes)


def recognise(code: str) -> Recognised:
    """What the code on a tube stands for."""
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "lab_tubes"), [[code]])
        row = cursor.fetchone()
    if row is None:
        return Recognised()
    tube = Tube(*row)
    if tube.pool_id is not None:
        return Recognised(pool=pool_of(tube.pool_id))
    assert tube.person_id is not None
    assert tube.sample_id is not None
    return sample_of(tube.person_id, tube.sample_id)


def sample_of(person_id: UUID, sample_id: UUID) -> Recognised:
    """One sample and everything found in it."""
    asked = {"person": person_id, "sample": sample_id}
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "lab_one_sample"), asked)
        row = cursor.fetchone()
        cursor.execute(load("surveillance", "lab_results_of_sample"), asked)
        found = [FoundView(*one) for one in cursor.fetchall()]
    return Recognised(_sample(row), found) if row is not None else Recognised()


def pool_of(pool_id: UUID) -> Pool | None:
    """A pool with its members and what was found in it."""
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "lab_pools"), [[pool_id]])
        row = cursor.fetchone()
        if row is None:
            return None
        pool = _pool(row)
        cursor.execute(load("surveillance", "lab_pool_members"), [[pool_id]])
        pool.members = [(sample, person) for _, sample, person in cursor.fetchall()]
        cursor.execute(load("surveillance", "lab_pool_results"), [[pool_id]])
        pool.results = [PoolFound(*one) for one in cursor.fetchall()]
    return pool


def concerns(actor: Actor, known: Recognised) -> bool:
    """Whether it was sent to a laboratory of the actor's, taken or made there, or tested there."""
    if known.pool is not None:
        places = {known.pool.laboratory_id, *(one.facility_id for one in known.pool.results)}
    elif known.sample is not None:
        places = {known.sample.laboratory_id, known.sample.facility_id, *(one.facility_id for one in known.found)}
    else:
        return False
    return any(_ours(actor, place) for place in places)


def own_findings(actor: Actor, known: Recognised) -> Recognised:
    """The same without what other laboratories found."""
    pool = known.pool
    if pool is not None:
        results = [one for one in pool.results if _ours(actor, one.facility_id)]
        pool = msgspec.structs.replace(pool, results=results)
    return Recognised(known.sample, [one for one in known.found if _ours(actor, one.facility_id)], pool)


def _ours(actor: Actor, facility_id: int | None) -> bool:
    return facility_id is not None and scopes.facility_in_scope(actor, facility_id, BENCH)


def samples_of_pool(pool: Pool) -> list[Sample]:
    """The samples in a pool."""
    asked = {"persons": [person for _, person in pool.members], "samples": [sample for sample, _ in pool.members]}
    return _samples("lab_samples_of_pool", asked)


def taken_since(facility_id: int, since: datetime) -> list[Sample]:
    """Samples taken at a facility, the latest first."""
    return _samples("samples_taken", {"facility": facility_id, "since": since, "most": MOST})


def orders_open(facility_id: int, since: datetime) -> list[OrderView]:
    """Tests asked for at a facility for which nothing was taken yet."""
    with hot_cursor() as cursor:
        asked = {"facility": facility_id, "since": since - LOOK_BACK, "most": MOST}
        cursor.execute(load("surveillance", "lab_orders_open"), asked)
        return [OrderView._make(with_list(row, 4)) for row in cursor.fetchall()]


def _samples(statement: str, asked: dict[str, Any]) -> list[Sample]:
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", statement), asked)
        return [_sample(row) for row in cursor.fetchall()]


def _sample(row: Sequence[Any]) -> Sample:
    return Sample(*with_list(row, 6))


def _pool(row: Sequence[Any]) -> Pool:
    return Pool(*with_list(row, 4))
