"""A demonstration's people as a register is asked about them, for the played register."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.verification.queue import asked_of

PAGE = 5_000


def citizens_of_house() -> Iterator[tuple[str, str, str, str]]:
    """(number, name, sex, birth date) of everybody there is something to ask about; numbers opened."""
    after = UUID(int=0)
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("people", "persons_without_state"), [after, PAGE])
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return
            after = ids[-1]
            found, _ = asked_of(cursor, ids)
        for asked, _print in found.values():
            yield asked.number, asked.name, asked.sex, asked.birth_date
