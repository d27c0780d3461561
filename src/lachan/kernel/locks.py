"""Transaction-long advisory locks, taken sorted and bounded, for what two commands could change at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg

from lachan.kernel import arrays

MOST_LOCKS = 1_000  # the server's lock table is finite; an operation works in slices below this
_SPACES = {"person": 1, "facility": 2, "blind": 3, "lot": 4, "plan": 5, "ring": 6, "pool": 9, "subject": 8}


def _key(space: str, value: UUID | bytes | int) -> int:
    number = value.int if isinstance(value, UUID) else int.from_bytes(value[:8]) if isinstance(value, bytes) else value
    # the low bits of a UUIDv7 are random; the space occupies the top byte of a signed 64-bit key
    return (_SPACES[space] << 56) | (number & ((1 << 56) - 1))


def lock(cursor: psycopg.Cursor[Any], space: str, values: Iterable[UUID | bytes | int]) -> None:
    """Wait for the locks of ``values`` in ``space``, in one sorted order everywhere, so two batches cannot deadlock."""
    keys = sorted({_key(space, value) for value in values})
    if len(keys) > MOST_LOCKS:
        raise ValueError(f"{len(keys)} locks asked for at once; work in slices of {MOST_LOCKS}")
    if keys:
        # ordered by unnest WITH ORDINALITY would be a sort node; the array is already sorted and unnest keeps order
        arrays.execute(cursor, "SELECT count(pg_advisory_xact_lock(key)) FROM unnest(%s::bigint[]) AS key", [keys])
