"""What a day's final count would be expected to be if nothing of that day itself were known: from the days around it.

A Gaussian process on the log of the final count: a smooth course, a weekday pattern, chance of single days; counted by
a negative binomial with what is still to come left out. Fitted by Newton's method; each day's own report is taken out
again (leave one out: Rasmussen & Williams 2006, ch. 3.4 and 5.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAYS = 56  # looked at
ROUNDS = 6  # of Newton; five settle it
COURSE = 0.6  # how far the smooth course moves, log scale
LENGTHS, WEEKDAYS, SINGLES = (12.0, 20.0, 32.0), (0.05, 0.3), (0.05, 0.1, 0.2)
JUDGES = 12  # rows the shape is chosen by: the largest


def expected(known: Floats, share: Floats, over: Floats) -> tuple[Floats, Floats]:
    """Mean and variance [L, D] of the log of each day's final count, its own report left out.

    known [L, D] counts so far; share [L, D] of the final count that should be known by now, 0 where nothing can be;
    over [L, D] variance of that share over its square beyond chance.
    """
    largest = np.argsort(known.sum(axis=1))[-JUDGES:]
    fits = ((_fit(known[largest], share[largest], over[largest], kernel), kernel) for kernel in _kernels(known))
    best = max(fits, key=lambda fit: fit[0][2])[1]
    mean, variance, _ = _fit(known, share, over, best)
    return mean, variance


def _kernels(known: Floats) -> Iterator[tuple[Floats, float]]:
    apart = np.abs(np.subtract.outer(np.arange(known.shape[1]), np.arange(known.shape[1]))).astype(float)
    for length, weekday, single in product(LENGTHS, WEEKDAYS, SINGLES):
        smooth = COURSE**2 * np.exp(-0.5 * (apart / length) ** 2)
        yield 1.0 + smooth + weekday**2 * (apart % 7 == 0) * np.exp(-apart / 60.0), single**2


def _fit(known: Floats, share: Floats, over: Floats, kernel: tuple[Floats, float]) -> tuple[Floats, Floats, float]:
    """Mean and variance [L, D] without the day itself, and how likely the reports were by them."""
    course, single = kernel
    eye = np.eye(known.shape[1])
    base = np.log((known.sum(axis=1) + 0.5) / np.maximum(share.sum(axis=1), 0.5))[:, None]
    level = np.broadcast_to(base, known.shape).copy()
    for _ in range(ROUNDS):
        mean = share * np.exp(np.clip(level, -12.0, 20.0))
        weight = np.maximum(mean / (1.0 + over * mean), 1e-4)
        target = level + np.clip((known - mean) / np.maximum(mean, 1e-2), -2.0, 4.0) * (share > 0)
        noise = 1.0 / weight
        inverse = np.linalg.inv(course + eye * (noise + single)[:, None, :])
        alpha = (inverse @ (target - base)[:, :, None])[:, :, 0]
        level = target - noise * alpha
    own = np.diagonal(inverse, axis1=1, axis2=2)
    out, variance = target - alpha / own, np.maximum(1.0 / own - noise, single)
    wide = 1.0 / own
    likely = -0.5 * ((target - out) ** 2 / wide + np.log(wide)) * (share > 0.3)
    return out, variance, float(likely.sum())
