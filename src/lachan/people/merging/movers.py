"""How the rows of this room follow a person."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.movers import Kept, Move, Mover, rows_of
from lachan.kernel.statements import load
from lachan.people.duplicates.movers import PAIRS
from lachan.people.self_service.movers import SIGN_INS


def _join(cursor: psycopg.Cursor[Any], move: Move) -> Kept:
    """The record that goes names the one it became; a provisional survivor is known once the other was.

    Records merged into the one that goes are left as they are: their way leads on through it.
    """
    cursor.execute(load("people", "join_person"), [move.target, move.source])
    cursor.execute(load("people", "known_by_merge"), [move.target, move.source])
    return ["provisional"] if cursor.fetchone() else []


def _part(cursor: psycopg.Cursor[Any], move: Move, kept: Kept, _returning: set[UUID]) -> None:
    cursor.execute(load("people", "join_person"), [None, move.source])
    if kept:
        cursor.execute(load("people", "provisional_again"), [move.target])


def _move_numbers(cursor: psycopg.Cursor[Any], move: Move) -> Kept:
    """Numbers follow, but for one the survivor has already, and a trusted one where the survivor has another of that
    kind: that number has ended. It stays with the record that went, where it still finds the person and nobody else
    can claim it."""
    cursor.execute(load("people", "move_identifiers"), [move.target, move.source, move.target])
    return [bytes(row[0]).hex() for row in cursor.fetchall()]


def _numbers_back(cursor: psycopg.Cursor[Any], move: Move, kept: Kept, _returning: set[UUID]) -> None:
    if kept:
        blinds = [bytes.fromhex(one) for one in kept]
        arrays.execute(cursor, load("people", "identifiers_back"), [move.source, move.target, blinds, move.source])


MOVERS: Final = (
    Mover("people", ("people_person.merged_into",), _join, _part),
    Mover("people", ("people_identifier.person_id",), _move_numbers, _numbers_back),
    rows_of("people", "people_endedidentifier"),
    rows_of("people", "people_contact"),
    rows_of("people", "people_guardian"),
    rows_of("people", "people_guardian", "guardian_id"),
    PAIRS,
    SIGN_INS,
)
