"""Rotation of the sealing key: every sealed value is opened with the key it names and sealed again with the newest.

A model says which of its columns are sealed by ``class Sealed: columns = ("sealed",)``; the context of a column is
``table.column``. Work goes through each table in the order of its key, a page a transaction, so it can be stopped at
any time: what was rotated stays so, and a second run passes over it quickly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import BinaryField, Field, IntegerField, Model
from psycopg import sql

from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import Sealer, sealer

PAGE = 1_000  # values a transaction: well under a second, so writers hardly wait

Progress = Callable[[str, int, int], None]


class SealedColumn(NamedTuple):
    """A column of sealed values, and the key its table is walked by (names and types)."""

    table: str
    column: str
    keys: tuple[tuple[str, str], ...]

    @property
    def context(self) -> str:
        return f"{self.table}.{self.column}"


class Rotated(NamedTuple):
    """Values looked at, and those sealed anew."""

    column: str
    seen: int
    changed: int


def sealed_columns() -> list[SealedColumn]:
    """Every sealed column of every room, from the models."""
    found = []
    for model in apps.get_models():
        declared = getattr(model, "Sealed", None)  # its own, or of the abstract model it is made after
        if declared is not None:
            table = model._meta.db_table
            found += [SealedColumn(table, column, _keys(model)) for column in declared.columns]
    return sorted(found)


def rotate(progress: Progress | None = None, with_sealer: Sealer | None = None) -> list[Rotated]:
    """Seal everything with the newest key of the ring. ``progress(column, seen, changed)`` after each page.

    Raises :class:`lachan.kernel.sealing.SealError` when a value was sealed with a key that is no longer in the ring;
    pages before it are done.
    """
    keys = with_sealer or sealer()
    result = []
    for column in sealed_columns():
        seen = changed = 0
        for page_seen, page_changed in _pages(column, keys):
            seen, changed = seen + page_seen, changed + page_changed
            if progress:
                progress(column.context, seen, changed)
        result.append(Rotated(column.context, seen, changed))
    return result


def _pages(column: SealedColumn, keys: Sealer) -> Iterator[tuple[int, int]]:
    after: tuple[Any, ...] | None = None
    while True:
        with hot_cursor() as cursor:
            rows = cursor.execute(_page(column, after is not None), [*(after or ()), PAGE]).fetchall()
            if not rows:
                return
            after = tuple(rows[-1][:-1])
            old = [row for row in rows if row[-1] is not None and bytes(row[-1])[0] != keys.newest]
            for *key, value in old:
                new = keys.seal(keys.open(value, column.context), column.context)
                # a value that changed meanwhile was sealed by its writer, with the newest key
                cursor.execute(_change(column), [new, *key, value])
        yield len(rows), len(old)


def _page(column: SealedColumn, onward: bool) -> sql.Composed:
    key = sql.SQL(", ").join(sql.Identifier(name) for name, _ in column.keys)
    places = sql.SQL(", ").join(sql.SQL("%s::{}").format(sql.SQL(kind)) for _, kind in column.keys)
    where = sql.SQL("WHERE ({}) > ({}) ").format(key, places) if onward else sql.SQL("")
    return sql.SQL("SELECT {}, {} FROM {} {}ORDER BY {} LIMIT %s").format(
        key, sql.Identifier(column.column), sql.Identifier(column.table), where, key
    )


def _change(column: SealedColumn) -> sql.Composed:
    same = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name, _ in column.keys)
    value = sql.Identifier(column.column)
    return sql.SQL("UPDATE {} SET {} = %s WHERE {} AND {} = %s").format(
        sql.Identifier(column.table), value, same, value
    )


def _keys(model: type[Model]) -> tuple[tuple[str, str], ...]:
    primary = model._meta.pk_fields
    return tuple((field.column or field.name, _type(field)) for field in primary)


def _type(field: Field[Any, Any]) -> str:
    if isinstance(field, IntegerField):
        return "bigint"
    return "bytea" if isinstance(field, BinaryField) else "uuid"
