"""Is every case what the results that stand make it, and has everybody a case whose results make one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from lachan.access.actors import Actor
from lachan.kernel.checks import Finding, one_moment
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.surveillance.cases.book import CaseBook

PAGE: Final = 1_000
_ACTOR: Final = Actor.system("recount of cases")


def check_all() -> list[Finding]:
    """Every case decided anew, a page of people by the same four statements; nothing is written.

    A case that differs would change as soon as anything is recorded of its person.
    """
    count, differ, missing, after = 0, [], [], UUID(int=0)
    with one_moment():
        while pairs := _page(after):
            count, after = count + len(pairs), pairs[-1][0]
            with hot_cursor() as cursor:
                book = CaseBook(cursor, {person for person, _ in pairs}, actor_id=_ACTOR.id, now=timezone.now())
                book.settle(pairs)
            differ += [row.id for row in book.touched if row.version]
            missing += [row.results[0] for row in book.touched if not row.version]
    return [
        Finding("cases against the results that stand", not differ, _detail(count, differ, "case")),
        Finding("results that make a case have one", not missing, _detail(count, missing, "result")),
    ]


def _page(after: UUID) -> list[tuple[UUID, str]]:
    """The next people with a case or a positive result, each with the diseases, in the order of their ids."""
    with hot_cursor() as cursor:
        cursor.execute(load("surveillance", "page_of_case_people"), {"after": after, "most": PAGE})
        return [(person, disease) for person, diseases in cursor.fetchall() for disease in diseases]


def _detail(count: int, wrong: list[Any], what: str) -> str:
    return f"{len(wrong)} differ, the first is {what} {wrong[0]}" if wrong else f"{count} illnesses of people"
