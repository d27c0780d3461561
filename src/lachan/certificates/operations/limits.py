"""How much one key may have checked: counted in the database, so that every web process counts together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid5

import structlog

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

log = structlog.get_logger("lachan.certificates")
_COUNTERS: Final = UUID("0c4b5f5e-6f0d-5a1c-8a55-766572696679")


class Limit(NamedTuple):
    """So many in so long."""

    name: str
    most: int
    window: timedelta


TEXTS: Final = Limit("texts", 12_000, timedelta(minutes=1))  # a border crossing of a big airport has a tenth of that
# Certificates nobody vouches for: some are misread or foreign, thousands are somebody trying out what is accepted.
UNVOUCHED: Final = Limit("unvouched", 2_000, timedelta(minutes=10))


def take(actor_id: UUID, texts: int, now: datetime) -> bool:
    """Count these texts before they are checked; False when that was too many, or the key tried too much that nobody
    vouches for. One statement."""
    counts = _count(actor_id, {TEXTS: texts, UNVOUCHED: 0}, now)
    return counts[TEXTS] <= TEXTS.most and counts[UNVOUCHED] <= UNVOUCHED.most


def note_unvouched(actor_id: UUID, texts: int, now: datetime) -> None:
    """Count texts whose signature did not hold. Whoever goes over the limit is logged once, by key and count only."""
    if texts:
        count = _count(actor_id, {UNVOUCHED: texts}, now)[UNVOUCHED]
        if count > UNVOUCHED.most >= count - texts:
            log.warning("a key tries many certificates that nobody vouches for", actor=str(actor_id), count=count)


def _count(actor_id: UUID, wanted: dict[Limit, int], now: datetime) -> dict[Limit, int]:
    keys = {uuid5(_COUNTERS, f"{limit.name}:{actor_id}"): limit for limit in wanted}
    ordered = sorted(keys)
    with hot_cursor() as cursor:
        arrays.execute(
            cursor,
            load("certificates", "count_checks"),
            [ordered, [wanted[keys[key]] for key in ordered], [now + keys[key].window for key in ordered], now, now],
        )
        return {keys[key]: count for key, count in cursor.fetchall()}
