"""What changed in an epidemic, as facts for three sentences: the most telling first, and nothing that is only noise.

Pure. A week is set against the week before it, because days of the week report differently. Whether the difference is
more than chance is judged by how much the same place scattered in the four weeks before (a Poisson count with
overdispersion); among many places by Bonferroni, so that of 63 provinces one does not "grow" every day by chance. What
spoils the figures themselves (a place that fell silent, a heap of late entries) is said before any growth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final, Literal

WEEK: Final = 7
DAYS: Final = 28
MOST: Final = 3
SAME: Final = 0.05  # a change of less than 5 % is none worth a sentence, however sure
DOUBT: Final = 0.10  # two-sided: the interval told is of 90 %
LEAST_IN_PLACE: Final = 10  # cases of both weeks under which no place is named as one that grows
SILENT_DAYS: Final = 3
SILENT_FROM: Final = 5.0  # cases a day before; three empty days by chance: once in three million
HEAP_SHARE: Final = 0.5  # of a week on one day
HEAP_FROM: Final = 30  # cases of that week
TAKEN_FROM: Final = 5  # more taken back on a day than reported
TAKEN_SHARE: Final = 0.1  # of what was reported in the week: less moves no figure
WEIGHTS: Final[Mapping[str, float]] = {"deaths": 3.0, "in_hospital": 2.5, "severe": 2.5, "cases": 2.0, "doses": 1.0}
_HEAP: Final = 9.0  # before any rise of cases: it may be the whole of it
_TAKEN: Final = 8.5  # likewise before any fall
_STOCKS: Final = frozenset({"in_hospital"})  # counted each day anew: the last days are compared, not sums

Kind = Literal["silent", "heap", "taken", "up", "down", "steady", "none", "area_up", "area_down", "begins", "alarms",
               "overdue", "ahead"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One fact.

    up, down, steady: ``count`` of ``measure`` in the week that ends with ``day``, ``before`` in the one before, the
    ratio with its 90 % interval ``low`` to ``high``; steady: no clear change. none: nothing in either week. area_up,
    area_down: the same of the place that moved most. begins: the first ``count`` cases of a place after four weeks
    (less this one) without. silent: ``count`` places report nothing since ``day``, the one with most cases before is
    named, ``share`` of all cases came from them. heap: ``share`` of the week of a place (or the whole) was entered on
    ``day``. taken: on ``day`` a place (or the whole) took back ``count`` more than it reported. alarms: ``count`` open,
    the latest named. overdue: ``count`` tasks. ahead: ``count`` in the week that ends with ``day`` as the forecast has
    it, ``low`` to ``high`` with 90 %, ``before`` in the last week known.
    ``weight`` orders; it is not shown.
    """

    kind: Kind
    day: date
    measure: str = "cases"
    area_id: int | None = None
    name: str = ""
    count: int = 0
    before: int = 0
    low: float = 0.0
    high: float = 0.0
    share: float = 0.0
    weight: float = 0.0

    @property
    def ratio(self) -> float:
        """0.12 is 12 % more; 0 where there is nothing to compare with."""
        return self.count / self.before - 1 if self.before else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of one place by day, oldest first; the last is the last whole day. At least 14 days."""

    values: Sequence[int]
    area_id: int | None = None
    name: str = ""
    measure: str = "cases"


def changes(day: date, whole: Sequence[Line], areas: Sequence[Line], more: Iterable[Change] = ()) -> list[Change]:
    """At most three facts, the most telling first.

    ``day``: the last whole day, the last of every line. ``whole``: measures of the place itself. ``areas``: cases of
    what lies in it. ``more``: facts other rooms found (alarms, tasks, the forecast), with a ``weight`` of their own.
    """
    found = [*_silent(day, areas), *_heaps(day, whole, areas), *_taken(day, whole, areas)]
    found += [_trend(day, line) for line in whole if line.measure in _STOCKS or taken_back(line.values) is None]
    found += [*_movers(day, areas), *_begins(day, areas), *more]
    ranked = sorted(found, key=lambda one: (-one.weight, one.measure, one.kind, one.area_id or 0))
    return _unlike(ranked)[:MOST]


def _unlike(ranked: Sequence[Change]) -> list[Change]:
    """A place is named once, and one place that rose stands for all: three sentences should say three things."""
    kept: list[Change] = []
    for one in ranked:
        same = (one.kind, one.measure), one.area_id
        if all((other.kind, other.measure) != same[0] and (one.area_id is None or other.area_id != one.area_id)
               for other in kept):  # fmt: skip
            kept.append(one)
    return kept


def dispersion(values: Sequence[int]) -> float:
    """How much more than a Poisson count a series scatters, at least 1: each day against the same day a week before,
    after the growth of the week is taken out."""
    parts: list[float] = []
    for end in range(len(values), 2 * WEEK - 1, -WEEK):
        last, first = values[end - WEEK : end], values[end - 2 * WEEK : end - WEEK]
        if not sum(first) or not sum(last):
            continue
        growth = sum(last) / sum(first)
        pairs = [(one, other) for one, other in zip(last, first, strict=True) if one + other > 0]
        squares = sum((one - growth * other) ** 2 / (growth * (one + other)) for one, other in pairs)
        parts.append(squares / (WEEK - 1))
    return max(1.0, sum(parts) / len(parts)) if parts else 1.0


def compared(values: Sequence[int], doubt: float = DOUBT, *, stock: bool = False) -> tuple[int, int, float, float]:
    """(this week, the week before, ratio at least, at most); of a stock the last day and the one a week before."""
    last, first = values[-WEEK:], values[-2 * WEEK : -WEEK]
    now, before = (last[-1], first[-1]) if stock else (sum(last), sum(first))
    now, before = max(now, 0), max(before, 0)  # corrections can take more away than a week had
    spread = dispersion(values) * (1 / (now + 0.5) + 1 / (before + 0.5))
    width = _quantile(1 - doubt / 2, (len(values) // WEEK - 1) * (WEEK - 1)) * sqrt(spread)
    middle = log((now + 0.5) / (before + 0.5))
    return now, before, exp(middle - width), exp(middle + width)


def _quantile(level: float, freedom: int) -> float:
    """Of Student's t (Cornish and Fisher's first term): the scatter is itself only estimated, from a few weeks."""
    z = NormalDist().inv_cdf(level)
    return z * (1 + (z * z + 1) / (4 * max(freedom, 1)))


def _clear(low: float, high: float, now: int, before: int) -> bool:
    return not low <= 1 <= high and abs(now / before - 1 if before else 1) >= SAME


def _size(now: int, before: int) -> float:
    """How large a change is, from 0 to 2 doublings."""
    return min(abs(log((now + 0.5) / (before + 0.5), 2)), 2.0)


def _trend(day: date, line: Line) -> Change:
    now, before, low, high = compared(line.values, stock=line.measure in _STOCKS)
    weight = WEIGHTS.get(line.measure, 1.0)
    kind: Kind
    if not now and not before:
        kind, weight = "none", weight / 10
    elif _clear(low, high, now, before):
        kind, weight = ("up", weight * (2 + _size(now, before))) if now > before else ("down", weight * 2)
    else:
        kind, weight = "steady", weight / 2
    return Change(kind, day, line.measure, None, line.name, now, before, low, high, weight=weight)


def _movers(day: date, areas: Sequence[Line]) -> list[Change]:
    """The place with most cases more than before, and the one with most fewer, of those beyond chance."""
    found: list[Change] = []
    for line in areas:
        now, before, low, high = compared(line.values, DOUBT / max(len(areas), 1))
        if now + before < LEAST_IN_PLACE or not _clear(low, high, now, before):
            continue
        if _heap(line.values) is not None or taken_back(line.values) is not None:
            continue
        _, _, low, high = compared(line.values)
        kind: Kind = "area_up" if now > before else "area_down"
        weight = (3.0 if now > before else 1.5) + _size(now, before) / 2
        found.append(Change(kind, day, line.measure, line.area_id, line.name, now, before, low, high, weight=weight))
    most: dict[str, Change] = {}
    for one in found:
        best = most.get(one.kind)
        if best is None or abs(one.count - one.before) > abs(best.count - best.before):
            most[one.kind] = one
    return list(most.values())


def _begins(day: date, areas: Sequence[Line]) -> list[Change]:
    """The place with most cases of those that had none in the weeks before; it needs as many weeks to be told."""
    if len(areas) < 2:
        return []
    fresh = [(sum(line.values[-WEEK:]), line) for line in areas
             if len(line.values) >= DAYS and not any(line.values[-DAYS:-WEEK])]  # fmt: skip
    now, line = max(fresh, key=lambda entry: (entry[0], -(entry[1].area_id or 0)), default=(0, None))
    if line is None or now < 2:  # one case alone is a case, not an outbreak
        return []
    return [Change("begins", day, line.measure, line.area_id, line.name, now, weight=3.2 + min(now, 20) / 20)]


def _silent(day: date, areas: Sequence[Line]) -> list[Change]:
    """Places that had cases every day and now report none: the picture of the whole cannot be believed either."""
    usual = {id(line): sum(line.values[:-WEEK]) / max(len(line.values) - WEEK, 1) for line in areas}
    quiet = [line for line in areas
             if len(line.values) >= 2 * WEEK and usual[id(line)] >= SILENT_FROM
             and not any(line.values[-SILENT_DAYS:])]  # fmt: skip
    if not quiet:
        return []
    biggest = max(quiet, key=lambda line: (usual[id(line)], -(line.area_id or 0)))
    share = sum(usual[id(line)] for line in quiet) / sum(usual.values())
    since = date.fromordinal(day.toordinal() - _days_silent(biggest.values) + 1)
    return [Change("silent", since, area_id=biggest.area_id, name=biggest.name, count=len(quiet), share=share,
                   weight=5.0 + 5 * share)]  # fmt: skip


def _days_silent(values: Sequence[int]) -> int:
    return next((index for index, value in enumerate(reversed(values)) if value), len(values))


def _heap(values: Sequence[int]) -> int | None:
    """Place of the day in the last week that holds most of it; None: no day does."""
    week = [max(value, 0) for value in values[-WEEK:]]
    top = max(week)
    if sum(week) < HEAP_FROM or top < HEAP_SHARE * sum(week):
        return None
    others = sorted(week)[:-1]
    return week.index(top) if top > 3 * max(others[-1], 1) else None


def _heaps(day: date, whole: Sequence[Line], areas: Sequence[Line]) -> list[Change]:
    """The largest heap of cases entered on one day, where it weighs in the whole; of a place rather than of all."""
    total = sum(sum(line.values[-WEEK:]) for line in whole if line.measure == "cases")
    found = []
    for line in [*areas, *(one for one in whole if one.measure == "cases")]:
        place = _heap(line.values)
        if place is None:
            continue
        top, week = line.values[-WEEK + place], sum(line.values[-WEEK:])
        if total and top < 0.1 * total:
            continue
        on = date.fromordinal(day.toordinal() - (WEEK - 1 - place))
        found.append(Change("heap", on, line.measure, line.area_id, line.name, top, share=top / week, weight=_HEAP))
    return sorted(found, key=lambda one: (one.area_id is None, -one.count))[:1]


def taken_back(values: Sequence[int]) -> int | None:
    """Place of the day in the last week on which most was taken back beyond what was reported; None: on none."""
    week = list(values[-WEEK:])
    least = min(week)
    if -least < max(TAKEN_FROM, TAKEN_SHARE * sum(max(value, 0) for value in week)):
        return None
    return week.index(least)


def _taken(day: date, whole: Sequence[Line], areas: Sequence[Line]) -> list[Change]:
    """The largest correction below zero of a measure, of a place rather than of all: a fall that is none."""
    found = []
    for line in [*areas, *(one for one in whole if one.measure not in _STOCKS)]:
        place = taken_back(line.values)
        if place is not None:
            on = date.fromordinal(day.toordinal() - (WEEK - 1 - place))
            count = -line.values[-WEEK + place]
            found.append(Change("taken", on, line.measure, line.area_id, line.name, count, weight=_TAKEN))
    found.sort(key=lambda one: (one.area_id is None, -one.count))
    return list({one.measure: one for one in reversed(found)}.values())
