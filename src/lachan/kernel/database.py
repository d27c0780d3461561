"""The way to psycopg below Django: hot statements, prepared, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from django.db import connection, transaction


@contextmanager
def within(cursor: psycopg.Cursor[Any] | None) -> Iterator[psycopg.Cursor[Any]]:
    """The caller's cursor where there is one, else one in a transaction of its own."""
    if cursor is not None:
        yield cursor
    else:
        with hot_cursor() as own:
            yield own


@contextmanager
def hot_cursor(*, together: bool = False) -> Iterator[psycopg.Cursor[Any]]:
    """A raw psycopg cursor inside a transaction on Django's connection.

    Raw, because Django's wrapper interpolates parameters on the client; here they go to the server typed, and the
    statement is prepared after its first few uses.

    ``together`` (libpq's pipeline mode): statements whose rows nobody fetches go to the server without waiting for each
    other's answer; an error then shows at the next fetch or at the end. Not for COPY.
    """
    with transaction.atomic():
        connection.ensure_connection()
        raw: psycopg.Connection[Any] = connection.connection
        with raw.pipeline() if together else nullcontext(), psycopg.Cursor(raw) as cursor:
            yield cursor
