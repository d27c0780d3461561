"""Keys of temporary ids: one for six hours, made when first needed, sealed in the table, gone with the visits."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

import psycopg

from lachan.kernel import arrays
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.tracing.encounters.tokens import key_number

CONTEXT: Final = "tracing_temporarykey.sealed"


def keys_of(cursor: psycopg.Cursor[Any], numbers: Collection[int]) -> dict[int, bytes]:
    """Those of these keys that are there. One query."""
    arrays.execute(cursor, load("tracing", "temporary_keys"), [sorted(set(numbers))])
    open_ = sealer().open
    return {number: open_(sealed, CONTEXT) for number, sealed in cursor.fetchall()}


def ensure_keys(cursor: psycopg.Cursor[Any], times: Iterable[int], now: datetime) -> dict[int, bytes]:
    """The keys of these instants (UNIX seconds), made where they are missing; another process's stand."""
    numbers = {key_number(at) for at in times}
    found = keys_of(cursor, numbers)
    missing = sorted(numbers - found.keys())
    if missing:
        seal = sealer().seal
        made = [seal(os.urandom(32), CONTEXT) for _ in missing]
        arrays.execute(cursor, load("tracing", "make_temporary_keys"), [now, missing, made])
        found = keys_of(cursor, numbers)
    return found
