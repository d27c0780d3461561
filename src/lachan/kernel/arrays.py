"""Columns for ``unnest``, packed into PostgreSQL's binary array format.

A set-based statement takes one array a column. Handing psycopg plain lists costs several times the rest of a dose: each
element is dumped as text, quoted, and parsed again by the server. Here the statement's own casts (``%s::uuid[]``)
choose a packer once, and each column becomes bytes in one pass. Format: PostgreSQL source, ``array_send``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_NULL = struct.pack("!i", -1)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_CAST = re.compile(r"%s(?:::(\w+)\[\])?")

Pack = Callable[[Sequence[Any]], bytes]


class Packed:
    """Bytes of a whole array and the type they are of."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


def _array(element_oid: int, count: int, nulls: bool, body: bytes) -> bytes:
    if count == 0:
        return struct.pack("!iiI", 0, 0, element_oid)
    return struct.pack("!iiIii", 1, 1 if nulls else 0, element_oid, count, 1) + body


def _fixed(element_oid: int, form: str, value_of: Callable[[Any], Any]) -> Pack:
    """A packer for elements of one size: length and value in one ``struct`` call."""
    pair = struct.Struct("!i" + form)
    size, pack = pair.size - 4, pair.pack

    def packer(values: Sequence[Any]) -> bytes:
        nulls = None in values
        if nulls:
            body = b"".join([_NULL if value is None else pack(size, value_of(value)) for value in values])
        else:
            body = b"".join([pack(size, value_of(value)) for value in values])
        return _array(element_oid, len(values), nulls, body)

    return packer


def _bytes(element_oid: int, value_of: Callable[[Any], bytes]) -> Pack:
    """A packer for elements of any size."""
    length = struct.Struct("!i").pack

    def packer(values: Sequence[Any]) -> bytes:
        nulls = False
        parts = []
        for value in values:
            if value is None:
                nulls = True
                parts.append(_NULL)
            else:
                data = value_of(value)
                parts.append(length(len(data)))
                parts.append(data)
        return _array(element_oid, len(values), nulls, b"".join(parts))

    return packer


def _same(value: Any) -> Any:
    return value


def _uuid(value: UUID) -> bytes:
    return value.int.to_bytes(16)


def _day(value: date) -> int:
    return value.toordinal() - _EPOCH_DAY


def _moment(value: datetime) -> int:
    """Microseconds since 2000; whole-number arithmetic, since a float would lose the last digits."""
    passed = value - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _jsonb(value: str) -> bytes:
    return b"\x01" + value.encode()


# type name -> (oid of the array, packer); the only types the house's statements take as columns
_TYPES: dict[str, tuple[int, Pack]] = {
    "uuid": (2951, _fixed(2950, "16s", _uuid)),
    "int": (1007, _fixed(23, "i", _same)),
    "smallint": (1005, _fixed(21, "h", _same)),
    "bigint": (1016, _fixed(20, "q", _same)),
    "float8": (1022, _fixed(701, "d", _same)),
    "bool": (1000, _fixed(16, "?", _same)),
    "date": (1182, _fixed(1082, "i", _day)),
    "timestamptz": (1185, _fixed(1184, "q", _moment)),
    "text": (1009, _bytes(25, str.encode)),
    "json": (199, _bytes(114, str.encode)),
    "jsonb": (3807, _bytes(3802, _jsonb)),
    "bytea": (1001, _bytes(17, bytes)),
}


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Packed) -> bytes:
        return obj.data


def _kind(name: str, oid: int) -> type[Packed]:
    """A class of its own for each array type: psycopg chooses a parameter's type by its class."""
    kind = type(f"Packed_{name}", (Packed,), {"__slots__": ()})
    psycopg.adapters.register_dumper(kind, type(f"_{name}_dumper", (_PackedDumper,), {"oid": oid}))
    return kind


_KINDS = {name: _kind(name, oid) for name, (oid, _) in _TYPES.items()}


@cache
def _casts(statement: str) -> tuple[str | None, ...]:
    return tuple(_CAST.findall(statement))


def columns(rows: Iterable[Any]) -> list[list[Any]]:
    """Rows of one width as the columns that ``unnest`` takes; no rows, no columns."""
    return [list(column) for column in zip(*rows, strict=True)]


def execute(cursor: psycopg.Cursor[Any], statement: str, parameters: Sequence[Any]) -> None:
    """Run a statement whose list parameters are columns: ``%s::type[]`` in its text says how each is packed."""
    casts = _casts(statement)
    if len(casts) != len(parameters):
        raise ValueError(f"the statement takes {len(casts)} parameters, {len(parameters)} were given")
    packed = [
        _KINDS[cast](_TYPES[cast][1](value)) if cast and isinstance(value, list) else value
        for cast, value in zip(casts, parameters, strict=True)
    ]
    cursor.execute(statement, packed)
