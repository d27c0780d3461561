"""How the thresholds of `thresholds.py` are made: by counting the false alarms of quiet years at many thresholds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lachan.forecasting.engines.warning import ears
from lachan.forecasting.engines.warning.alarms import Alarms, Days, Floats, onsets
from lachan.forecasting.engines.warning.cusum import cusum
from lachan.forecasting.engines.warning.farrington import farrington
from lachan.forecasting.engines.warning.quiet import SIZES, judged_from, quiet_days, weekly
from lachan.forecasting.engines.warning.thresholds import EDGES, STATED, size_of

MARGIN = 0.85
"""Share of the stated rate that is used up: the rest is for chance in the measurement."""
RARE = 0.02
HISTORY_DAYS = 70
FARRINGTON_HISTORY_DAYS = 7 * 265


@dataclass(frozen=True)
class Method:
    """A method as it is measured.

    run(counts, days, threshold): alarms at one threshold for all sizes; `resets`: its score depends on the threshold,
    else one run serves all candidates. `by_week`: it judges weeks. `history`: days it only learns from.
    """

    name: str
    run: Callable[[Floats, Days, float], Alarms]
    candidates: Sequence[float]
    resets: bool = False
    by_week: bool = False
    history: int = HISTORY_DAYS
    places: int = 800
    days: int = 728


def methods() -> tuple[Method, ...]:
    """All methods whose thresholds are calibrated; the scan states its rate by its p-value."""
    steps = np.round(np.arange(2.0, 14.01, 0.25), 2).tolist()
    return (
        Method("ears_c1", lambda counts, days, _: ears.c1(counts, days, rate=None), steps),
        Method("ears_c2", lambda counts, days, _: ears.c2(counts, days, rate=None), steps),
        Method("ears_c3", lambda counts, days, _: ears.c3(counts, days, rate=None), steps),
        Method("cusum", lambda counts, days, limit: cusum(counts, days, limit=limit), steps[4:40:2], resets=True),
        Method(
            "farrington",
            lambda counts, ends, _: farrington(counts, ends, last=52, rate=None),
            np.round(np.arange(0.6, 2.01, 0.05), 2).tolist(),
            by_week=True,
            history=FARRINGTON_HISTORY_DAYS,
            places=300,
            days=364,
        ),
    )


def calibrate(method: Method, rate: float = STATED, *, sizes: Sequence[float] = SIZES, seed: int = 2026) -> list[float]:
    """For each of EDGES the smallest candidate threshold at which every size of place stays below `rate` × MARGIN.

    An alarm belongs to the size expected on its day. A size of place counts where at least RARE of its days are
    expected to be of that size: then each place keeps the rate over all its days. Where no place is of a size, the
    next smaller size answers; where no candidate suffices, the largest one.
    """
    worst = np.zeros((len(method.candidates), len(EDGES)))
    for size in sizes:
        counts, days = quiet_days(size, method.places, method.history + method.days, seed=seed)
        first = days[method.history]
        given = weekly(counts, days) if method.by_week else (counts, days)
        once = None if method.resets else judged_from(method.run(*given, method.candidates[0]), first)
        for at, threshold in enumerate(method.candidates):
            alarms = judged_from(method.run(*given, threshold), first) if once is None else _at(once, threshold)
            worst[at] = np.maximum(worst[at], _rates(alarms, method.by_week))
    chosen: list[float] = []
    for size_at in range(len(EDGES)):
        if chosen and not worst[:, size_at].any():
            chosen.append(chosen[-1])
            continue
        fits = (worst[:, size_at] <= rate * MARGIN)[::-1]
        held = np.minimum.accumulate(fits)[::-1]  # from here on every larger threshold fits as well
        chosen.append(float(method.candidates[int(np.argmax(held))] if held.any() else method.candidates[-1]))
    return chosen


def _at(alarms: Alarms, threshold: float) -> Alarms:
    with np.errstate(invalid="ignore"):
        return replace(alarms, alarm=alarms.known & (alarms.score > threshold))


def _rates(alarms: Alarms, by_week: bool) -> Floats:
    """False alarms per 100 place-weeks by size expected [E]; 0 for sizes hardly met."""
    size = size_of(alarms.expected)
    held = np.bincount(size[alarms.known], minlength=len(EDGES)).astype(np.float64)
    rung = np.bincount(size[onsets(alarms.alarm, 1 if by_week else 7)], minlength=len(EDGES)).astype(np.float64)
    weeks = held if by_week else held / 7.0
    rates = np.divide(100.0 * rung, weeks, out=np.zeros_like(rung), where=weeks > 0)
    return np.where(held >= RARE * held.sum(), rates, 0.0)
