"""What bare PostgreSQL takes on the measured machine: the same rows, by plain psycopg, in the same batches."""

from __future__ import annotations

import threading
import time
from typing import Any, Final, NamedTuple

import psycopg
from django.db import connection

from lachan.kernel import arrays
from lachan.kernel.statements import load

CONNECTIONS: Final = 2  # as many as the measured machine has cores


class Twin(NamedTuple):
    """A table again, empty: names of the statements that read rows of the first, make, fill and drop the second."""

    rows: str
    make: str
    insert: str
    drop: str


def rows_per_s(dsn: str, twin: Twin, rows: int, size: int) -> float:
    """Rows a second into the twin, a commit a batch, over as many connections as the machine has cores.

    The rows are in memory and in columns before the clock starts; columns go over in the binary form the house itself
    uses, which is the fastest plain psycopg we know.
    """
    with connection.cursor() as cursor:
        cursor.execute(load("bench", twin.rows), [rows])
        found = cursor.fetchall()
        cursor.execute(load("bench", twin.drop))
        cursor.execute(load("bench", twin.make))
    batches = [
        [list(column) for column in zip(*found[start : start + size], strict=True)]
        for start in range(0, len(found), size)
    ]
    statement = load("bench", twin.insert)

    def write(share: list[list[list[Any]]]) -> None:
        with psycopg.connect(dsn) as raw:
            for batch in share:
                with raw.cursor() as cursor:
                    arrays.execute(cursor, statement, batch)
                raw.commit()

    threads = [threading.Thread(target=write, args=(batches[number::CONNECTIONS],)) for number in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute(load("bench", twin.drop))
    return len(found) / seconds
