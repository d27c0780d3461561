"""What must hold between people and what the register says of them, recounted."""

from __future__ import annotations

from typing import Any

from django.db import connection

from lachan.kernel.checks import Finding
from lachan.kernel.statements import load


def check_all() -> list[Finding]:
    """Everybody has a state; whoever is being asked about stands in a question; an answer is the answer that came."""
    with connection.cursor() as cursor:

        def rows(name: str, *parameters: Any) -> list[Any]:
            cursor.execute(load("people", name), parameters)
            return list(cursor.fetchall())

        [[without]] = rows("persons_without_row")
        [[persons, waiting]] = rows("count_verifications")
        [[lost]] = rows("waiting_without_batch", [row[0] for row in rows("open_batch_ids")])
        [[apart]] = rows("answers_apart")
    remedy = "; lachan register sweep notes them" if without else ""
    return [
        Finding(
            "everybody stands somewhere with the register", not without,
            f"{without:,} without a state{remedy}" if without else f"{persons:,} persons",
        ),
        Finding("whoever is asked about stands in a question", not lost, f"{lost:,} lost of {waiting:,}"),
        Finding("answers are what the register said", not apart, f"{apart:,} differ of {persons:,}"),
    ]  # fmt: skip
