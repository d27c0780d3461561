"""The way to psycopg below Django: hot statements in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Final

import psycopg
from django.db import connection, transaction
from psycopg.pq import Format

PREPARED_AFTER: Final = 2  # uses on one connection; Django's own choice is never


@contextmanager
def within(cursor: psycopg.Cursor[Any] | None) -> Iterator[psycopg.Cursor[Any]]:
    """The caller's cursor where there is one, else one in a transaction of its own."""
    if cursor is not None:
        yield cursor
    else:
        with hot_cursor() as own:
            yield own


@contextmanager
def hot_cursor(
    *, together: bool = False, prepared: bool = False, binary: bool = False
) -> Iterator[psycopg.Cursor[Any]]:
    """A raw psycopg cursor inside a transaction on Django's connection.

    Raw, because Django's wrapper interpolates parameters on the client; here they go to the server typed.

    ``together`` (libpq's pipeline mode): statements whose rows nobody fetches go to the server without waiting for each
    other's answer; an error then shows at the next fetch or at the end. Not for COPY.

    ``prepared``: the server keeps the plan of a statement from its third use on the same connection. For few statements
    that are asked often: planning one costs as much as answering it, but a kept plan knows nothing of its parameters.

    ``binary``: rows come in the server's own form, which is read in compiled code: for many rows with times and ids.
    ``json`` columns then come parsed, so cast them to ``text`` where text is expected.
    """
    with transaction.atomic():
        connection.ensure_connection()
        raw: psycopg.Connection[Any] = connection.connection
        before = raw.prepare_threshold
        raw.prepare_threshold = PREPARED_AFTER if prepared else before
        try:
            with raw.pipeline() if together else nullcontext(), psycopg.Cursor(raw) as cursor:
                cursor.format = Format.BINARY if binary else Format.TEXT
                yield cursor
        finally:
            raw.prepare_threshold = before
