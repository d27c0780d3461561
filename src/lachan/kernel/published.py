"""What recounts and projections of the rooms above may read: facts and outcomes, streamed, never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from lachan.kernel.journal import Row
from lachan.kernel.statements import load

PAGE = 10_000


def facts(verbs: Sequence[str]) -> Iterator[Row]:
    """Every fact of these verbs in the order it was made; the caller's transaction decides what is seen."""
    for *head, body in _stream("journal_of_verbs", [list(verbs)]):
        # Django's connection hands JSON over as text
        yield Row._make((*head, msgspec.json.decode(body) if isinstance(body, str) else body))


def values(verb: str, key: str) -> Iterator[str]:
    """What ``key`` holds in the body of every fact of ``verb``, sorted as plain text."""
    return (record[0] for record in _stream("journal_values", [key, verb, key]))


def accepted_results(verbs: Sequence[str]) -> Iterator[UUID]:
    """Ids of the records that accepted commands of these verbs made, sorted."""
    return (record[0] for record in _stream("accepted_results", [list(verbs)]))


def open_items(verbs: Sequence[str], zone: str) -> Iterator[tuple[int, date, str, int]]:
    """(facility, day in ``zone`` on which it happened, kind, how many) of open worklist items of these verbs."""
    yield from _stream("open_items", [zone, list(verbs)])


def _stream(name: str, parameters: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("kernel", name), parameters)
        while rows := cursor.fetchmany(PAGE):
            yield from rows
