"""A scan in parts, each small enough to hold in memory and to repeat after a stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.people.duplicates import blocks
from lachan.people.duplicates.blocks import Row

_PARTS = "0123456789abcdef"


class Slice(NamedTuple):
    """``name`` is what is remembered; ``persons`` how many records it reads, for the progress."""

    name: str
    persons: int


Pairs = list[tuple[UUID, UUID]]


def slices(cursor: psycopg.Cursor[Any]) -> list[Slice]:
    """Years of birth, then numbers and telephones by the first digit of their blind index."""
    cursor.execute(load("people", "years_of_birth"))
    years = [Slice(f"born:{'unknown' if year is None else year}", count) for year, count in cursor.fetchall()]
    return [*years, *(Slice(f"{kind}:{part}", 0) for kind in ("number", "telephone") for part in _PARTS)]


def candidates(cursor: psycopg.Cursor[Any], name: str) -> tuple[Pairs, int]:
    """Pairs of ids worth comparing in a slice, and how many records were read."""
    kind, _, part = name.partition(":")
    if kind == "born":
        return _born(cursor, part)
    first = int(part, 16)
    span = [bytes([first * 16]), bytes([first * 16 + 15]) + b"\xff" * 16]
    groups = _telephones(cursor, span) if kind == "telephone" else _numbers(cursor, span)
    found: Pairs = []
    persons = 0
    for group in groups:
        persons += len(group)
        for a, b in combinations(group, 2):
            if kind == "number" or (a.birth_date != b.birth_date and blocks.names_near(a.search_name, b.search_name)):
                found.append((a.id, b.id))  # the condition differs by kind; a loop reads better
    return found, persons


def _born(cursor: psycopg.Cursor[Any], part: str) -> tuple[Pairs, int]:
    if part == "unknown":
        cursor.execute(load("people", "born_unknown"))
    else:
        year = int(part)
        cursor.execute(load("people", "born_in"), [date(year, 1, 1), date(year + 1, 1, 1)])
    rows = [Row._make(row) for row in cursor.fetchall()]
    return [(rows[a].id, rows[b].id) for a, b in blocks.pairs(rows)], len(rows)


def _telephones(cursor: psycopg.Cursor[Any], span: list[bytes]) -> Iterator[list[Row]]:
    cursor.execute(load("people", "shared_telephones"), span)
    return blocks.groups((row[0], Row._make(row[1:])) for row in cursor.fetchall())


def _numbers(cursor: psycopg.Cursor[Any], span: list[bytes]) -> Iterator[list[Row]]:
    """In two steps: numbers and persons lie on different nodes of a cluster."""
    cursor.execute(load("people", "shared_numbers"), span)
    held = cursor.fetchall()
    arrays.execute(cursor, load("people", "rows_to_compare"), [list({person_id for _, person_id in held})])
    rows = {row[0]: Row._make(row) for row in cursor.fetchall()}
    return blocks.groups((blind, rows[person_id]) for blind, person_id in held if person_id in rows)
