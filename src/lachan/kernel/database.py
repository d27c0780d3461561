"""The way to psycopg below Django: hot statements, prepared, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction


@contextmanager
def hot_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A raw psycopg cursor inside a transaction on Django's connection.

    Raw, because Django's wrapper interpolates parameters on the client; here they go to the server typed, and the
    statement is prepared after its first few uses.
    """
    with transaction.atomic():
        connection.ensure_connection()
        raw: psycopg.Connection[Any] = connection.connection
        with raw.pipeline(), psycopg.Cursor(raw) as cursor:
            yield cursor
