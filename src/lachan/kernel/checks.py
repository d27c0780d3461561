"""What must be equal, recounted: each room has a ``checks.check_all`` that answers with these findings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from lachan.kernel.outcomes import HELD, REFUSED
from lachan.kernel.statements import load

PAGE = 10_000


class Finding(NamedTuple):
    """One thing that was recounted; ``detail`` says how much was counted, or where it differs."""

    name: str
    good: bool
    detail: str


@contextmanager
def one_moment() -> Iterator[None]:
    """One snapshot for all reads, so that what is recorded meanwhile is no difference."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:  # a caller's own transaction has begun already and cannot change its level
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def check_all() -> list[Finding]:
    """Nothing that was sent is lost: every command's submission is kept, what was not accepted stands in a worklist."""
    commands, unlisted, lost = _walk_commands()
    with connection.cursor() as cursor:
        cursor.execute(load("kernel", "journal_rows_beyond"))
        beyond = cursor.fetchone()[0]
    return [
        Finding("refused and held commands in a worklist", not unlisted, _detail(commands, "commands", unlisted)),
        Finding("submissions kept", not lost, _detail(commands, "commands", lost)),
        Finding(
            "journal partitions", not beyond, f"{beyond} rows outside a month" if beyond else "every row in its month"
        ),
    ]


def _walk_commands() -> tuple[int, list[UUID], list[UUID]]:
    """(commands, those missing from every worklist, submissions missing); in pages, and in two steps each, because
    commands and worklist entries lie on different nodes of a cluster."""
    count, after = 0, UUID(int=0)
    unlisted: list[UUID] = []
    lost: list[UUID] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute(load("kernel", "page_of_commands"), [after, PAGE])
            rows = cursor.fetchall()
            if not rows:
                return count, unlisted, lost
            count, after = count + len(rows), rows[-1][0]
            wanted = {row[0] for row in rows if row[1] in (REFUSED, HELD)}
            cursor.execute(load("kernel", "worklist_commands"), [list(wanted)])
            unlisted += sorted(wanted - {row[0] for row in cursor.fetchall()})
            submissions = {row[2] for row in rows}
            cursor.execute(load("kernel", "kept_submissions"), [list(submissions)])
            lost += sorted(submissions - {row[0] for row in cursor.fetchall()})


def _detail(count: int, what: str, missing: list[UUID]) -> str:
    if missing:
        return f"{len(missing)} missing of {count} {what}, the first is {missing[0]}"
    return f"{count} {what}"
