"""Whether a run may be published, and the natural history it assumes. Pure decisions on figures.

A forecast on late or half data is worse than none: who reads it cannot know. So it is blocked, and the reason is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import stats

from lachan.forecasting.engines.hub import Days, Floats
from lachan.forecasting.engines.rt import Intervals

MOST_LAG: Final = 1  # days the source may lie behind
QUIET_DAYS: Final = 3  # without any report in the country, where every day had some: nobody sends
USUAL: Final = 20.0  # reports a day, from which three silent days cannot be chance
SILENT_DAYS: Final = 7  # of a province that had cases every week before
SILENT_USUAL: Final = 3.0  # cases a day, from which seven silent days cannot be chance
MOST_MISSING: Final = 0.2  # share of the country's cases in silent provinces
SHIFT_MATTERS_DAYS: Final = 28  # a change of the delay longer ago is learnt by then
EXCLUDED_WEEKS: Final = 8  # of the latest weeks, looked at for what is no count
DUMP: Final = 6.0  # times the larger of the weeks beside it: a backlog entered at once
DUMP_FROM: Final = 10.0  # cases those weeks are taken to have at least
SPOILT: Final = 0.1  # share of a week of the nation, by which its provinces' weeks that are no counts bend it
HEAP: Final = 0.5  # of the last week on one day, three times the next: a backlog perhaps, perhaps a rise
HEAP_FROM: Final = 30.0  # cases of that week
NEGATIVE, BACKLOG, LATE_HEAP = "negative", "backlog", "heap"
LEFT_OUT: Final = frozenset({NEGATIVE, BACKLOG})  # not shown to the engines; of a heap nobody knows what it is


class Blocked(NamedTuple):
    """Why a run is not published: a code of :mod:`lachan.forecasting.sentences`, and what fills it."""

    reason: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Delay:
    """What the nowcast found of a measure's delay."""

    measure: str
    shifted: bool
    since: date | None


@dataclass(frozen=True)
class Silent:
    """A place that has stopped reporting; ``share`` of the country's cases in the weeks before."""

    area_id: int
    since: date
    share: float


def silent_places(area_ids: Sequence[int], days: Days, cases: Floats) -> tuple[Silent, ...]:
    """Provinces [A] of daily cases [A, D] that had some every week and now have none, or are not known, for a week.

    ``cases`` without the nation. A correction below zero is no report of a case.
    """
    if cases.shape[1] < SILENT_DAYS + 28:
        return ()
    counts = np.maximum(np.nan_to_num(cases), 0.0)
    now = counts[:, -SILENT_DAYS:].sum(axis=1)
    before = counts[:, -SILENT_DAYS - 28 : -SILENT_DAYS]
    weekly = before.reshape(len(counts), 4, 7).sum(axis=2)
    share = before.sum(axis=1) / max(before.sum(), 1.0)
    found = (now == 0) & (weekly.min(axis=1) > 0) & (before.mean(axis=1) >= SILENT_USUAL)
    silent = []
    for at in np.flatnonzero(found):
        last = int(np.flatnonzero(counts[at])[-1])
        silent.append(Silent(area_ids[int(at)], days[last + 1].astype(date), round(float(share[at]), 4)))
    return tuple(silent)


def judge(
    as_of: date, lag_days: int, days: Days, nation: Floats, silent: Sequence[Silent], delays: Sequence[Delay]
) -> Blocked | None:
    """Whether the data of a day allow a forecast: not late, no part of the country missing, reported as before.

    ``nation`` [D]: its cases by day up to ``as_of``. None: publish.
    """
    if lag_days > MOST_LAG:
        return Blocked("data_late", {"days": lag_days})
    counts = np.maximum(np.nan_to_num(nation), 0.0)
    behind = int((np.datetime64(as_of, "D") - days[-1]).astype(np.int64))
    quiet = behind + int(np.argmax(counts[::-1] > 0)) if counts.any() else 0
    if quiet >= QUIET_DAYS and counts[-28 - quiet : len(counts) - quiet].mean() >= USUAL:
        return Blocked("data_late", {"days": quiet})
    missing = sum(entry.share for entry in silent)
    if missing > MOST_MISSING:
        return Blocked("places_missing", {"places": len(silent), "percent": round(100 * missing)})
    for delay in delays:
        if delay.shifted and delay.since is not None and (as_of - delay.since).days <= SHIFT_MATTERS_DAYS:
            return Blocked("delay_shifted", {"measure": delay.measure, "since": delay.since.isoformat()})
    return None


def doubtful_weeks(values: Floats, last_days: Floats | None = None) -> list[tuple[int, int, str]]:
    """(place, weeks back, code) of weekly counts [A, W] that are no counts of people, of the last eight weeks.

    ``negative``: more was taken back than reported. ``backlog``: far more than in the weeks beside it. ``heap``: most
    of the last week, whose days are ``last_days`` [A, 7], stands on one of them. The first row is the nation: a week of
    its own goes with those of its provinces where they bend it by a tenth.
    """
    recent = values[:, -EXCLUDED_WEEKS:]
    known = np.nan_to_num(recent)
    beside = np.pad(known, ((0, 0), (1, 1)), mode="edge")
    around = np.maximum(beside[:, :-2], beside[:, 2:])
    found = {(int(place), int(week)): NEGATIVE for place, week in np.argwhere(recent < 0)}
    dumped = known[:, 1:-1] > DUMP * np.maximum(around, DUMP_FROM)[:, 1:-1]
    found |= {(int(place), int(week) + 1): BACKLOG for place, week in np.argwhere(dumped)}
    bent: dict[tuple[int, str], float] = {}
    for (place, week), code in found.items():
        if place:
            bent[week, code] = bent.get((week, code), 0.0) + abs(known[place, week] - around[place, week])
    for (week, code), share in bent.items():
        if share >= SPOILT * known[0, week]:
            found.setdefault((0, week), code)
    if last_days is not None:
        found |= {(place, recent.shape[1] - 1): LATE_HEAP for place in _heaped(last_days)}
    return sorted((place, recent.shape[1] - 1 - week, code) for (place, week), code in found.items())


def _heaped(days: Floats) -> list[int]:
    """Places whose week of days [A, 7] stands on one of them for the most part."""
    counts = np.sort(np.maximum(np.nan_to_num(days), 0.0), axis=1)
    week, top, next_one = counts.sum(axis=1), counts[:, -1], np.maximum(counts[:, -2], 1.0)
    return [int(at) for at in np.flatnonzero((week >= HEAP_FROM) & (top >= HEAP * week) & (top > 3 * next_one))]


def covid_intervals() -> Intervals:
    """Infection to infection and infection to report of the disease, as far as published and before our own is known.

    Generation: mean 4.7 days (Delta, households; Hart et al. 2022, Lancet Infect Dis 22(5) 603-610), spread 2.5.
    Report: incubation of mean 4.3 days (Delta; Grant et al. 2022, Lancet Reg Health Eur 13:100278) and 3 days to a
    result, spread 3.5 together.
    """
    return Intervals(_days(4.7, 2.5, 21), _days(7.3, 3.5, 28))


def _days(mean: float, spread: float, longest: int) -> Floats:
    """A gamma distribution by whole days, each the mass within half a day around it."""
    shape, scale = (mean / spread) ** 2, spread**2 / mean
    edges = np.concatenate([[0.0], np.arange(longest) + 0.5])
    mass = np.diff(stats.gamma.cdf(edges, shape, scale=scale))
    return np.asarray(mass / mass.sum())
