"""Pairs someone works through: read in the areas of the asker, and settled with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.kernel.statements import load
from lachan.people.models import PairScan

MOST: Final = 100  # pairs a page
_TOP: Final = (1_001, UUID(int=(1 << 128) - 1), UUID(int=(1 << 128) - 1))

After = tuple[int, UUID, UUID]


class Pair(NamedTuple):
    """Two records found alike; ``score`` in thousandths orders them, ``reasons`` are the matcher's codes."""

    person_id: UUID
    other_id: UUID
    verdict: str
    score: int
    reasons: tuple[str, ...]
    found_at: datetime

    @property
    def after(self) -> After:
        return self.score, self.person_id, self.other_id


class ScanState(NamedTuple):
    """The latest scan: when it began, and when it ended, if it did."""

    started_at: datetime
    finished_at: datetime | None


def open_pairs(
    areas: Sequence[int] | None, *, verdict: str = "", after: After | None = None, limit: int = 25
) -> list[Pair]:
    """Open pairs of which one record lives in ``areas`` (None: the nation), the most alike first. One query."""
    score, person_id, other_id = after or _TOP
    asked = {
        "areas": None if areas is None else list(areas), "verdict": verdict, "score": score, "person_id": person_id,
        "other_id": other_id, "most": min(limit, MOST),
    }  # fmt: skip
    with hot_cursor() as cursor:
        cursor.execute(load("people", "open_pairs"), asked)
        return [_pair(row) for row in cursor.fetchall()]


def counts(areas: Sequence[int] | None) -> dict[str, int]:
    """Open pairs by verdict. One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("people", "count_open_pairs"), {"areas": None if areas is None else list(areas)})
        return dict(cursor.fetchall())


def latest_scan() -> ScanState | None:
    """When duplicates were searched for last."""
    found = PairScan.objects.order_by("-started_at").first()
    return ScanState(found.started_at, found.finished_at) if found else None


def settle(pairs: Sequence[tuple[UUID, UUID]], *, reason: str, actor_id: UUID, now: datetime) -> list[Outcome]:
    """Someone says of each pair: two people. One outcome each; two statements however many.

    The ids in either order. Refused: ``reason_missing``, and ``pair_unknown`` for one that is none or was settled
    before. The caller has checked that the persons are the actor's.
    """
    if len(pairs) > MOST:
        raise ValueError(f"{len(pairs)} pairs at once; the limit is {MOST}")
    said = reason.strip()[:2_000]
    if len(said) < 3:
        return [Outcome(REFUSED, "reason_missing", None, None) for _ in pairs]
    ordered = [(min(pair), max(pair)) for pair in pairs]
    columns = [list(column) for column in zip(*sorted(set(ordered)), strict=True)]
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("people", "settle_pairs"), [now, actor_id, said, *columns])
        done = set(cursor.fetchall())
        body = msgspec.json.encode({"settled": "two_people"}).decode()
        # the reason stays with the pair: it may name somebody
        entries = [
            journal.Entry("pair.settled", person_id, now, actor_id, body) for pair in sorted(done) for person_id in pair
        ]
        journal.append(cursor, entries)
    return [
        Outcome(ACCEPTED, None, pair[0], None) if pair in done else Outcome(REFUSED, "pair_unknown", None, None)
        for pair in ordered
    ]


def _pair(row: Sequence[Any]) -> Pair:
    reasons = msgspec.json.decode(row[4]) if isinstance(row[4], str) else row[4]
    return Pair(row[0], row[1], row[2], row[3], tuple(reasons), row[5])
