"""The search through all records for people who are there twice: sliced, resumable, with progress."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.duplicates import slices
from lachan.people.duplicates.pairs import counts
from lachan.people.matching import from_dict, vietnamese
from lachan.people.matching.record import Record
from lachan.people.models import PairScan
from lachan.people.queries import persons_in
from lachan.people.records import records_of

# Records unsealed and compared at a time: what one slice finds is compared in parts of this many pairs.
PART = 4_000

Progress = Callable[[int, int], None]  # (records read so far, of all)


class Result(NamedTuple):
    """``pairs``: those open now; ``resumed``: slices an earlier, stopped run had done."""

    persons: int
    compared: int
    pairs: int
    slices: int
    resumed: int


def scan(*, actor_id: UUID, now: datetime, progress: Progress | None = None) -> Result:
    """Go on with the unfinished scan, or begin one. Each slice is one transaction; a stop loses at most one slice.

    Open pairs that a finished scan did not find again are dropped; what a person settled stays settled.
    """
    current = PairScan.objects.filter(finished_at=None).order_by("started_at").first()
    if current is None:
        current = PairScan.objects.create(started_at=now, actor_id=actor_id)
    with hot_cursor() as cursor:
        parts = slices.slices(cursor)
        cursor.execute(load("people", "slices_done"), [current.id])
        done = {row[0] for row in cursor.fetchall()}
    total = sum(part.persons for part in parts)
    read = sum(part.persons for part in parts if part.name in done)
    compared = 0
    for part in parts:
        if part.name in done:
            continue
        compared += _slice(current.id, part.name, now)
        read += part.persons
        if progress is not None:
            progress(read, total)
    with hot_cursor() as cursor:
        cursor.execute(load("people", "drop_vanished_pairs"), [current.id])
    PairScan.objects.filter(id=current.id).update(finished_at=now)
    return Result(total, compared, sum(counts(None).values()), len(parts), len(done))


def _slice(scan_id: UUID, name: str, now: datetime) -> int:
    """Compare and keep one slice; how many pairs were compared."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "begin_slice"), [scan_id, name, now])
        if cursor.fetchone() is None:
            return 0
        found, persons = slices.candidates(cursor, name)
        kept = sum(_compare(cursor, found[start : start + PART], scan_id, now) for start in range(0, len(found), PART))
        cursor.execute(load("people", "end_slice"), [persons, len(found), kept, scan_id, name])
    return len(found)


def _compare(cursor: psycopg.Cursor[Any], pairs: Sequence[tuple[UUID, UUID]], scan_id: UUID, now: datetime) -> int:
    facts = persons_in(cursor, {person_id for pair in pairs for person_id in pair})
    records = {person_id: from_dict(data) for person_id, data in records_of(list(facts.values())).items()}
    rows = [row for a, b in pairs if (row := _row(a, b, records, facts)) is not None]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        arrays.execute(cursor, load("people", "keep_pairs"), [now, scan_id, *columns])
    return len(rows)


def _row(a: UUID, b: UUID, records: dict[UUID, Record], facts: dict[UUID, Any]) -> tuple[Any, ...] | None:
    if a not in records or b not in records or a == b:
        return None
    if b < a:
        a, b = b, a
    decision = vietnamese.decide(records[a], records[b])
    if decision.decision == "no":
        return None
    return (
        a, b, decision.decision, round(decision.score * 1000), json.dumps(decision.reasons), facts[a].residence_id,
        facts[b].residence_id,
    )  # fmt: skip
