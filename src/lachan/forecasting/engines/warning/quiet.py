"""Quiet years: what each method raises when nothing happens, and how soon it speaks when something does.

A quiet year is a seasonal negative binomial count without an outbreak, as Noufaily et al. 2013 simulate theirs: one
yearly wave with a random phase, a weekday pattern, a slow trend, a spread that grows with the mean. Places of several
sizes, because a method that is right for a province may be far too loud for a commune. An outbreak is added on top:
cases spread over some days by a log-normal curve, its size in spreads of the quiet count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lachan.forecasting.engines.warning.alarms import Alarms, Bools, Days, Floats

SIZES = (0.03, 0.1, 0.3, 1.0, 5.0, 30.0, 200.0)
"""Mean cases a day of the synthetic places: a small commune to a large province."""
FIRST = np.datetime64("2015-01-05", "D")  # a Monday; any will do
SPREAD = 0.05  # variance = mean + spread × mean²
WAVE = 0.55  # peak to trough e^(2 × 0.55): three times as many in season
WEEKEND = 0.75
YEARLY_TREND = 0.05
OUTBREAK_DAYS = 28

Method = Callable[[Floats, Days], Alarms]


@dataclass(frozen=True)
class Heard:
    """What was measured of one method on places of one size.

    false_rate: alarms per 100 place-weeks of quiet. found: share of outbreaks alarmed within 28 days of their first
    day. delay: median days from the first day to the alarm among those found (NaN: none). outbreaks: their number.
    """

    method: str
    size: float
    false_rate: float
    place_weeks: float
    found: float
    delay: float
    outbreaks: int


def quiet_days(size: float, places: int, days: int, *, seed: int) -> tuple[Floats, Days]:
    """Counts [A, D] of quiet days with about `size` cases a day, and the days [D]."""
    rng = np.random.default_rng([seed, int(size * 1000)])
    at = np.arange(days)
    phase = rng.uniform(0, 2 * np.pi, (places, 1))
    trend = rng.normal(0.0, YEARLY_TREND, (places, 1))
    course = WAVE * np.cos(2 * np.pi * at / 365.25 + phase) + trend * (at - days / 2) / 365.25
    week = np.where(at % 7 >= 5, WEEKEND, (7 - 2 * WEEKEND) / 5)
    mean = size * np.exp(course - WAVE**2 / 4) * week
    counts = rng.poisson(mean * rng.gamma(1.0 / SPREAD, SPREAD, mean.shape))
    return counts.astype(np.float64), FIRST + at


def weekly(counts: Floats, days: Days) -> tuple[Floats, Days]:
    """Sums of whole weeks [A, W] and the days they end on; days left over at the start are dropped."""
    left = counts.shape[1] % 7
    return counts[:, left:].reshape(len(counts), -1, 7).sum(axis=2), days[left:][6::7]


def with_outbreaks(counts: Floats, size: float, strength: float, every: int, *, seed: int) -> tuple[Floats, Bools]:
    """Counts with an outbreak of `strength` every `every` days, and where each begins [A, D].

    As many cases as `strength` times the spread of a quiet week, at least 3, over at most 28 days; the first one on
    the first day.
    """
    rng = np.random.default_rng([seed, int(size * 1000), 7])
    places, days = counts.shape
    made, begins = counts.copy(), np.zeros(counts.shape, dtype=bool)
    cases = max(strength * np.sqrt(7 * size + SPREAD * 7 * size**2), 3.0)
    for place in range(places):
        first = int(rng.integers(every // 2, every))
        while first + OUTBREAK_DAYS <= days:
            begins[place, first] = True
            fell = np.minimum(rng.lognormal(np.log(7.0), 0.6, rng.poisson(cases)), OUTBREAK_DAYS - 1).astype(int)
            if len(fell):
                np.add.at(made[place], first + fell - fell.min(), 1.0)
            first += every
    return made, begins


def rate_of(alarms: Alarms, gap: int) -> tuple[float, float]:
    """Alarms that begin per 100 place-weeks the method could judge, and the number of place-weeks."""
    step = float((alarms.days[1] - alarms.days[0]).astype(np.int64))
    weeks = float(alarms.known.sum()) * step / 7.0
    return 100.0 * float(alarms.first_days(gap).sum()) / weeks, weeks


def heard_of(alarms: Alarms, begins: Bools, days: Days) -> Floats:
    """Days until the first alarm of each outbreak, NaN where none came within 28 days; begins [A, D] over `days`."""
    waits = []
    for place, day in np.argwhere(begins):
        first = days[day]
        within = (alarms.days >= first) & (alarms.days < first + OUTBREAK_DAYS)
        if not alarms.known[place, within].any():
            continue
        rung = alarms.days[within][alarms.alarm[place, within]]
        waits.append(float((rung[0] - first).astype(np.int64)) if len(rung) else np.nan)
    return np.array(waits)


def measure(
    name: str,
    method: Method,
    size: float,
    *,
    by_week: bool = False,
    places: int = 100,
    days: int = 728,
    history: int = 70,
    strength: float = 5.0,
    seed: int = 1,
) -> Heard:
    """False alarms and delays of a method on quiet days of one size; `history` days come before those judged."""
    counts, all_days = quiet_days(size, places, history + days, seed=seed)
    struck, begins = with_outbreaks(counts[:, history:], size, strength, 91, seed=seed)
    struck = np.concatenate([counts[:, :history], struck], axis=1)

    def run(values: Floats) -> Alarms:
        return judged_from(
            method(*weekly(values, all_days)) if by_week else method(values, all_days), all_days[history]
        )

    rate, weeks = rate_of(run(counts), 1 if by_week else 7)
    waits = heard_of(run(struck), begins, all_days[history:])
    found = ~np.isnan(waits)
    return Heard(
        name,
        size,
        rate,
        weeks,
        float(found.mean()) if len(waits) else float("nan"),
        float(np.median(waits[found])) if found.any() else float("nan"),
        len(waits),
    )


def judged_from(alarms: Alarms, first: np.datetime64) -> Alarms:
    """The same alarms without the days before `first`: history that a method only learns from."""
    kept = alarms.days >= first
    return Alarms(
        alarms.method,
        alarms.days[kept],
        alarms.score[:, kept],
        alarms.threshold[:, kept],
        alarms.alarm[:, kept],
        alarms.expected[:, kept],
        alarms.unsaid[:, kept],
    )
