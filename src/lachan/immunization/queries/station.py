"""Reads about sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from django.db import connection

from lachan.immunization.batch import SessionRow
from lachan.kernel import arrays
from lachan.kernel.statements import load

if TYPE_CHECKING:
    from lachan.immunization.bodies.day import SessionOpenIn


def sessions_in(cursor: psycopg.Cursor[Any], ids: Iterable[UUID]) -> dict[UUID, SessionRow]:
    """Sessions by id; one query."""
    arrays.execute(cursor, load("immunization", "sessions_by_id"), [list(ids)])
    return {row[0]: SessionRow(*row) for row in cursor.fetchall()}


def session_of(body: SessionOpenIn, facility_id: int) -> SessionRow:
    """A session opened in the same slice as the commands that refer to it."""
    return SessionRow(body.session_id, facility_id, body.date, "open", None)


def people_waiting(session_id: UUID) -> int:
    """People of a session who have not been vaccinated or sent home; one query."""
    return int(_one("people_waiting", session_id))


def session_begun(session_id: UUID) -> bool:
    """Whether anybody has come; one query."""
    return bool(_one("session_begun", session_id))


def _one(name: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", name), parameters)
        row = cursor.fetchone()
    return row[0] if row else None
