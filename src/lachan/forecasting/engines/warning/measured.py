"""The figures of the README: what the methods raise on quiet years at the thresholds they ship with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lachan.forecasting.engines.warning import ears
from lachan.forecasting.engines.warning.alarms import Alarms, Days, Floats
from lachan.forecasting.engines.warning.calibration import FARRINGTON_HISTORY_DAYS, HISTORY_DAYS
from lachan.forecasting.engines.warning.cusum import cusum
from lachan.forecasting.engines.warning.farrington import farrington
from lachan.forecasting.engines.warning.fusion import fuse
from lachan.forecasting.engines.warning.quiet import SIZES, Heard, judged_from, measure, quiet_days, weekly
from lachan.forecasting.engines.warning.scan import neighbours, scan

YEAR = 52 * 7


@dataclass(frozen=True)
class ListRate:
    """False alarms of the fused list per 100 place-weeks: all, and those on which two families agree."""

    size: float
    all_alarms: float
    agreed: float


def heard(
    sizes: Sequence[float] = SIZES, *, places: int = 150, strength: float = 5.0, classic: bool = False, seed: int = 7
) -> list[Heard]:
    """Each method on each size of place; `classic`: at the thresholds of the papers instead of ours."""
    rate = None if classic else 1.0
    daily = {
        "ears_c1": lambda counts, days: ears.c1(counts, days, rate=rate),
        "ears_c2": lambda counts, days: ears.c2(counts, days, rate=rate),
        "ears_c3": lambda counts, days: ears.c3(counts, days, rate=rate),
    }
    if not classic:
        daily["cusum"] = lambda counts, days: cusum(counts, days)
    rows = [
        measure(name, method, size, places=places, strength=strength, history=HISTORY_DAYS, seed=seed)
        for name, method in daily.items()
        for size in sizes
    ]

    def by_week(counts: Floats, ends: Days) -> Alarms:
        return farrington(counts, ends, last=YEAR // 7, rate=rate)

    return rows + [
        measure(
            "farrington",
            by_week,
            size,
            by_week=True,
            places=places,
            days=YEAR,
            history=FARRINGTON_HISTORY_DAYS,
            strength=strength,
            seed=seed,
        )
        for size in sizes
    ]


def list_rates(sizes: Sequence[float] = SIZES, *, places: int = 150, seed: int = 7) -> list[ListRate]:
    """What the list holds after fusion of all methods that look at one place."""
    rows = []
    for size in sizes:
        counts, days = quiet_days(size, places, FARRINGTON_HISTORY_DAYS + YEAR, seed=seed)
        recent, recent_days = counts[:, -YEAR - HISTORY_DAYS :], days[-YEAR - HISTORY_DAYS :]
        found = [method(recent, recent_days) for method in (ears.c1, ears.c2, ears.c3, cusum)]
        found = [judged_from(alarms, days[-YEAR]) for alarms in found]
        raised = fuse([*found, farrington(*weekly(counts, days), last=YEAR // 7)], "any")
        weeks = places * YEAR / 7 / 100
        rows.append(ListRate(size, len(raised) / weeks, sum(one.strength > 1 for one in raised) / weeks))
    return rows


def scan_p(*, places: int = 250, a_day: float = 200.0, runs: int = 40, seed: int = 7) -> Floats:
    """p of the strongest cluster on quiet days that lie far apart [runs]: uniform or larger where the scan is right."""
    rng = np.random.default_rng(seed)
    near = neighbours(rng.uniform(15.0, 19.0, places), rng.uniform(105.0, 108.0, places))
    people = rng.lognormal(9.5, 0.6, places)
    risk = people * rng.gamma(5.0, 0.2, places)
    found = []
    for run in range(runs):
        mean = np.outer(risk / risk.sum(), a_day * np.exp(0.01 * np.arange(84)))
        counts = rng.poisson(mean * rng.gamma(20.0, 0.05, mean.shape)).astype(np.float64)
        days = np.datetime64("2021-01-01", "D") + run * 84 + np.arange(84)
        clusters = scan(counts, days, near, populations=people, seed=seed).clusters
        found.append(clusters[0].p if clusters else 1.0)
    return np.array(found)
