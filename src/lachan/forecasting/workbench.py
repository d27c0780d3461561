"""Where a what-if begins: the weeks a place has had, its people, the doses its register knows; and the run of two.

The engine knows files and arrays only; here they come from what is published and recorded.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any, Final

import numpy as np

from lachan.access.actors import Actor
from lachan.analytics import queries as coverage
from lachan.analytics.rules import total
from lachan.forecasting import queries
from lachan.forecasting.engines.whatif import Difference, Ranges, Scenario, compare, scenario_of, simulate
from lachan.forecasting.engines.whatif.scenario import AGES, national_people
from lachan.forecasting.facts import REGISTER, CannotSay
from lachan.places import queries as places

LIMIT_S: Final = 20.0  # both scenarios together
DRAWS: Final = 200  # of each: ranges move by a few percent against 2,000
HISTORY_WEEKS: Final = 12
LEAST_WEEKS: Final = 3
FIRST_DOSES: Final = date(2021, 3, 8)
SEED: Final = 1
_KINDS: Final = ("first", "completed", "boosters")  # doses 1, 2, 3 of the engine
_ONE: Final = Lock()
_NO_CASES: Final[tuple[float, ...]] = ()


class Busy(Exception):
    """Another what-if is being worked out in this process: two would make each other, and everybody, wait."""


class TooLong(Exception):
    """Not done within the limit."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a place on the day a scenario begins.

    ``cases``: a week's cases spread evenly over its days, up to the day before ``start``; empty: too little is known.
    ``given``: rows of ``doses.given``; ``doses`` their sums by number. ``reason``: why there are no cases, a code.
    """

    area_id: int
    start: date
    people: int | None
    cases: tuple[float, ...]
    given: tuple[Mapping[str, Any], ...]
    doses: tuple[int, int, int]
    reason: str = ""


def beginning(actor: Actor, area_id: int, *, source: str = REGISTER, today: date) -> Beginning:
    """Ten statements at most; ``Forbidden`` and Problem 404 as the queries of forecasts."""
    published = queries.latest(actor, area_id, "cases", source=source)
    area = places.area(area_id)
    people = area.population if area is not None else None
    if isinstance(published, CannotSay):
        after, cases, reason = None, _NO_CASES, published.reason
    else:
        after, cases = _daily(published.history)
        reason = "" if cases else "too_few"
    start = after or today
    given, doses = _given(actor, area_id, start, people)
    return Beginning(area_id, start, people, cases, given, doses, reason)


def _daily(history: tuple[tuple[date, float | None], ...]) -> tuple[date | None, tuple[float, ...]]:
    """Days from the last weeks that follow each other without a gap; a correction below zero is no case."""
    weeks: list[float] = []
    last: date | None = None
    for end, value in reversed(history):
        if value is None:
            if weeks:
                break
            continue
        last = last or end
        weeks.append(max(value, 0.0))
        if len(weeks) == HISTORY_WEEKS:
            break
    if last is None or len(weeks) < LEAST_WEEKS or not any(weeks):
        return None, _NO_CASES
    return last + timedelta(days=1), tuple(week / 7 for week in reversed(weeks) for _ in range(7))


def _given(
    actor: Actor, area_id: int, start: date, people: int | None
) -> tuple[tuple[Mapping[str, Any], ...], tuple[int, int, int]]:
    """The register's doses as rows by week, number and age band: each band's total over the weeks doses were given in;
    a week stands on its last day, as the engine counts protection in whole weeks.

    A band never has more people than live in it, nor more second doses than first: counts of residents by estimate and
    of doses by registration differ a little.
    """
    last = start - timedelta(days=1)
    weeks = coverage.weeks(actor, area_id, FIRST_DOSES, last)
    sums = total(weeks.values())
    bands = _by_band(actor, area_id)
    room = national_people(AGES, float(people) if people else None)
    rows: list[dict[str, Any]] = []
    totals = []
    for number, kind in enumerate(_KINDS, 1):
        room = np.minimum(bands[number - 1], room)
        whole = getattr(sums, kind)
        # the weeks are of stations, the ages of residents: the ages say how many, the weeks say when
        share = min(1.0, whole / max(bands[number - 1].sum(), 1.0))
        room = room * share
        totals.append(round(float(room.sum())))
        for day, given in sorted(weeks.items()):
            part = getattr(given, kind) / whole if whole else 0.0
            rows += [
                {"day": day.isoformat(), "dose": number, "age_from": age, "count": round(float(count) * part, 3)}
                for age, count in zip(AGES, room, strict=True)
                if count * part > 0
            ]
    return tuple(rows), (totals[0], totals[1], totals[2])


def _by_band(actor: Actor, area_id: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Residents' doses [3, A] by the engine's bands; whose age is not known are left out."""
    found = np.zeros((3, len(AGES)))
    for row in coverage.by_age(actor, area_id):
        if row.band >= 0:
            at = max(n for n, age in enumerate(AGES) if age <= row.band)
            found[:, at] += [getattr(row.all, kind) for kind in _KINDS]
    return found


@dataclass(frozen=True)
class Compared:
    """Two scenarios lived through with the same draws, and their difference draw by draw."""

    scenarios: tuple[Scenario, Scenario]
    ranges: tuple[Ranges, Ranges]
    difference: Difference
    seconds: float


def compared(first: Mapping[str, Any], second: Mapping[str, Any], *, limit: float = LIMIT_S) -> Compared:
    """Simulate two scenarios, as their JSON, one after the other, and compare them.

    ``BadScenario`` where one cannot be, ``Busy`` while another is worked out here, ``TooLong`` beyond the limit.
    """
    if not _ONE.acquire(blocking=False):
        raise Busy
    try:
        begun = time.monotonic()

        def watch(_done: int, _of: int) -> None:
            if time.monotonic() - begun > limit:
                raise TooLong

        one, two = scenario_of(dict(first)), scenario_of(dict(second))
        ranges = (simulate(one, seed=SEED, progress=watch), simulate(two, seed=SEED, progress=watch))
        return Compared((one, two), ranges, compare(*ranges), time.monotonic() - begun)
    finally:
        _ONE.release()
