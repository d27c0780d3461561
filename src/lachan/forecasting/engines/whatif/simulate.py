"""Simulate a scenario and compare scenarios: ranges of every figure, never one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.whatif.assumptions import Floats, raw
from lachan.forecasting.engines.whatif.conditioning import WEEK, Begun, Fit, begin
from lachan.forecasting.engines.whatif.course import Course
from lachan.forecasting.engines.whatif.draws import Numbers, Parameters
from lachan.forecasting.engines.whatif.epidemic import Day, State
from lachan.forecasting.engines.whatif.scenario import MOST_DAYS, Scenario

LEVELS: Final = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
MEASURES: Final = ("infections", "reported", "admissions", "in_hospital", "icu", "oxygen", "deaths", "rt")
LITRES: Final = 60 * 24 / 1000.0  # a litre a minute in cubic metres a day
SMALL: Final = 5.0  # infections a day; below, chance decides
SMALL_SHARE: Final = 0.05  # doses beyond who can take them, worth telling

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Ranges:
    """What a scenario says. days [D]; measures[name] [5, D] and totals[name] [5] (sum of a flow, peak of a stock) at
    0.05, 0.25, 0.5, 0.75, 0.95: the middle half lies between the second and fourth, nine tenths between the first and
    last. `draws[name]` [n, D]: the courses themselves; `infectious` [n]: people on the first morning."""

    name: str
    days: npt.NDArray[np.datetime64]
    measures: dict[str, Floats]
    totals: dict[str, Floats]
    draws: dict[str, npt.NDArray[np.float32]]
    infectious: Floats
    fit: Fit | None
    notes: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Difference:
    """Another scenario minus the base, draw by draw: measures [5, D], totals [5]; `less`: in which share of the draws
    the other's total is the smaller. `paired`: the two went from the same start; else their starts differ too."""

    base: str
    other: str
    days: npt.NDArray[np.datetime64]
    measures: dict[str, Floats]
    totals: dict[str, Floats]
    less: dict[str, float]
    paired: bool


def simulate(scenario: Scenario, *, seed: int, progress: Progress | None = None) -> Ranges:
    """Live through a scenario with all its draws; BadScenario where it cannot be. Deterministic by seed."""
    numbers = Numbers(seed, scenario.start.toordinal())
    course = Course(scenario)
    begun = begin(course, numbers, LEVELS)
    paths, notes = _live(course, begun, numbers, progress)
    days = np.datetime64(scenario.start, "D") + np.arange(scenario.days)
    return Ranges(
        name=scenario.name,
        days=days,
        measures={name: np.nanquantile(path, LEVELS, axis=0) for name, path in paths.items()},
        totals={name: np.quantile(_total(name, path), LEVELS) for name, path in paths.items()},
        draws={name: path.astype(np.float32) for name, path in paths.items()},
        infectious=begun.infectious,
        fit=begun.fit,
        notes=(*begun.notes, *notes),
        seed=seed,
    )


def compare(base: Ranges, other: Ranges) -> Difference:
    """What the other does more or less than the base. Both with the same seed, first day, length and number of draws;
    ValueError otherwise."""
    same_days = np.array_equal(base.days, other.days)
    if base.seed != other.seed or not same_days or len(base.infectious) != len(other.infectious):
        raise ValueError("scenarios are compared with the same seed, first day, number of days and number of draws")
    measures, totals, less = {}, {}, {}
    for name in MEASURES:
        first, second = base.draws[name].astype(float), other.draws[name].astype(float)
        measures[name] = np.quantile(second - first, LEVELS, axis=0)
        apart = _total(name, second) - _total(name, first)
        totals[name] = np.quantile(apart, LEVELS)
        less[name] = float((apart < 0).mean())
    paired = bool(np.allclose(base.infectious, other.infectious, rtol=1e-9))
    return Difference(base.name, other.name, base.days, measures, totals, less, paired)


def _total(name: str, path: Floats) -> Floats:
    """Of each draw [n] the sum of a flow or the peak of a stock."""
    return np.asarray(path.sum(axis=1) if raw()["measures"][name]["total"] == "sum" else path.max(axis=1))


def _live(
    course: Course, begun: Begun, numbers: Numbers, progress: Progress | None
) -> tuple[dict[str, Floats], tuple[str, ...]]:
    scenario, state, p = course.scenario, begun.state, begun.parameters
    count = scenario.draws
    paths = {name: np.zeros((count, scenario.days)) for name in MEASURES}
    # streams are as long as the longest scenario, so that a longer one begins alike
    chance = numbers.normal("chance", count, MOST_DAYS)[:, : scenario.days]
    drift = numbers.normal("drift", count, MOST_DAYS)[:, : scenario.days]
    scatter = numbers.normal("reports", count, MOST_DAYS)[:, : scenario.days]
    missed = full = 0.0
    for day in range(scenario.days):
        state.log_m += p["drift"] / np.sqrt(WEEK) * drift[:, day]
        happened, unused = course.live(state, p, day, chance[:, day])
        for name, value in _figures(state, p, happened, scatter[:, day]).items():
            paths[name][:, day] = value
        missed += float(unused.mean())
        full = max(full, float((paths["icu"][:, day] > p["icu_beds"]).mean()))
        if progress:
            progress(day + 1, scenario.days)
    notes = []
    if missed > SMALL_SHARE * max(course.curve.counts.sum(), 1.0):
        notes.append("doses_short")
    if full > 0:
        notes.append("icu_full")
    if float(np.median(paths["infections"].min(axis=1))) < SMALL:
        notes.append("small_counts")
    return paths, tuple(notes)


def _figures(state: State, p: Parameters, happened: Day, scatter: Floats) -> dict[str, Floats]:
    icu, ward = state.icu.sum(axis=(1, 2, 3)), state.ward.sum(axis=(1, 2, 3))
    spread = np.log1p(1.0 / np.maximum(happened.reported, 1.0) + 1.0 / p["report_noise"])
    litres = ward * p["oxygen_share"] * p["oxygen_ward"] + icu * p["oxygen_icu"]
    return {
        "infections": happened.infections,
        "reported": happened.reported * np.exp(np.sqrt(spread) * scatter - spread / 2.0),
        "admissions": happened.admissions,
        "in_hospital": ward + icu,
        "icu": icu,
        "oxygen": litres * LITRES,
        "deaths": happened.deaths,
        "rt": np.nan_to_num(happened.by_pressure),
    }
