"""What becomes of sign-ins when two records become one, or come apart: they end.

Which record a number opens has changed, so whoever was in signs in again and is let in to what is theirs now.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from lachan.kernel.movers import Kept, Move, Mover
from lachan.kernel.statements import load


def _end(cursor: psycopg.Cursor[Any], move: Move) -> Kept:
    for person_id in (move.source, move.target):
        cursor.execute(load("people", "end_person_sessions"), [person_id])
        cursor.execute(load("people", "end_person_codes"), [person_id])
    return None


def _end_again(cursor: psycopg.Cursor[Any], move: Move, kept: Kept, returning: set[UUID]) -> None:
    _end(cursor, move)


SIGN_INS = Mover("people", ("people_personsession.person_id", "people_signincode.person_id"), _end, _end_again)
