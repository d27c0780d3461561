"""The tubes, samples, pools and results that a slice is about: read whole under the locks of their people, changed in
memory, written with one statement a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays, locks
from lachan.kernel.arrays import columns
from lachan.kernel.commands import LostRace
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts, Resolved
from lachan.people.queries import became_part, persons_in
from lachan.surveillance.cases.reconsider import reconsider
from lachan.surveillance.laboratory.rules import state_of


class Tube(NamedTuple):
    """What a code stands for: a sample of a person, or a pool."""

    code: str
    person_id: UUID | None
    sample_id: UUID | None
    pool_id: UUID | None


class Sample(msgspec.Struct):
    """As the table holds it."""

    id: UUID
    person_id: UUID
    taken_at: datetime
    code: str | None
    pool_id: UUID | None
    specimen: str
    diseases: list[str]
    reason: str
    order_id: UUID | None
    facility_id: int | None
    laboratory_id: int | None
    state: str


class Found(msgspec.Struct):
    """A result of a sample."""

    id: UUID
    person_id: UUID
    sample_id: UUID
    disease: str
    method: str
    device: str
    outcome: str
    ct: float | None
    taken_at: datetime
    tested_at: datetime | None
    resulted_at: datetime
    facility_id: int | None
    pool_id: UUID | None
    status: str


class PoolFound(msgspec.Struct):
    """A result of a pool."""

    id: UUID
    pool_id: UUID
    disease: str
    method: str
    device: str
    outcome: str
    ct: float | None
    tested_at: datetime | None
    resulted_at: datetime
    facility_id: int | None
    status: str


class Pool(msgspec.Struct):
    """A pool with its members and everything found in it."""

    id: UUID
    code: str
    made_at: datetime
    specimen: str
    diseases: list[str]
    laboratory_id: int | None
    state: str
    members: list[tuple[UUID, UUID]] = []  # (sample, person)
    results: list[PoolFound] = []


class Ledger:
    """``read`` finds and locks, the methods change, ``write`` stores and has the cases reconsidered."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.tubes: dict[str, Tube] = {}
        self.samples: dict[UUID, Sample] = {}
        self.pools: dict[UUID, Pool] = {}
        self.results: dict[UUID, list[Found]] = defaultdict(list)  # standing ones by sample
        self.by_id: dict[UUID, Found] = {}
        self.persons: dict[UUID, PersonFacts] = {}
        self.pairs: set[tuple[UUID, str]] = set()
        self._new_samples: list[Sample] = []
        self._new_tubes: list[Tube] = []
        self._moved: dict[UUID, Sample] = {}
        self._new_results: list[tuple[Any, ...]] = []
        self._ended: list[tuple[Any, ...]] = []
        self._corrections: list[tuple[Any, ...]] = []
        self._pools: dict[UUID, Pool] = {}
        self._members: list[tuple[Any, ...]] = []
        self._pool_results: list[tuple[Any, ...]] = []
        self._pool_ended: list[tuple[Any, ...]] = []

    def read(
        self,
        items: Iterable[Item],
        codes: Iterable[str],
        *,
        untubed_at: Iterable[datetime] = (),
        result_ids: Iterable[UUID] = (),
    ) -> None:
        """Everything these codes and these people lead to: at most ten statements however many.

        People whom only a tube names are locked here, in the sorted order of every lock; of more than a thousand the
        lock refuses, and the slice is divided.
        """
        cursor, wanted = self.batch.cursor, sorted(set(codes))
        if wanted:
            arrays.execute(cursor, load("surveillance", "lab_tubes"), [wanted])
            self.tubes = {row[0]: Tube(*row) for row in cursor.fetchall()}
        self._read_pools({tube.pool_id for tube in self.tubes.values() if tube.pool_id is not None})
        held = {item.person.id: item.person for item in items if item.resolved is not None}
        self.persons |= held
        named = {tube.person_id for tube in self.tubes.values() if tube.person_id is not None}
        named |= {person for pool in self.pools.values() for _, person in pool.members}
        self._lock(named - held.keys())
        samples = {tube.sample_id for tube in self.tubes.values() if tube.sample_id is not None}
        samples |= {sample for pool in self.pools.values() for sample, _ in pool.members}
        self._read_samples(samples, list(untubed_at), list(result_ids))

    def _lock(self, ids: set[UUID]) -> None:
        if not ids:
            return
        cursor = self.batch.cursor
        locks.lock(cursor, "person", ids)
        if became_part(cursor, ids):
            raise LostRace  # the tubes are somebody else's by now: read again
        self.persons |= persons_in(cursor, ids)

    def _read_pools(self, ids: set[UUID]) -> None:
        if not ids:
            return
        cursor, asked = self.batch.cursor, [sorted(ids)]
        locks.lock(cursor, "pool", ids)
        arrays.execute(cursor, load("surveillance", "lab_pools"), asked)
        for row in cursor.fetchall():
            self.pools[row[0]] = Pool(*with_list(row, 4))
        arrays.execute(cursor, load("surveillance", "lab_pool_members"), asked)
        for pool_id, sample_id, person_id in cursor.fetchall():
            self.pools[pool_id].members.append((sample_id, person_id))
        arrays.execute(cursor, load("surveillance", "lab_pool_results"), asked)
        for row in cursor.fetchall():
            self.pools[row[1]].results.append(PoolFound(*row))

    def _read_samples(self, ids: set[UUID], untubed_at: list[datetime], result_ids: list[UUID]) -> None:
        people = sorted(self.persons)
        if not people or not (ids or untubed_at or result_ids):
            return
        cursor = self.batch.cursor
        if result_ids:  # their samples are known by the results alone
            arrays.execute(cursor, load("surveillance", "lab_results"), [people, [], result_ids])
            ids = ids | {row[2] for row in cursor.fetchall()}
        arrays.execute(cursor, load("surveillance", "lab_samples"), [people, sorted(ids), untubed_at])
        for row in cursor.fetchall():
            self.samples[row[0]] = Sample(*with_list(row, 6))
        arrays.execute(cursor, load("surveillance", "lab_results"), [people, sorted(self.samples), result_ids])
        for row in cursor.fetchall():
            found = Found(*row)
            self.by_id[found.id] = found
            if found.status == "standing":
                self.results[found.sample_id].append(found)

    def owner(self, item: Item, person_id: UUID) -> None:
        """The person whom the tube names becomes the command's, as if it had been sent with it."""
        if item.resolved is None:
            item.resolved = Resolved(self.persons[person_id])

    def untubed(self, person_id: UUID, taken_at: datetime, disease: str) -> Sample | None:
        """The sample without a code that a sender's result made before: the same person, the same moment."""
        return next(
            (
                sample for sample in self.samples.values()
                if sample.person_id == person_id and sample.taken_at == taken_at and sample.code is None
                and sample.pool_id is None and disease in sample.diseases
            ),
            None,
        )  # fmt: skip

    def add_sample(self, sample: Sample) -> Sample:
        self.samples[sample.id] = sample
        self._new_samples.append(sample)
        if sample.code is not None:
            self._add_tube(Tube(sample.code, sample.person_id, sample.id, None))
        if sample.pool_id is not None:
            self.put_in(self.pools[sample.pool_id], sample)
        return sample

    def add_pool(self, pool: Pool) -> Pool:
        self.pools[pool.id] = self._pools[pool.id] = pool
        self._add_tube(Tube(pool.code, None, None, pool.id))
        return pool

    def put_in(self, pool: Pool, sample: Sample) -> None:
        pool.members.append((sample.id, sample.person_id))
        self._members.append((pool.id, sample.id, sample.person_id))

    def _add_tube(self, tube: Tube) -> None:
        self.tubes[tube.code] = tube
        self._new_tubes.append(tube)

    def move(self, sample: Sample, state: str) -> None:
        """The sample's state, written once at the end."""
        if sample.state != state:
            sample.state = state
            self._moved[sample.id] = sample

    def settle(self, sample: Sample) -> None:
        """The state that follows from what stands."""
        standing = [(found.disease, found.outcome) for found in self.results[sample.id]]
        self.move(sample, state_of(sample.state, sample.diseases, standing))

    def pool_is(self, pool: Pool, state: str) -> None:
        pool.state = state
        self._pools[pool.id] = pool

    def add_result(self, found: Found, *, corrects: UUID | None = None) -> None:
        """A result begins to stand; the journal and the case of its person hear of it."""
        self.results[found.sample_id].append(found)
        self.by_id[found.id] = found
        self._new_results.append(
            (
                found.id, found.person_id, found.resulted_at, found.sample_id, found.disease, found.method,
                found.device, found.outcome, found.ct, found.taken_at, found.tested_at, found.facility_id,
                found.pool_id, corrects,
            )
        )  # fmt: skip
        self._tell("result.recorded", found, found.resulted_at)

    def end_result(self, found: Found, kind: str, at: datetime, reason: str, replacement: UUID | None = None) -> None:
        """A result stands no longer: ``kind`` corrected or withdrawn. The row stays, a fact beside it says why."""
        found.status = kind
        self.results[found.sample_id] = [one for one in self.results[found.sample_id] if one.id != found.id]
        self._ended.append((found.person_id, found.id, kind))
        self._corrections.append((new_id(), found.person_id, at, found.id, kind, replacement, reason))
        self._tell(f"result.{kind}", found, at)

    def _tell(self, verb: str, found: Found, at: datetime) -> None:
        self.pairs.add((found.person_id, found.disease))
        body = {
            "result": found.id, "disease": found.disease, "method": found.method, "outcome": found.outcome,
            "facility": found.facility_id or 0,
        }  # fmt: skip
        self.batch.record(verb, found.person_id, at, msgspec.json.encode(body).decode())

    def add_pool_result(self, found: PoolFound, *, corrects: UUID | None = None) -> None:
        pool = self.pools[found.pool_id]
        pool.results.append(found)
        self._pool_results.append(
            (
                found.id, found.pool_id, found.resulted_at, found.disease, found.method, found.device, found.outcome,
                found.ct, found.tested_at, found.facility_id, corrects,
            )
        )  # fmt: skip
        body = {"pool": pool.code, "disease": found.disease, "outcome": found.outcome, "members": len(pool.members)}
        self.batch.record("pool.tested", pool.id, found.resulted_at, msgspec.json.encode(body).decode())

    def end_pool_result(self, found: PoolFound, kind: str, reason: str) -> None:
        found.status = kind
        self._pool_ended.append((found.pool_id, found.id, kind, reason))

    def write(self) -> None:
        """One statement for each table that changed; then the cases of everybody concerned."""
        cursor, first = self.batch.cursor, [self.batch.actor.id, self.batch.now]
        pools = [
            (p.id, p.code, p.made_at, p.specimen, _json(p.diseases), p.laboratory_id, p.state)
            for _, p in sorted(self._pools.items())
        ]
        samples = [
            (
                s.id, s.person_id, s.taken_at, s.code, s.pool_id, s.specimen, _json(s.diseases), s.reason, s.order_id,
                s.facility_id, s.laboratory_id, s.state,
            )
            for s in self._new_samples
        ]  # fmt: skip
        made = {sample.id for sample in self._new_samples}
        moved = [(s.person_id, s.id, s.state, s.pool_id) for _, s in sorted(self._moved.items()) if s.id not in made]
        if self._new_tubes:
            tubes = sorted(self._new_tubes)
            arrays.execute(cursor, load("surveillance", "insert_tubes"), [self.batch.now, *columns(tubes)])
            if len(cursor.fetchall()) != len(tubes):
                raise LostRace  # somebody else's tube took the code in the same moment
        for statement, before, rows in (
            ("put_pools", first, pools),
            ("insert_samples", first, samples),
            ("move_samples", [], moved),
            ("insert_pool_members", [], self._members),
            ("insert_lab_results", first, self._new_results),
            ("end_lab_results", [], self._ended),
            ("insert_result_corrections", first, self._corrections),
            ("insert_pool_results", first, self._pool_results),
            ("end_pool_results", [], self._pool_ended),
        ):
            if rows:
                arrays.execute(cursor, load("surveillance", statement), [*before, *columns(rows)])
        if self.pairs:
            reconsider(cursor, sorted(self.pairs), actor_id=self.batch.actor.id, now=self.batch.now)


def with_list(row: Sequence[Any], place: int) -> list[Any]:
    """Django's connection hands JSON over as text, a bare psycopg one as objects."""
    values = list(row)
    if isinstance(values[place], str | bytes):
        values[place] = msgspec.json.decode(values[place])
    return values


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
