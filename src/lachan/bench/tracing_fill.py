"""Three weeks of visits of real records into a house to be measured: 20 million rows in about two minutes.

Written past the doors, by COPY into tables that are joined to the others with their indexes already built. Kept for the
next run as long as they are recent enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg
from psycopg import sql

from lachan.bench import tracing_visits_data as data
from lachan.kernel.sealing import Sealer
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.synth.run import Target
from lachan.tracing.engine.shapes import Longs
from lachan.tracing.segments.layout import CLOSED, DAY_S, Rows
from lachan.tracing.visits.subjects import CONTEXT, PERSON, pseudonym_of

FIRST_VENUE: Final = 1_000_000_000
EPOCH_2000: Final = 946_684_800
_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TAIL: Final = b"\xff\xff"
Say = Callable[[str], None]

_ROW = np.dtype([
    ("fields", ">i2"), ("n1", ">i4"), ("place", ">i8"), ("n2", ">i4"), ("t_in", ">i8"), ("n3", ">i4"), ("t_out", ">i8"),
    ("n4", ">i4"), ("subject", ">i8"), ("n5", ">i4"), ("source", ">i2"), ("n6", ">i4"), ("provisional", "u1"),
])  # fmt: skip


def ensure_visits(target: Target, visits: int, say: Say) -> None:
    """Fill the house unless it is filled; the last day is yesterday's."""
    with psycopg.connect(target.dsn, autocommit=True) as connection:
        there = connection.execute(load("bench", "filled_visits")).fetchone()
        if there is not None and there[0] >= visits * 0.95 and _recent(connection):
            return
        connection.execute(load("bench", "forget_tracing"))
        say(f"writing {visits:,} visits of three weeks")
        people = [
            row[0] for row in connection.execute(load("bench", "some_people"), [data.people_of(visits)]).fetchall()
        ]
        real = _subjects(connection, people, target)
        invented = data.subjects(data.people_of(visits))[: len(real)]
        shift = (_yesterday() - data.FIRST_DAY) - data.DAYS + 1
        closed: dict[int, bool] = {}
        for day, rows in data.by_day(visits):
            known = np.searchsorted(invented, rows.subject)
            known = np.minimum(known, len(invented) - 1)
            keep = invented[known] == rows.subject
            rows = rows.of(keep)
            _day(connection, day + shift, rows, real[known[keep]], shift * DAY_S)
            closed |= dict(zip(rows.place.tolist(), (rows.flags & CLOSED).astype(bool).tolist(), strict=True))
        _venues(connection, closed, data.places_of(visits))
        connection.execute(load("bench", "filled_partitions"))


def _yesterday() -> int:
    return (datetime.now(UTC).date() - timedelta(days=1) - date(1970, 1, 1)).days


def _recent(connection: psycopg.Connection[Any]) -> bool:
    """Whether yesterday has visits: the window of a case of today would otherwise be empty."""
    day = date(1970, 1, 1) + timedelta(days=_yesterday())
    name = f"tracing_visit_{day:%Y%m%d}"
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [name]).fetchone()
    if found is None or not found[0]:
        return False
    statement = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(name))
    row = connection.execute(statement).fetchone()
    return bool(row and row[0])


def _subjects(connection: psycopg.Connection[Any], people: list[UUID], target: Target) -> Longs:
    """Pseudonyms of these people, remembered as the doors would."""
    seal = Sealer(target.ring, target.blind_key).seal
    subjects = np.empty(len(people), np.int64)
    statement = "COPY tracing_subject (subject, proof, sealed, provisional) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row, person in enumerate(people):
            name = pseudonym_of(PERSON, person.bytes)
            subjects[row] = name.subject
            copy.write_row((name.subject, name.proof, seal(name.stands_for, CONTEXT), False))
    return subjects


def _venues(connection: psycopg.Connection[Any], closed: dict[int, bool], count: int) -> None:
    communes = sorted(area.id for province in places.provinces(date(2026, 1, 1)) for area in _communes(province.id))
    flags = [closed.get(place, True) for place in range(1, count + 1)]
    asked = [FIRST_VENUE, communes, len(communes), flags, count]
    connection.execute(load("bench", "make_bench_venues"), asked)


def _communes(province_id: int) -> Iterable[Any]:
    return places.communes(province_id, date(2026, 1, 1))


def _day(connection: psycopg.Connection[Any], day: int, rows: Rows, subject: Longs, shift_s: int) -> None:
    """One day's table: filled bare, then its indexes, then joined to the others."""
    on = date(1970, 1, 1) + timedelta(days=day)
    connection.execute(load("bench", "visits_partition"), [on])
    name = sql.Identifier(f"tracing_visit_{on:%Y%m%d}")
    bounds = [sql.Literal(f"{on}T00:00:00Z"), sql.Literal(f"{on + timedelta(days=1)}T00:00:00Z")]
    run = connection.execute
    run(sql.SQL("ALTER TABLE tracing_visit DETACH PARTITION {}").format(name))
    run(sql.SQL("DROP TABLE {}").format(name))
    run(sql.SQL("CREATE TABLE {} (LIKE tracing_visit INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(name))
    made = np.zeros(len(rows.place), _ROW)
    made["fields"] = 6
    for field, size in zip(("n1", "n2", "n3", "n4", "n5", "n6"), (8, 8, 8, 8, 2, 1), strict=True):
        made[field] = size
    made["place"] = rows.place + FIRST_VENUE
    made["t_in"] = (rows.t_in + shift_s - EPOCH_2000) * 1_000_000
    made["t_out"] = (rows.t_out + shift_s - EPOCH_2000) * 1_000_000
    made["subject"], made["source"] = subject, 1
    statement = sql.SQL("COPY {} (place_id, t_in, t_out, subject, source, provisional) FROM STDIN (FORMAT binary)")
    with connection.cursor() as cursor, cursor.copy(statement.format(name)) as copy:
        copy.write(_COPY_HEAD + made.tobytes() + _COPY_TAIL)
    run(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (place_id, t_in, subject) INCLUDE (t_out)").format(name))
    run(sql.SQL("CREATE INDEX ON {} (subject, t_in)").format(name))
    attach = sql.SQL("ALTER TABLE tracing_visit ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})")
    run(attach.format(name, *bounds))
