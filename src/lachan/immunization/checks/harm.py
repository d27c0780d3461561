"""Whether every case is what its facts make it, recounted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from lachan.immunization.operations.casebook import summary
from lachan.immunization.queries.harm import fact_of
from lachan.immunization.reaction_form import form_on
from lachan.immunization.rules import harm
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.checks import Finding
from lachan.kernel.statements import load

PAGE = 1_000


def check_all() -> list[Finding]:
    """The table of cases against its facts folded again, and the doses they name."""
    count, wrong, lost, after = 0, [], [], UUID(int=0)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(load("immunization", "page_of_reaction_cases"), [after, PAGE])
            rows = cursor.fetchall()
            if not rows:
                break
            count, after = count + len(rows), rows[-1][0]
            cursor.execute(load("immunization", "facts_of_persons"), [sorted({row[1] for row in rows})])
            facts: dict[UUID, list[harm.Fact]] = {}
            for fact in cursor.fetchall():
                facts.setdefault(fact[1], []).append(fact_of(fact))
            wrong += [row[0] for row in rows if _differs(row, facts.get(row[0], []))]
            named = [(row[1], row[21]) for row in rows if row[21] is not None]
            cursor.execute(
                load("immunization", "doses_there"), [[person for person, _ in named], [dose for _, dose in named]]
            )
            there = {row[0] for row in cursor.fetchall()}
            lost += [dose for _, dose in named if dose not in there]
    return [
        Finding("reaction cases against their facts", not wrong, _detail(count, wrong)),
        Finding("doses of reaction cases", not lost, _detail(count, lost)),
    ]


def _differs(row: tuple[Any, ...], facts: list[harm.Fact]) -> bool:
    if not facts:
        return True
    case = harm.fold(facts, form_on(facts[0].known_at.astimezone(VIETNAM).date()).deadline)
    return tuple(_plain(value) for value in row[3:21]) != tuple(_plain(value) for value in summary(case, case.fields))


def _plain(value: Any) -> Any:
    """JSON as it is stored and as it is made, in one form."""
    if isinstance(value, str) and value.startswith("["):
        return msgspec.json.decode(value)
    return value


def _detail(count: int, wrong: list[UUID]) -> str:
    return f"{len(wrong)} of {count} cases, the first is {wrong[0]}" if wrong else f"{count} cases"
