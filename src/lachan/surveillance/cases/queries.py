"""Reads about cases, list-first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg

from lachan.kernel.database import hot_cursor
from lachan.surveillance.cases import rows
from lachan.surveillance.facts import CaseFacts


@contextmanager
def _within(cursor: psycopg.Cursor[Any] | None) -> Iterator[psycopg.Cursor[Any]]:
    if cursor is not None:
        yield cursor
    else:
        with hot_cursor() as own:
            yield own


def case_facts(cursor: psycopg.Cursor[Any] | None, case_ids: Collection[UUID]) -> dict[UUID, CaseFacts]:
    """Cases as tracing needs them, discarded ones too; unknown ids are left out. One query, in the caller's transaction
    where a cursor is given."""
    with _within(cursor) as found:
        return {row.id: row.facts() for row in rows.of_ids(found, case_ids)}


def cases_of(person_ids: Collection[UUID], cursor: psycopg.Cursor[Any] | None = None) -> dict[UUID, list[rows.CaseRow]]:
    """Every case of these persons, the latest first. One query."""
    found: dict[UUID, list[rows.CaseRow]] = defaultdict(list)
    with _within(cursor) as within:
        for row in reversed(rows.of_persons(within, person_ids)):
            found[row.person_id].append(row)
    return dict(found)
