"""What officers decide of a case: its class by their word, and that isolation is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.access.rules import may
from lachan.immunization.batch import Batch, Item
from lachan.immunization.queries.published import doses_that_count
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Worked
from lachan.surveillance.cases.book import CaseBook
from lachan.surveillance.cases.rows import CaseRow
from lachan.surveillance.cases.steps import book_of, each
from lachan.surveillance.facts import ResultFact
from lachan.surveillance.laboratory.queries import standing_results
from lachan.surveillance.rules import isolation

PROTECTED_AFTER: Final = timedelta(days=14)  # from the dose that completed the series


def discard(batch: Batch, items: list[Item]) -> list[Worked]:
    """Not this disease, by an officer's word."""
    return each(batch, items, lambda book, item, row: _word(book, item, row, "discarded"))


def classify(batch: Batch, items: list[Item]) -> list[Worked]:
    """A class by an officer's word, or the definition's again."""

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        wanted = item.body.classification
        return _word(book, item, row, "" if wanted == "rule" else wanted)

    return each(batch, items, step)


def _word(book: CaseBook, item: Item, row: CaseRow, word: str) -> Worked:
    if row.held_class == word and (word or row.held_at is None):
        return item.refuse("case_nothing_new")
    row.held_class, row.held_at = word, book.now if word else None
    book.say(row, "word", item.command.happened_at, {"classification": word or "rule", "reason": item.body.reason})
    return item.accept(row.id)


def end(batch: Batch, items: list[Item]) -> list[Worked]:
    """Isolation is over: by the rule of the day, or before its time by an officer who says why."""
    book = book_of(batch, items)
    rows = [row for item in items if (row := book.of_id(item.person.id, item.body.case_id)) is not None]
    results = standing_results(batch.cursor, {row.pair for row in rows}) if rows else {}
    covered = protected_on(batch.cursor, {row.person_id for row in rows}, batch.today)

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        if row.ended_at is not None:
            return item.refuse("case_ended")
        day = item.command.happened_at.astimezone(VIETNAM).date()
        found = release(row, results.get(row.pair, []), row.person_id in covered, day)
        by_word = len(item.body.reason.strip()) >= 3 and may(batch.actor, "case.classify")
        if not found.may_end and not by_word:
            earliest = min((day for day in (found.earliest, found.by_test_from) if day is not None), default=None)
            if found.by_test_from is not None and found.by_test_from <= day:
                return item.refuse("isolation_needs_test", days_alone=_day(found.earliest))
            return item.refuse("isolation_too_early", earliest=_day(earliest))
        row.ended_at = item.command.happened_at
        row.end_rule = f"{found.rule}/{found.way}" if found.may_end else "officer"
        said: dict[str, Any] = {"rule": row.end_rule}
        if item.body.reason:
            said["reason"] = item.body.reason
        book.say(row, "end", item.command.happened_at, said, "ended")
        return item.accept(row.id)

    return each(batch, items, step, book)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day is not None else "—"


def protected_on(cursor: psycopg.Cursor[Any], persons: Collection[UUID], day: date) -> set[UUID]:
    """Who had completed the basic series of doses for two weeks by that day. One query."""
    if not persons:
        return set()
    doses = doses_that_count(cursor, sorted(persons))
    return {dose.person_id for dose in doses if dose.completes and dose.given_on + PROTECTED_AFTER <= day}


def release(row: CaseRow, results: list[ResultFact], vaccinated: bool, day: date) -> isolation.Release:
    """Whether the isolation of this case may end on a day, by the rule in force on that day."""
    course = isolation.Course(row.isolated_at, row.sampled_at, row.onset_on, row.symptomatic, vaccinated)
    rule = isolation.rule_on(row.disease, day)
    mine = [result for result in results if result.taken_at >= row.happened_at]
    return isolation.release_on(rule, course, mine, day)
