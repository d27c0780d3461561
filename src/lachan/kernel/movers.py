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
from typing import Any, Final, NamedTuple
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
    kept = {name: mover.move(cursor, move) for name, mover in _movers.items()}
    return {name: value for name, value in kept.items() if value}


def back_all(cursor: psycopg.Cursor[Any], move: Move, kept: Mapping[str, Kept], named: set[UUID]) -> set[UUID]:
    """Take everything back; the ids of all rows that went. ``named``: facts of after the merge that go as well."""
    returning = set(named)
    for name, mover in _movers.items():
        mover.back(cursor, move, kept.get(name), returning)
    return returning


def rows_of(
    room: str, table: str, column: str = "person_id", *, key: str | None = "id", hangs_on: tuple[str, ...] = ()
) -> Mover:
    """The mover of a table that needs no decision: each row follows its person as it is.

    A row that would collide with one of the target (the same telephone under both) stays where it was and is seen again
    after an un-merge. ``key``: tells the rows of one person apart; None when a person has at most one. ``hangs_on``:
    columns that name another fact (``dose_id``, ``encounter_id``); at an un-merge a later row goes with that fact.
    """
    rows = _Rows(table, column, key, hangs_on)
    return Mover(room, (f"{table}.{column}",), rows.move, rows.back)


_ONE: Final = "-"  # the key of the only row a person has


class _Rows(NamedTuple):
    """Statements of a plain table, composed once from its model, so that a new column follows by itself."""

    table: str
    column: str
    key: str | None
    hangs_on: tuple[str, ...]

    def move(self, cursor: psycopg.Cursor[Any], move: Move) -> Kept:
        everything = sql.SQL("true")
        return [str(key) for key in self._take(cursor, move.source, move.target, everything, [])]

    def back(self, cursor: psycopg.Cursor[Any], move: Move, kept: Kept, returning: set[UUID]) -> None:
        wanted = [*(kept or []), *(str(one) for one in returning)]
        if not wanted:
            return
        tests = [sql.SQL("{}::text = ANY(%s::text[])").format(self._key_value())]
        values: list[Any] = [wanted]
        for name in self.hangs_on:
            tests.append(sql.SQL("{} = ANY(%s::uuid[])").format(sql.Identifier(name)))
            values.append(list(returning))
        chosen = sql.SQL("({})").format(sql.SQL(" OR ").join(tests))
        returning |= {
            key for key in self._take(cursor, move.target, move.source, chosen, values) if isinstance(key, UUID)
        }

    def _take(
        self, cursor: psycopg.Cursor[Any], old: UUID, new: UUID, chosen: sql.Composable, values: list[Any]
    ) -> list[Any]:
        """Rows ``chosen`` of the old person become the new one's; their keys."""
        table, column, key = sql.Identifier(self.table), sql.Identifier(self.column), self._key_value()
        spread, columns = _layout(self.table)
        if self.column != spread:
            cursor.execute(
                sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s AND {} RETURNING {}").format(
                    table, column, column, chosen, key
                ),
                [new, old, *values],
            )
            return [row[0] for row in cursor.fetchall()]
        names = [sql.Identifier(name) for name in columns]
        taken = [sql.SQL("%s::uuid") if name == self.column else sql.Identifier(name) for name in columns]
        cursor.execute(
            sql.SQL(
                "INSERT INTO {} ({}) SELECT {} FROM {} WHERE {} = %s AND {} ON CONFLICT DO NOTHING RETURNING {}"
            ).format(table, sql.SQL(", ").join(names), sql.SQL(", ").join(taken), table, column, chosen, key),
            [new, old, *values],
        )
        keys = [row[0] for row in cursor.fetchall()]
        if keys:
            cursor.execute(
                sql.SQL("DELETE FROM {} WHERE {} = %s AND {}::text = ANY(%s::text[])").format(table, column, key),
                [old, [str(one) for one in keys]],
            )
        return keys

    def _key_value(self) -> sql.Composable:
        return sql.Identifier(self.key) if self.key else sql.Literal(_ONE)


@cache
def _layout(table: str) -> tuple[str | None, tuple[str, ...]]:
    """(column a table is spread by, columns that are written), from its model."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    written = (field for field in model._meta.local_concrete_fields if not isinstance(field, models.GeneratedField))
    spread: str | None = getattr(getattr(model, "Distribution", None), "column", None)
    return spread, tuple(field.column for field in written if field.column)
