"""What follows from a watch and from a try to reach somebody: pure, from dated settings (``data/work.json``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from lachan.tracing.work.facts import Kind, WatchChange

HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")  # the day of work is the local day


class Outcome(StrEnum):
    """What came of a try. ``household``: somebody who lives there spoke for them."""

    REACHED = "reached"
    HOUSEHOLD = "household"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    REFUSES = "refuses"


SPOKEN_TO: Final = frozenset({Outcome.REACHED, Outcome.HOUSEHOLD})


class Hours(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Whole hours of the local day between which people are called."""

    first: int
    last: int


class Settings(msgspec.Struct, frozen=True):
    """One dated entry of ``data/work.json``."""

    valid_from: date
    next_try_minutes: dict[str, tuple[int, ...]]
    tries_before_visit: int
    hours: Hours
    task_hour: int
    calls_a_day: int
    household_at_most: int
    undo_seconds: int
    priority: dict[str, dict[str, float]]
    priority_symptoms: float
    symptoms: tuple[str, ...]


class _File(msgspec.Struct, frozen=True):
    about: str
    settings: tuple[Settings, ...]


@cache
def _all() -> tuple[Settings, ...]:
    content = (resources.files("lachan.tracing") / "data" / "work.json").read_bytes()
    return tuple(sorted(msgspec.json.decode(content, type=_File).settings, key=lambda entry: entry.valid_from))


def settings_on(day: date) -> Settings:
    """The settings in force on a day; the first ones for a day before them."""
    found = [entry for entry in _all() if entry.valid_from <= day]
    return (found or _all()[:1])[-1]


class Planned(NamedTuple):
    """A task as a watch asks for it."""

    kind: Kind
    due_on: date
    due_at: datetime
    score: float


def planned(change: WatchChange, now: datetime) -> list[Planned]:
    """The tasks of an open watch, but the daily ones, which are made day by day.

    The call stands from the moment the watch was opened; its day is the watch's first, so that planning again makes no
    second one. Test days that are past when the watch begins are not asked for.
    """
    today = now.astimezone(HERE).date()
    settings = settings_on(today)
    made = [Planned(Kind.CALL, change.since, now, priority(Kind.CALL, change.level, change.score, settings))]
    if change.quarantine != "none":
        made.append(Planned(Kind.ORDER, change.since, now, priority(Kind.ORDER, change.level, change.score, settings)))
    days = [(Kind.TEST, day) for day in sorted(set(change.test_days)) if day >= today]
    days.append((Kind.END, max(change.until, today)))
    for kind, day in days:
        at = datetime.combine(day, time(settings.task_hour), HERE)
        made.append(Planned(kind, day, at, priority(kind, change.level, change.score, settings)))
    return made


def priority(kind: Kind, level: int, score: float, settings: Settings, *, symptoms: bool = False) -> float:
    """Rank of a task among all of its commune, the higher the sooner: what it is first, then who it is about.

    ``score`` of the ranking may be of any size; it moves a task by less than 100, so that a first call to an F1 never
    waits behind anybody's daily question.
    """
    base = settings.priority_symptoms if symptoms else settings.priority[kind][str(min(max(level, 1), 2))]
    return base + 100 * (score / (1 + score) if score > 0 else 0.0)


def next_try(outcome: Outcome, attempts: int, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` tries (this one counted); None when they were spoken to.

    Later steps repeat the last one of the data; a time outside the hours of calling is the next morning's.
    """
    if outcome in SPOKEN_TO:
        return None
    settings = settings_on(now.astimezone(HERE).date())
    steps: Sequence[int] = settings.next_try_minutes[outcome]
    at = (now + timedelta(minutes=steps[min(max(attempts, 1), len(steps)) - 1])).astimezone(HERE)
    if at.hour < settings.hours.first:
        return at.replace(hour=settings.hours.first, minute=0, second=0, microsecond=0)
    if at.hour >= settings.hours.last:
        morning = at + timedelta(days=1)
        return morning.replace(hour=settings.hours.first, minute=0, second=0, microsecond=0)
    return at
