"""What follows a person when two records become one, and goes back when they come apart.

Each room moves its own rows: it registers a mover for every column that points at people
(``tests/house/test_movers.py`` fails for one without). A table spread by the person cannot have that column updated on
a cluster, so its rows are inserted under the new person and deleted under the old, in two set-based statements.

What a mover needs for the way back it returns as plain JSON values; ``people.merging`` keeps them. Everything happens
in the caller's transaction, under the locks of both persons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql


class Move(NamedTuple):
    """``source`` becomes part of ``target``, or comes out of it again; ``reason`` as somebody stated it."""

    source: UUID
    target: UUID
    actor_id: UUID
    now: datetime
    reason: str


Kept = Any  # what a mover wants back at an un-merge: JSON values only, and no sealed column
Forth = Callable[[psycopg.Cursor[Any], Move], Kept]
Back = Callable[[psycopg.Cursor[Any], Move, Kept, set[UUID]], None]


@dataclass(frozen=True, slots=True)
class Mover:
    """How the rows of some columns follow a person.

    ``columns``: every ``table.column`` it answers for; the first names it. ``move`` takes the rows from ``Move.source``
    to ``Move.target``. ``back`` takes them back: the ones it kept and that still stand with the target, and those whose
    id is in the set it is given (facts recorded after the merge which somebody sends back); it adds to that set the id
    of every row it takes, so that the movers after it take what hangs on them.
    """

    room: str
    columns: tuple[str, ...]
    move: Forth
    back: Back
    table: tuple[str, str] | None = None  # (table, column) of a plain one: left out where the person has no row

    @property
    def name(self) -> str:
        return self.columns[0]


_movers: dict[str, Mover] = {}
_staying: dict[str, str] = {}


def register(*movers: Mover) -> None:
    """Add movers; they run in the order of registration, both ways. Registering twice has no second effect."""
    for mover in movers:
        _movers.setdefault(mover.name, mover)


def stays(column: str, why: str) -> None:
    """Say that ``table.column`` points at people and is not moved, and why."""
    _staying[column] = why


def answered() -> dict[str, str]:
    """Every ``table.column`` somebody answers for, with the room of its mover or the reason why it stays."""
    return {column: mover.room for mover in _movers.values() for column in mover.columns} | _staying


def move_all(cursor: psycopg.Cursor[Any], move: Move) -> dict[str, Kept]:
    """Move everything from source to target; what the way back needs, by mover."""
    kept = {mover.name: mover.move(cursor, move) for mover in _needed(cursor, move.source)}
    return {name: value for name, value in kept.items() if value}


def back_all(cursor: psycopg.Cursor[Any], move: Move, kept: Mapping[str, Kept], named: set[UUID]) -> set[UUID]:
    """Take everything back; the ids of all rows that went. ``named``: facts of after the merge that go as well."""
    returning = set(named)
    for mover in _needed(cursor, move.target):
        mover.back(cursor, move, kept.get(mover.name), returning)
    return returning


def _needed(cursor: psycopg.Cursor[Any], person: UUID) -> list[Mover]:
    """Movers in order, without the plain ones whose table holds nothing of this person: of some twenty tables most do
    not. One query."""
    plain = tuple(mover.table for mover in _movers.values() if mover.table is not None)
    if not plain:
        return list(_movers.values())
    cursor.execute(_occupied(plain), [person] * len(plain))
    found = dict(zip(plain, cursor.fetchone() or (), strict=True))
    return [mover for mover in _movers.values() if mover.table is None or found[mover.table]]


@cache
def _occupied(tables: tuple[tuple[str, str], ...]) -> str:
    one = sql.SQL("EXISTS (SELECT 1 FROM {} WHERE {} = %s)")
    asked = [one.format(sql.Identifier(table), sql.Identifier(column)) for table, column in tables]
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(asked)).as_string(None)


def rows_of(
    room: str, table: str, column: str = "person_id", *, key: str | None = "id", hangs_on: tuple[str, ...] = ()
) -> Mover:
    """The mover of a table that needs no decision: each row follows its person as it is.

    A row that would collide with one of the target (the same telephone under both) stays where it was and is seen again
    after an un-merge. ``key``: tells the rows of one person apart; None when a person has at most one. ``hangs_on``:
    columns that name another fact (``dose_id``, ``encounter_id``); at an un-merge a later row goes with that fact.
    """
    rows = _Rows(table, column, key, hangs_on)
    return Mover(room, (f"{table}.{column}",), rows.move, rows.back, (table, column))


_ONE: Final = "-"  # the key of the only row a person has
Which = Literal["all", "chosen"]
_ALL: Final = "all"
_CHOSEN: Final = "chosen"


class _Rows(NamedTuple):
    """A plain table; its statements are composed once from its model, so that a new column follows by itself."""

    table: str
    column: str
    key: str | None
    hangs_on: tuple[str, ...]

    def move(self, cursor: psycopg.Cursor[Any], move: Move) -> Kept:
        return [str(key) for key in self._take(cursor, move.source, move.target, _ALL, [])]

    def back(self, cursor: psycopg.Cursor[Any], move: Move, kept: Kept, returning: set[UUID]) -> None:
        wanted = [*(kept or []), *(str(one) for one in returning)]
        if not wanted:
            return
        values: list[Any] = [wanted, *([list(returning)] * len(self.hangs_on))]
        returning |= {
            key for key in self._take(cursor, move.target, move.source, _CHOSEN, values) if isinstance(key, UUID)
        }

    def _take(self, cursor: psycopg.Cursor[Any], old: UUID, new: UUID, which: Which, values: list[Any]) -> list[Any]:
        """Rows of the old person, all or those chosen, become the new one's; their keys."""
        take, drop = _statements(self, which)
        cursor.execute(take, [new, old, *values])
        keys = [row[0] for row in cursor.fetchall()]
        if keys and drop:
            cursor.execute(drop, [old, [str(one) for one in keys]])
        return keys


@cache
def _statements(rows: _Rows, which: Which) -> tuple[str, str]:
    """(take, drop): an insert under the new person and a delete under the old, or one update where that is allowed."""
    table, column = sql.Identifier(rows.table), sql.Identifier(rows.column)
    key = sql.Identifier(rows.key) if rows.key else sql.Literal(_ONE)
    tests = [sql.SQL("{}::text = ANY(%s::text[])").format(key)]
    tests += [sql.SQL("{} = ANY(%s::uuid[])").format(sql.Identifier(name)) for name in rows.hangs_on]
    chosen = sql.SQL("({})").format(sql.SQL(" OR ").join(tests)) if which == _CHOSEN else sql.SQL("true")
    spread, columns = _layout(rows.table)
    if rows.column != spread:
        update = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s AND {} RETURNING {}")
        return update.format(table, column, column, chosen, key).as_string(None), ""
    names = [sql.Identifier(name) for name in columns]
    taken = [sql.SQL("%s::uuid") if name == rows.column else sql.Identifier(name) for name in columns]
    insert = sql.SQL(
        "INSERT INTO {} ({}) SELECT {} FROM {} WHERE {} = %s AND {} ON CONFLICT DO NOTHING RETURNING {}"
    ).format(table, sql.SQL(", ").join(names), sql.SQL(", ").join(taken), table, column, chosen, key)
    delete = sql.SQL("DELETE FROM {} WHERE {} = %s AND {}::text = ANY(%s::text[])").format(table, column, key)
    return insert.as_string(None), delete.as_string(None)


@cache
def _layout(table: str) -> tuple[str | None, tuple[str, ...]]:
    """(column a table is spread by, columns that are written), from its model."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    written = (field for field in model._meta.local_concrete_fields if not isinstance(field, models.GeneratedField))
    spread: str | None = getattr(getattr(model, "Distribution", None), "column", None)
    return spread, tuple(field.column for field in written if field.column)
