"""Rows of a run, written and read back: the only hand on the tables of runs besides their verdict."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg
from django.db import connection

from lachan.forecasting.facts import RunFact
from lachan.forecasting.parts import PAST_WEEKS, Made, Part
from lachan.forecasting.queries import read_run
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.statements import load

CLEARED: Final = ("parts", "inputs", "forecasts", "nowcasts", "rts", "raised")
_MEMORY_DAYS: Final = timedelta(days=7 * (PAST_WEEKS + 2))


@contextmanager
def alone(source: str, as_of: date) -> Iterator[None]:
    """One process makes a run at a time. Problem 409 while another is at it."""
    name = f"forecasting {source} {as_of}"
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", "try_lock"), [name])
        if not cursor.fetchone()[0]:
            detail = f"A run of {source} as of {as_of} is under way. Look again when it is done."
            raise Problem("run_under_way", "Run under way", detail, status=409)
        try:
            yield
        finally:
            cursor.execute(load("forecasting", "let_go"), [name])


def run_fact(run_id: UUID) -> RunFact:
    """A run as it stands. LookupError when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", "run_of_id"), [run_id])
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no run {run_id}")
    return read_run(row)


def clear(cursor: psycopg.Cursor[Any], run_id: UUID) -> None:
    """Take away what an unpublished run had done."""
    for what in CLEARED:
        cursor.execute(load("forecasting", f"clear_{what}"), [run_id])


def done(run_id: UUID) -> dict[str, Any]:
    """Parts of a run that are done, and what each found."""
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", "parts_done"), [run_id])
        return {name: json.loads(found) for name, found in cursor.fetchall()}


def keep(run_id: UUID, name: str, part: Part, now: datetime, seconds: float) -> None:
    """A part and that it is done, in one transaction."""
    with hot_cursor() as cursor:
        for table, rows in part.rows.items():
            with cursor.copy(load("forecasting", f"copy_{table}")) as copy:
                for row in rows:
                    copy.write_row((row[0], run_id, *row[1:]))
        found = json.dumps(part.found, allow_nan=False)
        cursor.execute(load("forecasting", "keep_part"), [run_id, name, now, part.size, seconds, found])


class Memory:
    """What members of the ensemble said on earlier days: made once, read by the runs of later weeks."""

    def __init__(self, source: str, version: str) -> None:
        self.source, self.version = source, version

    def recall(self, target: str, day: date) -> Made | None:
        with connection.cursor() as cursor:
            cursor.execute(load("forecasting", "memory_read"), [self.source, target, self.version, [day]])
            row = cursor.fetchone()
        if row is None:
            return None
        with np.load(io.BytesIO(zlib.decompress(bytes(row[1])))) as found:
            return {name: found[name] for name in found.files}

    def remember(self, target: str, made: dict[date, Made]) -> None:
        with hot_cursor() as cursor:
            for day, members in made.items():
                target_file = io.BytesIO()
                np.savez(target_file, **members)  # type: ignore[arg-type]
                content = zlib.compress(target_file.getvalue(), 6)
                cursor.execute(load("forecasting", "memory_keep"), [self.source, target, self.version, day, content])

    def forget(self, as_of: date) -> None:
        """What no later run learns from; other versions of the code are not asked any more."""
        before = as_of - _MEMORY_DAYS
        with hot_cursor() as cursor:
            cursor.execute(load("forecasting", "memory_forget"), [self.source, before, self.version, as_of])
