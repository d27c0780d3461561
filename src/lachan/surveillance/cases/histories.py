"""What was known of cases and when, for the figures of the epidemic: numbers are made of it, nobody reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.surveillance.cases.book import NOTE_CONTEXT
from lachan.surveillance.cases.rows import CaseRow

_SAID: Final = ["report", "onset", "course", "isolate", "move", "end"]


class Told(NamedTuple):
    """One thing said of a case, opened in memory: its kind and content as the command's body had it."""

    recorded_at: datetime
    happened_at: datetime
    kind: str
    content: dict[str, Any]


class Sample(NamedTuple):
    """A positive sample, and when its result stood; ``until`` None: it stands."""

    taken_at: datetime
    since: datetime
    until: datetime | None


class History(NamedTuple):
    """A case as it is now, the classes it was given with when, what was said of it, both in order of recording; and the
    positive samples of its time of illness."""

    row: CaseRow
    classes: list[tuple[datetime, str]]
    told: list[Told]
    samples: list[Sample]


def histories(cursor: psycopg.Cursor[Any], person_ids: Collection[UUID]) -> list[History]:
    """Every case of these persons with its history. One query."""
    arrays.execute(cursor, load("surveillance", "case_histories"), [_SAID, sorted(person_ids)])
    opened = sealer()
    found: dict[tuple[UUID, str], list[History]] = defaultdict(list)
    for row, moments, given, recorded, happened, kinds, contents, *samples in cursor.fetchall():
        told = [
            Told(*said[:3], msgspec.json.decode(opened.open(said[3], NOTE_CONTEXT)))
            for said in zip(recorded, happened, kinds, contents, strict=True)
        ]
        case = msgspec.json.decode(row, type=CaseRow)
        taken = [Sample(*sample) for sample in zip(*samples, strict=True)]
        found[case.pair].append(History(case, list(zip(moments, given, strict=True)), told, taken))
    return [_own(history, cases) for cases in found.values() for history in cases]


def _own(history: History, cases: list[History]) -> History:
    """The history with the samples of its own time of illness: the latest that began before the sample was taken."""
    if len(cases) == 1:
        return history
    order = sorted((other.row for other in cases if other.row.joined_into is None), key=lambda row: row.happened_at)

    def case_of(sample: Sample) -> UUID:
        began = [row for row in order if row.happened_at <= sample.taken_at]
        return (began[-1] if began else order[0]).id

    own = [sample for sample in history.samples if order and case_of(sample) == history.row.id]
    return history._replace(samples=own)
