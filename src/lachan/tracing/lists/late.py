"""Check-ins that come late: a device that was offline for a day brings what a list could not know.

Read from the outbox of visits, in commit-safe order, each batch once. A list is worked out again when a row that came
in overlaps a stay of its case, or is of the case itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import psycopg
from django.utils import timezone

from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.tracing.engine.shapes import Longs
from lachan.tracing.lists import requests
from lachan.tracing.visits.subjects import subjects_of

READER: Final = "tracing.late"
BATCHES: Final = 200
WAIT: Final = timedelta(seconds=2)  # what comes in a burst is worked out once
_Case = tuple[UUID, UUID, str]  # case, person, disease


class _Watched(NamedTuple):
    """Where and when rows would touch a list: stays of cases, sorted by place, and the cases' own pseudonyms."""

    place: Longs
    start: Longs
    end: Longs
    case: list[_Case]
    own: dict[int, list[tuple[int, int, _Case]]]


class _Rows(NamedTuple):
    """Check-ins of one batch; UNIX seconds."""

    place: Longs
    subject: Longs
    t_in: Longs
    t_out: Longs


def look() -> int:
    """Ask again for every list that batches since the last look touch; how many."""
    asked = 0
    for batches in journal.behind(READER, load("tracing", "batches_behind"), [BATCHES], list):
        now = timezone.now()
        with hot_cursor() as cursor:
            watched = _watched(cursor, now - requests.LOOKS_BACK)
            cases: set[_Case] = set()
            if watched.case or watched.own:
                for batch in batches:
                    cases |= _touched(_rows(bytes(batch[2])), watched)
            requests.ask_again(cursor, sorted(cases), "late", now + WAIT)
        asked += len(cases)
    return asked


def _watched(cursor: psycopg.Cursor[Any], since: datetime) -> _Watched:
    arrays.execute(cursor, load("tracing", "stays_to_look_at"), [since])
    stays = sorted(cursor.fetchall(), key=lambda row: row[0])
    arrays.execute(cursor, load("tracing", "lists_standing"), [since])
    lists = cursor.fetchall()
    subjects = subjects_of({row[1] for row in lists})
    own: dict[int, list[tuple[int, int, _Case]]] = {}
    for case_id, person_id, disease, start, end in lists:
        for subject in subjects.get(person_id, ()):
            own.setdefault(subject, []).append((_seconds(start), _seconds(end), (case_id, person_id, disease)))
    return _Watched(
        np.array([row[0] for row in stays], np.int64),
        np.array([_seconds(row[1]) for row in stays], np.int64),
        np.array([_seconds(row[2]) for row in stays], np.int64),
        [(row[3], row[4], row[5]) for row in stays],
        own,
    )


def _touched(rows: _Rows, watched: _Watched) -> set[_Case]:
    cases: set[_Case] = set()
    low = np.searchsorted(watched.place, rows.place, "left")
    high = np.searchsorted(watched.place, rows.place, "right")
    for i in np.flatnonzero(high > low).tolist():
        at = slice(int(low[i]), int(high[i]))
        meets = (watched.start[at] < rows.t_out[i]) & (watched.end[at] > rows.t_in[i])
        cases |= {watched.case[int(low[i]) + int(k)] for k in np.flatnonzero(meets)}
    for i in np.flatnonzero(np.isin(rows.subject, list(watched.own))).tolist():
        for start, end, case in watched.own[int(rows.subject[i])]:
            if rows.t_in[i] < end and rows.t_out[i] > start:
                cases.add(case)
    return cases


def _rows(content: bytes) -> _Rows:
    """The first four columns of a batch; its form is told in :mod:`lachan.tracing.models.visits`."""
    count = len(content) // 33
    return _Rows(*np.frombuffer(content, "<i8", 4 * count).reshape(4, count))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
