"""The start: an ensemble of draws lives through the last weeks, and those that fit the cases told are kept.

A draw's weight is that of approximate Bayesian computation with a smooth kernel: the log of its weekly reports against
the log of those told, within `fit.tolerance` and what so many cases scatter by themselves. Weights multiply week by
week; where few draws would carry them all, draws are chosen anew by weight (Gordon, Salmond and Smith 1993), so that
contacts, which may drift from week to week, follow the cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.whatif import epidemic
from lachan.forecasting.engines.whatif.assumptions import Floats
from lachan.forecasting.engines.whatif.course import Course
from lachan.forecasting.engines.whatif.draws import Numbers, Parameters, draw
from lachan.forecasting.engines.whatif.epidemic import State

WEEK: Final = 7
SPARE: Final = 6  # draws that live through the past for each that is kept
MOST_WEEKS: Final = 12
SHORT_WEEKS: Final = 6
SCATTER: Final = 3.0  # variance of a count over its mean, by chance in families and weekdays
UNSEEN: Final = 7  # days whose contacts no reported case tells of yet: they are taken to go on as before
LEAST_DRAWS: Final = 20.0  # effective; below, the past fits badly


@dataclass(frozen=True)
class Fit:
    """How the past was met: weeks told [W] under the day they end, and what the draws kept said of them [5, W] at
    0.05, 0.25, 0.5, 0.75 and 0.95; `effective`: draws that carried the weight of the worst week."""

    ends: npt.NDArray[np.datetime64]
    told: Floats
    said: Floats
    effective: float


@dataclass(frozen=True)
class Begun:
    """The morning of the first day: state and parameters of the same draws; `ancestors`: which of the first each is."""

    state: State
    parameters: Parameters
    ancestors: npt.NDArray[np.int64]
    fit: Fit | None
    notes: tuple[str, ...]


def begin(course: Course, numbers: Numbers, levels: Floats) -> Begun:
    """Draw, live through the cases told, keep those that fit, set R and the shares of variants."""
    scenario = course.scenario
    cases = scenario.begin.cases
    begun = _without_cases(course, numbers) if cases is None else _through_cases(course, numbers, cases, levels)
    state, p = begun.state, begun.parameters
    for part in (state.latent, state.infectious):
        whole = part.sum(axis=2, keepdims=True)
        part[:] = whole * _shares(p)[:, None, :, None, None, None]
    if scenario.begin.rt is not None:
        wanted = scenario.begin.rt.at(numbers.uniform("start.rt", len(state.log_m)))
        found = epidemic.reproduction(state, p, course.guard(p, 0), course.meets(p, 0))
        state.log_m[:] = np.log(wanted / np.maximum(found, 1e-9))
    return begun


def _shares(p: Parameters) -> Floats:
    return np.asarray(p["share"] / p["share"].sum(axis=1, keepdims=True))


def _without_cases(course: Course, numbers: Numbers) -> Begun:
    count = course.scenario.draws
    p = draw(course.scenario, numbers, count)
    given = course.scenario.begin.infections_per_day
    daily = np.zeros(count) if given is None else given.at(numbers.uniform("start.infections", count))
    state = populate(course, p, 0, daily)
    return Begun(state, p, np.arange(count), None, ("nothing_fitted",))


def _through_cases(course: Course, numbers: Numbers, cases: Floats, levels: Floats) -> Begun:
    weeks = min(len(cases) // WEEK, MOST_WEEKS)
    told = cases[-weeks * WEEK :].reshape(weeks, WEEK).sum(axis=1)
    count = course.scenario.draws * SPARE
    p = draw(course.scenario, numbers, count)
    first = -weeks * WEEK
    early = told[: min(2, weeks)].mean() / WEEK
    daily = (early + 0.5) / p["report_share"] * np.exp(0.25 * numbers.normal("past.first", count))
    state = populate(course, p, first, daily)
    state.log_m[:] = _first_m(course, p, state, first, told, numbers)
    ancestors, weight = np.arange(count), np.zeros(count)
    said = np.zeros((count, weeks))
    worst = float(count)
    for week in range(weeks):
        for day in range(first + week * WEEK, first + (week + 1) * WEEK):
            if day < -UNSEEN:
                state.log_m += p["drift_before"] / np.sqrt(WEEK) * numbers.normal(f"past.drift.{day}", count)
            happened, _ = course.live(state, p, day, numbers.normal(f"past.chance.{day}", count))
            said[:, week] += happened.reported
        if week == 0:
            continue  # it holds what was set up, not what was lived
        weight += _closeness(course, said[:, week], told[week])
        effective = _effective(weight)
        worst = min(worst, effective)
        if effective < count / 2 and week < weeks - 1:
            chosen = choose(weight, float(numbers.uniform(f"past.choice.{week}", 1)[0]), count)
            state, p = state.take(chosen), p.take(chosen)
            ancestors, said, weight = ancestors[chosen], said[chosen], np.zeros(count)
    chosen = choose(weight, float(numbers.uniform("past.choice", 1)[0]), course.scenario.draws)
    ends = course.on(0) - 1 - WEEK * np.arange(weeks - 1, -1, -1)
    fit = Fit(ends[1:], told[1:], np.quantile(said[chosen][:, 1:], levels, axis=0), worst)
    return Begun(state.take(chosen), p.take(chosen), ancestors[chosen], fit, _notes(fit, weeks))


def _notes(fit: Fit, weeks: int) -> tuple[str, ...]:
    outside = (fit.told < fit.said[0]) | (fit.told > fit.said[-1])
    notes = ["fits_badly"] if fit.effective < LEAST_DRAWS or outside.mean() > 1 / 3 else []
    return (*notes, "short_history") if weeks < SHORT_WEEKS else tuple(notes)


def _first_m(course: Course, p: Parameters, state: State, first: int, told: Floats, numbers: Numbers) -> Floats:
    """Contacts at the beginning of the past: R as the growth of the first weeks says, and a wide doubt about it."""
    growth = np.log((told[1] + 1.0) / (told[0] + 1.0)) / WEEK
    rt = np.exp(np.clip(growth, -0.2, 0.3) * p["generation_days"][:, 0])
    found = epidemic.reproduction(state, p, course.guard(p, first), course.meets(p, first))
    return np.asarray(np.log(rt / np.maximum(found, 1e-9)) + 0.4 * numbers.normal("past.m", len(rt)))


def _closeness(course: Course, said: Floats, told: float) -> Floats:
    tolerance = course.scenario.range("fit.tolerance").middle
    wide = tolerance**2 + SCATTER / max(told, 1.0)
    return np.asarray(-0.5 * np.log((said + 2.0) / (told + 2.0)) ** 2 / wide)


def _effective(weight: Floats) -> float:
    share = np.exp(weight - weight.max())
    return float(share.sum() ** 2 / (share**2).sum())


def choose(weight: Floats, u: float, count: int) -> npt.NDArray[np.int64]:
    """`count` draws in proportion to exp(weight), evenly spaced from one random number (systematic resampling)."""
    share = np.cumsum(np.exp(weight - weight.max()))
    places = (np.arange(count) + u) / count * share[-1]
    return np.asarray(np.minimum(np.searchsorted(share, places), len(weight) - 1), dtype=np.int64)


def populate(course: Course, p: Parameters, day: int, daily: Floats) -> State:
    """People on the morning of a day when `daily` [n] are infected each day and were for weeks, as if in balance."""
    count, ages, kinds = len(daily), len(p.people), p["r0"].shape[1]
    dosed = np.maximum(course.curve.before(day), 0.0).T  # [A, 4]
    dosed[:, 0] = np.maximum(p.people - dosed[:, 1:].sum(axis=1), 0.0)
    state = State(
        open=np.zeros((count, 2, ages, 4)), immune=p["infected_before"][:, None, None] * dosed,
        latent=np.zeros((count, 2, kinds, 2, ages, 4)), infectious=np.zeros((count, 2, kinds, 2, ages, 4)),
        waiting=np.zeros((count, 2, ages, 4)), ward=np.zeros((count, 2, ages, 4)), icu=np.zeros((count, 2, ages, 4)),
        dead=np.zeros((count, ages)), reports=np.zeros((count, 2)), log_m=np.zeros(count),
    )  # fmt: skip
    never = dosed - state.immune
    seen = course.guard(p, day)
    felt = (course.meets(p, day).sum(axis=2) * p.susceptibility)[:, :, None] * seen.openness[:, 0] * never
    share = felt / np.maximum(felt.sum(axis=(1, 2), keepdims=True), 1e-12)
    new = np.minimum(daily[:, None, None] * share, never / 100.0)  # a day's infections; never all of a band
    each = _shares(p)[:, :, None, None]
    half = new[:, None] * each / 2.0  # [n, K, A, 4] for each of two stages
    for stage in range(2):
        state.latent[:, stage, :, 0] = half * p["latent_days"][:, :, None, None]
        state.infectious[:, stage, :, 0] = half * p["infectious_days"][:, :, None, None]
        ill = (new[:, None] * each * epidemic.need_of_bed(p, seen)[:, :, 0]).sum(axis=1)
        to_icu = ill * p["icu"][:, :, None]
        state.waiting[:, stage] = ill * p["wait_days"][:, None, None] / 2.0
        state.icu[:, stage] = to_icu * p["icu_days"][:, None, None] / 2.0
        state.ward[:, stage] = (ill - to_icu) * p["ward_days"][:, None, None] / 2.0
    state.reports[:] = (new.sum(axis=(1, 2)) * p["report_share"] * p["report_days"] / 2.0)[:, None]
    sick = state.latent.sum(axis=(1, 2, 3)) + state.infectious.sum(axis=(1, 2, 3))
    sick += state.waiting.sum(axis=1) + state.ward.sum(axis=1) + state.icu.sum(axis=1)
    state.open[:, 0] = never - sick
    return state
