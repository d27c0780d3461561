"""The parts of a run: each takes what was known, asks one engine, and answers rows to keep and what it found.

Pure of the database. A part is one target where the engine fits all places together; an interrupted run goes on behind
the parts that are done. Random numbers are seeded by the day and the target: the same data make the same rows.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lachan.forecasting import communes, rules, warnings
from lachan.forecasting.beds import SOURCES, Course, beds
from lachan.forecasting.engines import aggregates, rt
from lachan.forecasting.engines.forecast import Forecast, forecast, members_of
from lachan.forecasting.engines.hub import Days, Floats, Vintages
from lachan.forecasting.engines.members import BASELINE
from lachan.forecasting.engines.nowcast import Nowcast, nowcast
from lachan.forecasting.engines.prepare import prepare
from lachan.forecasting.facts import BEDS, LEVELS
from lachan.forecasting.sources import Known, last_week
from lachan.places.rules import COUNTRY_ID

SEED: Final = 0
PAST_WEEKS: Final = 10  # whose forecasts say what each member of the ensemble is worth
LEARNT_WEEKS: Final = 14  # known then, below which their words of that day are no lesson
NOWCAST_DAYS: Final = 14
BATCH_DAYS: Final = 28  # back to which late reports that came at once are told
RT_DAYS: Final = 84  # read; the first four weeks settle the estimate
RT_SHOWN: Final = 56
KEPT_WEEKS: Final = 104  # of a series, kept with the run
DIGITS: Final = 3  # behind the point: a thousandth of a case

Rows = list[tuple[Any, ...]]  # without the id of the run
Made = dict[str, Floats]  # member: quantiles [L, H, Q]
Recall = Callable[[str, date], Made | None]  # target, day: what the members said then, if it is kept


@dataclass
class Part:
    """``rows``: by table; ``found``: what the verdict and the model card need; ``keep``: what members said, by day."""

    rows: dict[str, Rows] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    keep: dict[date, Made] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(map(len, self.rows.values()))


def names(known: Known) -> tuple[str, ...]:
    """Parts of a run in their order; Rt reads the nowcast of cases."""
    with_triangle = [measure for measure in known.measures if known.daily[measure].triangle is not None]
    return (
        "inputs", *(f"nowcast:{measure}" for measure in with_triangle), *(["rt"] if "cases" in known.measures else []),
        *(f"forecast:{measure}" for measure in known.measures), *(["alarms"] if "cases" in known.measures else []),
    )  # fmt: skip


def make(name: str, known: Known, recall: Recall, excluded: Mapping[str, set[int]]) -> Part:
    """One part. ``excluded``: measure: areas of which nothing is said."""
    kind, _, measure = name.partition(":")
    if kind == "inputs":
        return inputs(known)
    if kind == "nowcast":
        return nowcasts(known, measure)
    if kind == "rt":
        return reproduction(known)
    if kind == "forecast":
        return forecasts(known, measure, recall, excluded.get(measure, set()))
    return Part({"raised": warnings.raised(known, SEED)})


def inputs(known: Known) -> Part:
    """The weekly series as they stand, and how much of a first report was missing in the weeks before."""
    part = Part({"input": []})
    for measure in known.measures:
        series = known.vintages.series(known.as_of, measure)
        ends_on = series.ends[-1].astype(date)
        part.rows["input"] += _weekly_rows(known, measure, series.locations, ends_on, series.values[:, -KEPT_WEEKS:])
        part.found[measure] = {
            "first_week": str(series.ends[0]), "last_week": str(series.ends[-1]), "places": len(series.locations),
            "revised": _revised(known, measure),
            "doubtful": [
                {"area": one.area_id, "week": one.week.isoformat(), "code": one.code, "value": one.value}
                for one in known.doubts[measure]
            ],
        }  # fmt: skip
        stock = _stock(known, series.ends[-KEPT_WEEKS:]) if measure == _of_beds(known) else None
        if stock is not None:
            part.rows["input"] += _weekly_rows(known, BEDS[0], series.locations, ends_on, stock)
    return part


def _weekly_rows(known: Known, measure: str, places: Sequence[str], ends_on: date, values: Floats) -> Rows:
    return [
        (int(place), known.disease, measure, ends_on, row) for place, row in zip(places, listed(values), strict=True)
    ]


def _of_beds(known: Known) -> str | None:
    """The measure whose paths beds are made of."""
    return next((measure for measure in SOURCES if measure in known.measures), None)


def _stock(known: Known, ends: Days) -> Floats | None:
    """People in hospital [L, W] on these days as recorded; None: never recorded."""
    entry = known.care.get("in_hospital")
    if entry is None:
        return None
    at = (ends - entry.days[0]).astype(np.int64)
    there = (at >= 0) & (at < len(entry.days))
    return np.where(there, entry.values[:, np.clip(at, 0, len(entry.days) - 1)], np.nan)


def _revised(known: Known, measure: str) -> dict[str, float] | None:
    """What share of the nation's week, as it stands now, was known when it had just ended: median and range."""
    now = known.vintages.series(known.as_of, measure)
    shares = []
    for day in known.vintages.dates[:-1]:
        if measure in known.vintages.targets(day):
            then = known.vintages.series(day, measure)
            at = int((then.ends[-1] - now.ends[0]).astype(np.int64)) // 7
            if 0 <= at < len(now.ends) and now.values[0, at] > 0:
                shares.append(then.values[0, -1] / now.values[0, at])
    if not shares:
        return None
    return {
        "median": round(float(np.median(shares)), 4), "least": round(float(min(shares)), 4),
        "most": round(float(max(shares)), 4), "weeks": len(shares),
    }  # fmt: skip


def nowcasts(known: Known, measure: str) -> Part:
    """The last two weeks as they will be known, by day and place."""
    entry = known.daily[measure]
    ends = entry.days[-NOWCAST_DAYS:]
    wanted = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    made = _corrected(known, measure, wanted)
    delay = made.delay
    since = delay.since.astype(date) if delay.since is not None else None
    reported, first = listed(entry.values[:, -NOWCAST_DAYS:]), ends[0].astype(date)
    levels = listed(np.moveaxis(made.quantiles, 2, 1))  # by place, level, day
    rows: Rows = [
        (
            area, known.disease, measure, first, reported[at], *levels[at], made.reporters[at].kind, delay.changed,
            since,
        )
        for at, area in enumerate(entry.area_ids)
    ]  # fmt: skip
    found = {
        "measure": measure, "shifted": delay.changed, "since": since.isoformat() if since else None,
        "before_days": _plain(delay.before_days), "now_days": _plain(delay.now_days), "unseen": _plain(delay.unseen),
        "said": list(delay.said), "places": [entry.area_ids[row] for row in delay.rows],
        "batches": [
            {"area": entry.area_ids[row], "day": str(day)}
            for row, day in delay.batches
            if day > entry.days[-1] - np.timedelta64(BATCH_DAYS, "D")
        ],
        "reporters": {
            kind: [area for area, one in zip(entry.area_ids, made.reporters, strict=True) if one.kind == kind]
            for kind in ("weekly", "broken", "silent")
        },
    }  # fmt: skip
    return Part({"nowcast": rows}, found)


def _corrected(known: Known, measure: str, levels: Floats) -> Nowcast:
    """The nowcast of the last days, from what came on each day after them."""
    entry = known.daily[measure]
    assert entry.triangle is not None
    counts = entry.triangle.counts
    came = np.concatenate([counts[:, :, :1], np.diff(counts, axis=2)], axis=2)
    return nowcast(
        replace(entry.triangle, counts=came), entry.days[-NOWCAST_DAYS:], levels,
        seed=seed_of(known, f"nowcast:{measure}"),
    )  # fmt: skip


def _plain(value: float) -> float | None:
    return round(float(value), 4) + 0.0 if np.isfinite(value) else None


def reproduction(known: Known) -> Part:
    """Rt of nation and provinces; late reports are put right first, or they would make it seem to fall."""
    entry = known.daily["cases"]
    cases = np.where(entry.values < 0, np.nan, entry.values)[:, -RT_DAYS:].copy()
    days = entry.days[-RT_DAYS:]
    if entry.triangle is not None:
        late = _corrected(known, "cases", np.array([0.5])).quantiles[:, :, 0]
        cases[:, -NOWCAST_DAYS:] = np.where(np.isnan(late), cases[:, -NOWCAST_DAYS:], late)
    shown = min(RT_SHOWN, cases.shape[1])
    # provinces are drawn to the curve of all of them; the nation stands for itself
    made = [
        rt.estimate(part, days, rules.covid_intervals(), seed=seed_of(known, "rt") + at)
        for at, part in enumerate((cases[:1], cases[1:]))
        if len(part)
    ]
    told = [np.vstack([getattr(one, name) for one in made])[:, -shown:] for name in ("median", "low", "high")]
    said, first = np.isfinite(told[0]).any(axis=1), days[-shown].astype(date)
    rows: Rows = [
        (area, known.disease, first, *values, "" if said[at] else "too_few")
        for at, (area, *values) in enumerate(zip(entry.area_ids, *map(listed, told), strict=True))
    ]
    return Part({"rt": rows}, {"silent": sum(bool(row[-1]) for row in rows)})


def forecasts(known: Known, measure: str, recall: Recall, excluded: set[int]) -> Part:
    """Four weeks ahead of nation and provinces by the ensemble, of communes by their share of the province."""
    task = known.vintages.task
    one = replace(task, targets=(measure,), locations={measure: task.locations[measure]})
    history = Vintages(one, dict(known.tables))  # one target asked for; the other measures stay signals
    part = Part({"forecast": []})
    past: dict[date, dict[str, Made]] = {}
    for back in range(PAST_WEEKS + 1):
        day = known.as_of - timedelta(days=7 * back)
        if day in history.dates and measure in history.targets(day) and (not back or _weeks(history, day, measure)):
            made = recall(measure, day)
            if made is None:
                made = part.keep[day] = members_of(history, day, seed=SEED)[measure]
            past[day] = {measure: made}
    baseline = past[known.as_of][measure][BASELINE]
    answer = forecast(history, known.as_of, seed=SEED, past=past)[measure]
    ends = [day.astype(date) for day in history.task.ends(known.as_of)]
    places = history.task.locations[measure]
    at = [row for row, place in enumerate(places) if int(place) not in excluded]
    part.rows["forecast"] += _horizons(
        known, measure, [int(places[row]) for row in at], ends, answer.quantiles[at], baseline[at],
        [list(answer.notes.get(places[row], ())) for row in at],
    )  # fmt: skip
    part.found = {
        "weights": {name: round(share, 4) for name, share in sorted(answer.weights.items())},
        "notes": _counted(answer.notes),
    }
    part.rows["forecast"] += _communes(known, measure, places, answer, ends, excluded)
    if measure == _of_beds(known):
        rows, part.found["beds"] = _beds(known, measure, history, answer, excluded)
        part.rows["forecast"] += rows
    return part


def _beds(
    known: Known, measure: str, history: Vintages, answer: Forecast, excluded: set[int]
) -> tuple[Rows, dict[str, Any]]:
    """Beds of nation and provinces from the paths of what is forecast, and what they rest on."""
    seen = prepare(history.until(known.as_of), known.as_of, measure)
    gap = int(seen.leads[0]) - 1  # newest weeks of which nothing is known: as the one before
    weeks_back = np.arange(seen.values.shape[1] + gap)[::-1]
    ends = np.datetime64(last_week(known.as_of), "D") - 7 * weeks_back
    critical = known.care.get("critical")
    course = Course(
        measure, np.pad(seen.values, ((0, 0), (0, gap)), mode="edge"), answer.paths,
        seen.locations.index(str(COUNTRY_ID)), aggregates.whole(seen) is not None, _stock(known, ends),
        _weekly(critical.days, critical.values, last_week(known.as_of)) if critical is not None else None,
    )  # fmt: skip
    made = beds(course, np.array(LEVELS), np.random.default_rng([SEED, seed_of(known, "beds")]))
    weeks, notes = [day.astype(date) for day in history.task.ends(known.as_of)], [f"beds_from_{measure}"]
    notes += [] if course.stock is not None else ["beds_not_recorded"]
    at = [row for row, place in enumerate(seen.locations) if int(place) not in excluded]
    areas = [int(seen.locations[row]) for row in at]
    rows: Rows = []
    for name in BEDS:
        quantiles, baseline = made.quantiles[name][at], made.baseline[name][at]
        rows += _horizons(known, name, areas, weeks, quantiles, baseline, [notes] * len(at))
    return rows, made.card


def _weeks(history: Vintages, day: date, measure: str) -> bool:
    """Whether so much was known then that what the members said means something."""
    return len(history.series(day, measure).ends) >= LEARNT_WEEKS


def _horizons(
    known: Known, measure: str, areas: Sequence[int], ends: list[date], quantiles: Floats, baseline: Floats,
    notes: Sequence[list[str]],
) -> Rows:  # fmt: skip
    """Rows of these areas [N] by week ahead; quantiles and baseline [N, H, Q]."""
    return [
        (area, known.disease, measure, at + 1, end, told[at], base[at], codes)
        for area, told, base, codes in zip(areas, listed(quantiles), listed(baseline), notes, strict=True)
        for at, end in enumerate(ends)
    ]


def _counted(notes: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    codes = [code for entry in notes.values() for code in entry]
    return {code: codes.count(code) for code in sorted(set(codes))}


def _communes(
    known: Known, measure: str, places: tuple[str, ...], answer: Forecast, ends: list[date], excluded: set[int]
) -> Rows:
    given = known.communes
    if given is None:
        return []
    row = {int(place): at for at, place in enumerate(places) if int(place) not in excluded}
    parent = np.array([row.get(province, -1) for province in given.province_ids], dtype=np.int64)
    weekly = _weekly(given.days, given.values[measure], last_week(known.as_of))
    series = known.vintages.series(known.as_of, measure).values
    rng = np.random.default_rng([SEED, seed_of(known, f"communes:{measure}")])
    made = communes.divide(weekly, parent, series, answer.paths, np.array(LEVELS), rng)
    areas, notes = [given.area_ids[at] for at in made.at.tolist()], [["share_of_province"]] * len(made.at)
    return _horizons(known, measure, areas, ends, made.quantiles, made.baseline, notes)


def _weekly(days: npt.NDArray[np.datetime64], values: Floats, last: date) -> Floats:
    """Sums [C, W] of whole weeks up to the one that ends on ``last``."""
    until = int((np.datetime64(last, "D") - days[0]).astype(np.int64)) + 1
    weeks = until // 7
    inside = values[:, until - 7 * weeks : until]
    return np.asarray(inside.reshape(len(values), weeks, 7).sum(axis=2))


def seed_of(known: Known, what: str) -> int:
    """A seed of its own for each day and thing drawn."""
    return zlib.crc32(f"{SEED}|{known.source}|{known.as_of}|{what}".encode())


def listed(values: Floats) -> list[Any]:
    """An array as it is kept, of any number of axes: rounded, None where it cannot be said, no negative zero."""
    kept = (np.round(values, DIGITS) + 0.0).astype(object)
    kept[~np.isfinite(values)] = None
    return list(kept.tolist())
