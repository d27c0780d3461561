"""Ways through sessions of two records in one list, and apart again. In a session both were in, two become one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from lachan.immunization.rules import meeting
from lachan.kernel import arrays
from lachan.kernel.movers import Kept, Move, rows_of
from lachan.kernel.statements import load

_ROWS: Final = rows_of("immunization", "immunization_encounter")
_LINKED: Final = ("relink_doses", "relink_screenings", "relink_not_given", "relink_reactions")


def move_encounters(cursor: psycopg.Cursor[Any], move: Move) -> Kept:
    """Encounters follow; of two in one session the target's stays and takes over what it lacks."""
    arrays.execute(cursor, load("immunization", "encounters_of_persons"), [[move.source, move.target]])
    found = cursor.fetchall()
    sessions = {session: encounter for person, encounter, session in found if person == move.target}
    pairs = [(mine, sessions[session]) for person, mine, session in found
             if person == move.source and session in sessions]  # fmt: skip
    kept: dict[str, Any] = _join(cursor, move, pairs) if pairs else {}
    if moved := _ROWS.move(cursor, move):
        kept["moved"] = moved
    return kept


def _join(cursor: psycopg.Cursor[Any], move: Move, pairs: list[tuple[UUID, UUID]]) -> dict[str, Any]:
    gone_ids, own_ids = [gone for gone, _ in pairs], [own for _, own in pairs]
    whole = _whole(cursor, [move.source, move.target], gone_ids + own_ids)
    joined = [
        {"gone": whole[gone], "own": whole[own], "after": meeting.joined(whole[own], whole[gone])}
        for gone, own in pairs
    ]  # fmt: skip
    arrays.execute(cursor, load("immunization", "drop_encounters"), [move.source, gone_ids])
    arrays.execute(cursor, load("immunization", "set_encounters"), [[_json(pair["after"]) for pair in joined]])
    linked: dict[str, list[str]] = {}
    for statement in _LINKED:
        arrays.execute(cursor, load("immunization", statement), [gone_ids, own_ids, move.source, None, None])
        linked[statement] = [str(row[0]) for row in cursor.fetchall()]
    return {"joined": joined, "linked": linked}


def encounters_back(cursor: psycopg.Cursor[Any], move: Move, kept: Kept, returning: set[UUID]) -> None:
    """Moved encounters go back; of joined ones each stands again with its own steps, later ones stay with the target's.

    What hung on the one that was dropped is linked to it again before its own mover takes it back.
    """
    kept = kept or {}
    joined = kept.get("joined", [])
    if joined:
        gone_ids, own_ids = [UUID(p["gone"]["id"]) for p in joined], [UUID(p["own"]["id"]) for p in joined]
        for statement, ids in kept["linked"].items():
            rows = [UUID(one) for one in ids]
            arrays.execute(cursor, load("immunization", statement), [own_ids, gone_ids, move.target, rows, rows])
        now = _whole(cursor, [move.target], own_ids)
        restored = [meeting.parted(now[UUID(p["own"]["id"])], p["own"], p["after"]) for p in joined]
        arrays.execute(cursor, load("immunization", "set_encounters"), [[_json(row) for row in restored]])
        arrays.execute(cursor, load("immunization", "put_encounters"), [[_json(p["gone"]) for p in joined]])
        returning |= set(gone_ids)
    _ROWS.back(cursor, move, kept.get("moved", []), returning)


def _whole(cursor: psycopg.Cursor[Any], persons: list[UUID], ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    arrays.execute(cursor, load("immunization", "whole_encounters"), [persons, ids])
    return {
        row[0]: msgspec.json.decode(row[1]) if isinstance(row[1], str) else row[1] for row in cursor.fetchall()
    }  # fmt: skip


def _json(row: dict[str, Any]) -> str:
    return msgspec.json.encode(row).decode()
