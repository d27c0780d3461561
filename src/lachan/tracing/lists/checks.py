"""Are lists, watches and work one story: nobody lost between them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from lachan.kernel import arrays
from lachan.kernel.checks import Finding
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.queries import persons_in
from lachan.surveillance.cases.queries import cases_of
from lachan.tracing.engine.rules import ZONE, catalogue
from lachan.tracing.lists.requests import waiting
from lachan.tracing.lists.watches import TRACED

SHOWN: Final = 100


def check_all() -> list[Finding]:
    """Every link that matters has its watch, every watch its link and its call, every line its count. Lists that wait
    to be worked out are said, not blamed."""
    now = timezone.now()
    shortest = min(watch.days for rule in catalogue() for watch in rule.watch.values())
    asked, _ = waiting()
    unwatched = _alive(_rows("unwatched_links", [now - timedelta(days=max(0, shortest - 1)), SHOWN]))
    without = _rows("watches_without_links", [SHOWN])
    miscounted = _rows("lists_miscounted", [SHOWN])
    uncalled = _rows("watches_without_call", [now.astimezone(ZONE).date(), SHOWN])
    return [
        Finding("contacts on a list are under watch", not unwatched, _said(unwatched, asked)),
        Finding("people under watch are on a list", not without, _said(without, asked)),
        Finding("lists hold as many people as they say", not miscounted, _said(miscounted, asked)),
        Finding("people under watch are to be called", not uncalled, _said(uncalled, asked)),
    ]


def _rows(name: str, asked: list[Any]) -> list[tuple[Any, ...]]:
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", name), asked)
        return cursor.fetchall()


def _alive(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Without those who are a case themselves, or whose record became part of another."""
    if not rows:
        return []
    people = [row[0] for row in rows]
    with hot_cursor() as cursor:
        known = persons_in(cursor, people)
    cases = {
        (person, case.disease)
        for person, held in cases_of(people).items()
        for case in held
        if case.classification in TRACED
    }
    return [row for row in rows if (row[0], row[1]) not in cases and row[0] in known]


def _said(rows: list[tuple[Any, ...]], asked: int) -> str:
    what = ", ".join(str(row[0]) for row in rows[:5])
    return f"{len(rows)} differ: {what}" if rows else f"all; {asked} lists wait to be worked out"
