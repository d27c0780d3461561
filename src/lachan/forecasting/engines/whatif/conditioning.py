"""The start: every draw lives through the last weeks, and is led week by week so that it fits the cases told.

Weights alone would keep a handful of draws after ten weeks of a steep wave, and with them a handful of opinions about
everything that cases do not tell. So after each week every draw is moved as an ensemble Kalman filter does (Evensen
1994; Shaman and Karspeck 2012, PNAS 109:20425): contacts and the sick, on the log scale, along their covariance with
the week's reports, towards the cases told plus a doubt of its own. Whoever is made sick or well by a move is taken from
or given back to those never infected: nobody is lost.
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
MOST_WEEKS: Final = 12
SHORT_WEEKS: Final = 6
UNSEEN: Final = 7  # days whose contacts no reported case tells of yet: they are taken to go on as before
SCATTER: Final = 3.0  # variance of a count over its mean, by chance in families and weekdays
FIRST_M, FIRST_CASES = 0.4, 0.5  # sd of the log of contacts and of infections when the past begins
LONGEST_MOVE: Final = 1.0  # of a log, in one week
MOVED: Final = ("latent", "infectious", "waiting", "ward", "icu", "immune")


@dataclass(frozen=True)
class Fit:
    """How the past was met: weeks told [W] under the day they end, and what the draws said of them [5, W] at 0.05,
    0.25, 0.5, 0.75 and 0.95 once led by them; `missed`: share of weeks outside what nine tenths of the draws had
    expected before they were told it."""

    ends: npt.NDArray[np.datetime64]
    told: Floats
    said: Floats
    missed: float


@dataclass(frozen=True)
class Begun:
    """The morning of the first day: state and parameters of the same draws; `infectious` [n] people by then, by which
    two starts are known as one."""

    state: State
    parameters: Parameters
    infectious: Floats
    fit: Fit | None
    notes: tuple[str, ...]


def begin(course: Course, numbers: Numbers, levels: Floats) -> Begun:
    """Draw, live through the cases told, set R and the shares of variants."""
    scenario = course.scenario
    p = draw(scenario, numbers, scenario.draws)
    cases = scenario.begin.cases
    fit: Fit | None = None
    notes: tuple[str, ...] = ("nothing_fitted",)
    if cases is None:
        given = scenario.begin.infections_per_day
        daily = given.at(numbers.uniform("start.infections", scenario.draws)) if given else np.zeros(scenario.draws)
        state = populate(course, p, 0, daily)
    else:
        state, fit = _past(course, numbers, p, cases, levels)
        notes = _notes(fit)
    _mix(state, p)
    if scenario.begin.rt is not None:
        wanted = scenario.begin.rt.at(numbers.uniform("start.rt", scenario.draws))
        found = epidemic.reproduction(state, p, course.guard(p, 0), course.meets(p, 0))
        state.log_m[:] = np.log(wanted / np.maximum(found, 1e-9))
    return Begun(state, p, state.infectious.sum(axis=(1, 2, 3, 4, 5)), fit, notes)


def _shares(p: Parameters) -> Floats:
    return np.asarray(p["share"] / p["share"].sum(axis=1, keepdims=True))


def _mix(state: State, p: Parameters) -> None:
    """Variants at the shares of the start: how one drove out another before is not known, contacts follow the cases."""
    for part in (state.latent, state.infectious):
        part[:] = part.sum(axis=2, keepdims=True) * _shares(p)[:, None, :, None, None, None]


def _past(course: Course, numbers: Numbers, p: Parameters, cases: Floats, levels: Floats) -> tuple[State, Fit]:
    """Live from some weeks before the start to its morning, led by the cases of each week."""
    weeks = min(len(cases) // WEEK, MOST_WEEKS)
    told = cases[-weeks * WEEK :].reshape(weeks, WEEK).sum(axis=1)
    count, first = course.scenario.draws, -weeks * WEEK
    daily = (told[:2].mean() / WEEK + 0.5) / p["report_share"]
    state = populate(course, p, first, daily * np.exp(FIRST_CASES * numbers.normal("past.first", count)))
    state.log_m[:] = _first_m(course, p, state, first, told, numbers)
    expected, said = np.zeros((count, weeks)), np.zeros((count, weeks))
    for week in range(weeks):
        _mix(state, p)
        for day in range(first + week * WEEK, first + (week + 1) * WEEK):
            if day < -UNSEEN:
                state.log_m += p["drift_before"] / np.sqrt(WEEK) * numbers.normal(f"past.drift.{day}", count)
            happened, _ = course.live(state, p, day, numbers.normal(f"past.chance.{day}", count))
            expected[:, week] += happened.reported
        doubt = np.sqrt(p["tolerance"] ** 2 + SCATTER / max(told[week], 1.0))
        apart = np.log1p(told[week]) + doubt * numbers.normal(f"past.doubt.{week}", count)
        said[:, week] = lead(state, np.log1p(expected[:, week]), apart, float(np.mean(doubt**2)))
    low, high = np.quantile(expected, levels[[0, -1]], axis=0)
    missed = (told < low) | (told > high)
    ends = course.on(0) - 1 - WEEK * np.arange(weeks - 1, -1, -1)
    return state, Fit(ends, told, np.quantile(np.expm1(said), levels, axis=0), float(missed[1:].mean()))


def lead(state: State, said: Floats, wanted: Floats, doubt: float) -> Floats:
    """Move every draw towards the cases told; returns what its week would then have been. All on the log scale.

    said [n]: reports of the week; wanted [n]: cases told, with each draw's own doubt, of variance `doubt`.
    """
    off, spread = said - said.mean(), float(said.var()) + doubt

    def move(value: Floats) -> Floats:
        gain = float(np.mean((value - value.mean()) * off)) / spread
        return np.asarray(np.clip(gain * (wanted - said), -LONGEST_MOVE, LONGEST_MOVE))

    moves = {name: move(np.log(_whole(getattr(state, name)) + 1e-6)) for name in MOVED}
    reports = move(np.log(state.reports.sum(axis=1) + 1e-6))
    log_m = move(state.log_m)
    for name, by in moves.items():
        _scale(state, name, np.exp(by))
    state.reports *= np.exp(reports)[:, None]
    state.log_m += log_m
    return said + move(said)


def _whole(part: Floats) -> Floats:
    return np.asarray(part.reshape(len(part), -1).sum(axis=1))


def _scale(state: State, name: str, factor: Floats) -> None:
    """Make a part of the people larger or smaller, of each age and dose from or to those never infected, of whom at
    most half go."""
    part, never = getattr(state, name), state.open[:, 0]
    inside = part.sum(axis=tuple(range(1, part.ndim - 2)))  # [n, A, 4]
    wanted = inside * (factor - 1.0)[:, None, None]
    taken = np.minimum(wanted, never / 2.0)
    ratio = 1.0 + np.divide(taken, inside, out=np.zeros_like(taken), where=inside > 0)
    part *= ratio.reshape(len(part), *(1,) * (part.ndim - 3), *ratio.shape[1:])
    never -= taken


def _notes(fit: Fit) -> tuple[str, ...]:
    outside = (fit.told < fit.said[0]) | (fit.told > fit.said[-1])
    notes = ("fits_badly",) if outside.mean() > 1 / 4 or fit.missed > 1 / 2 else ()
    return (*notes, "short_history") if len(fit.told) < SHORT_WEEKS else notes


def _first_m(course: Course, p: Parameters, state: State, first: int, told: Floats, numbers: Numbers) -> Floats:
    """Contacts at the beginning of the past: R as the growth of the first weeks says, and a wide doubt about it."""
    growth = np.log((told[1] + 1.0) / (told[0] + 1.0)) / WEEK
    rt = np.exp(np.clip(growth, -0.2, 0.3) * p["generation_days"][:, 0])
    found = epidemic.reproduction(state, p, course.guard(p, first), course.meets(p, first))
    return np.asarray(np.log(rt / np.maximum(found, 1e-9)) + FIRST_M * numbers.normal("past.m", len(rt)))


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
