"""Pairs when two records become one: the pair of the two is settled by it, their other pairs are found anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from lachan.kernel.movers import Kept, Move, Mover
from lachan.kernel.statements import load


def _merged(cursor: psycopg.Cursor[Any], move: Move) -> Kept:
    pair = min(move.source, move.target), max(move.source, move.target)
    cursor.execute(load("people", "pair_merged"), [move.now, move.actor_id, *pair])
    settled = cursor.rowcount
    cursor.execute(load("people", "forget_pairs"), [move.source, move.source])
    return {"settled": settled} if settled else None


def _apart(cursor: psycopg.Cursor[Any], move: Move, kept: Kept, returning: set[UUID]) -> None:
    if kept:  # somebody looked and said: two people
        pair = min(move.source, move.target), max(move.source, move.target)
        cursor.execute(load("people", "pair_apart"), [move.now, move.actor_id, *pair])


PAIRS = Mover("people", ("people_personpair.person_id", "people_personpair.other_id"), _merged, _apart)
