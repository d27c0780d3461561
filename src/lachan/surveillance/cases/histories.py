"""What was known of cases and when, for the figures of the epidemic: numbers are made of it, nobody reads it."""

from __future__ import annotations

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


class History(NamedTuple):
    """A case as it is now, the classes it was given with when, and what was said of it; both in order of recording."""

    row: CaseRow
    classes: list[tuple[datetime, str]]
    told: list[Told]


def histories(cursor: psycopg.Cursor[Any], person_ids: Collection[UUID]) -> list[History]:
    """Every case of these persons with its history. One query."""
    arrays.execute(cursor, load("surveillance", "case_histories"), [_SAID, sorted(person_ids)])
    opened = sealer()
    found = []
    for row, moments, given, recorded, happened, kinds, contents in cursor.fetchall():
        told = [
            Told(*said[:3], msgspec.json.decode(opened.open(said[3], NOTE_CONTEXT)))
            for said in zip(recorded, happened, kinds, contents, strict=True)
        ]
        found.append(History(msgspec.json.decode(row, type=CaseRow), list(zip(moments, given, strict=True)), told))
    return found
