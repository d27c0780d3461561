"""When the isolation of a case may end: dated rules as data, and what is still missing. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal, NamedTuple

import msgspec

from lachan.surveillance.facts import ResultFact
from lachan.surveillance.rules.dated import DatedText, in_force, read
from lachan.surveillance.rules.definitions import ZONE


class Negative(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A test out: ``count`` results of these kinds that are negative, or positive with a cycle of ``ct_from`` or later,
    of samples taken on day ``from_day`` or after, ``apart_hours`` between them."""

    kinds: tuple[str, ...]
    count: int = 1
    apart_hours: float = 0
    ct_from: float | None = None
    from_day: int = 0


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way out: so many whole days since the beginning, for whom it holds, and by which tests."""

    code: str
    days: int
    since: Literal["isolation", "sample", "onset"] = "isolation"
    vaccinated: bool | None = None
    symptomatic: bool | None = None
    negative: Negative | None = None


class EndRule(DatedText, frozen=True, kw_only=True):
    """One text in one period; any of its ways will do."""

    ways: tuple[Way, ...]


class Course(NamedTuple):
    """What the rule needs of a case."""

    isolated_at: datetime | None
    sampled_at: datetime | None
    onset_on: date | None
    symptomatic: bool | None
    vaccinated: bool


class Release(NamedTuple):
    """Whether isolation may end on a day, by which way; else the first day on which a way is open by its days alone,
    and whether a test could end it sooner."""

    may_end: bool
    rule: str
    way: str
    earliest: date | None
    by_test_from: date | None


@cache
def catalogue() -> tuple[EndRule, ...]:
    """Every rule, by disease, authority and first day."""
    return read("isolation.json", list[EndRule])


@cache
def rule_on(disease: str, day: date, authority: str = "VN") -> EndRule:
    """The rule in force on a day, the nearest one of the authority for a day outside all; LookupError for a disease
    without any."""
    found = in_force(catalogue(), disease, day, authority)
    if found is None:
        raise LookupError(f"no rule for the end of isolation with {disease!r}")
    return found


def begin(course: Course, since: str) -> date | None:
    """The first day that counts: of ``since``, else of isolation, the first positive sample, the onset, in this order;
    None: none is known."""
    days = {
        "isolation": _day(course.isolated_at), "sample": _day(course.sampled_at), "onset": course.onset_on,
    }  # fmt: skip
    order = [since, *(name for name in ("isolation", "sample", "onset") if name != since)]
    return next((day for name in order if (day := days[name]) is not None), None)


def release_on(rule: EndRule, course: Course, results: Sequence[ResultFact], day: date) -> Release:
    """Whether the isolation may end on ``day``, by the results of samples known."""
    open_from: list[date] = []
    tests_from: list[date] = []
    for way in rule.ways:
        first = begin(course, way.since)
        if first is None or not _concerns(way, course):
            continue
        due = first + timedelta(days=way.days)
        if way.negative is None:
            if due <= day:
                return Release(True, rule.id, way.code, due, None)
            open_from.append(due)
        elif due <= day and _tested_out(way.negative, results, first):
            return Release(True, rule.id, way.code, due, None)
        else:
            tests_from.append(max(due, first + timedelta(days=way.negative.from_day)))
    return Release(False, rule.id, "", min(open_from, default=None), min(tests_from, default=None))


def _concerns(way: Way, course: Course) -> bool:
    if way.vaccinated is not None and way.vaccinated != course.vaccinated:
        return False
    return way.symptomatic is None or way.symptomatic == (course.symptomatic is not False)


def _tested_out(negative: Negative, results: Sequence[ResultFact], first: date) -> bool:
    """Whether the latest results are the clean ones asked for; a plain positive after them shuts the way again."""
    since = first + timedelta(days=negative.from_day)
    clean: list[datetime] = []
    for result in sorted(results, key=lambda result: (result.taken_at, result.resulted_at)):
        if result.kind not in negative.kinds or result.taken_at.astimezone(ZONE).date() < since:
            continue
        late = negative.ct_from is not None and result.ct is not None and result.ct >= negative.ct_from
        if result.outcome == "negative" or (result.outcome == "positive" and late):
            if not clean or result.taken_at - clean[-1] >= timedelta(hours=negative.apart_hours):
                clean.append(result.taken_at)
        elif result.outcome == "positive":
            clean = []
    return len(clean) >= negative.count


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(ZONE).date() if moment is not None else None
