"""Sample paths of doses wanted in the weeks ahead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.demand.steps import Line, Step
from lachan.forecasting.engines.demand.uptake import Uptake

Floats = npt.NDArray[np.float64]

WIDE = 9.0
SHOW = 0.85
"""Share of those with an appointment who come; the room above measures its own."""


def paths(
    steps: Sequence[Step],
    line: Line,
    known: Uptake,
    *,
    samples: int,
    rng: np.random.Generator,
    show: float = SHOW,
    common: Floats | None = None,
) -> Floats:
    """Doses wanted [S, A, J, H], one path being one possible course of all places and steps together.

    Each week those waiting come by their hazard, times the place's pace, the week's own factor there and the one of all
    places, `common` [S, H] (1 without it: then places do not err together and sums are too sure); those booked leave
    the line and come with probability `show`, else return to its begin; a dose given puts its people in line for the
    next step. Doses are wanted: that there may be none in stock is `stock.risk`'s part. How long those in line have
    waited is that of the mean course, which makes a path's cost independent of the weeks since due.
    """
    places, number, _ = line.waiting.shape
    weeks = line.due.shape[-1]
    shape = (samples, places, number)
    rate = _mean_course(steps, line, known, show)
    pace = known.pace * rng.standard_gamma(np.broadcast_to(known.known, shape)) / known.known
    in_line = np.broadcast_to(np.rint(line.waiting.sum(axis=-1)).astype(np.int64), shape).copy()
    entering = np.zeros((weeks, *shape), dtype=np.int64)
    entering += np.rint(np.moveaxis(line.due, 2, 0)[:, None]).astype(np.int64)
    if line.expected.any():
        entering += rng.poisson(np.broadcast_to(np.moveaxis(line.expected, 2, 0)[:, None], entering.shape))
    wanted = np.zeros((*shape, weeks))
    for week in range(weeks):
        in_line += entering[week]
        booked = np.minimum(np.rint(line.booked[..., week]).astype(np.int64), in_line)
        factor = rng.standard_gamma(1.0 / known.spread, (samples, places, 1)) * known.spread
        if common is not None:
            factor *= common[:, week, None, None]
        # Paces multiply rates, not shares, so that no share passes 1.
        came = _drawn(rng, in_line - booked, -np.expm1(-rate[..., week] * pace * factor))
        if booked.any():
            came += rng.binomial(booked, show)
        in_line -= came
        wanted[..., week] = came
        for at, step in enumerate(steps):
            if step.after is not None and week + step.weeks < weeks:
                entering[week + step.weeks, ..., at] += came[..., step.after]
    return wanted


def _drawn(rng: np.random.Generator, people: npt.NDArray[np.int64], share: Floats) -> npt.NDArray[np.int64]:
    """Binomial counts; by their normal limit where the variance is 9 or more, which is faster."""
    mean = people * share
    variance = mean * (1.0 - share)
    wide = variance >= WIDE
    drawn = np.clip(np.rint(mean + np.sqrt(variance) * rng.standard_normal(mean.shape)), 0, people).astype(np.int64)
    drawn[~wide] = rng.binomial(people[~wide], share[~wide])
    return drawn


def _mean_course(steps: Sequence[Step], line: Line, known: Uptake, show: float) -> Floats:
    """Rate [A, J, H] at which the mixed line comes each week if everything goes as expected."""
    weeks = line.due.shape[-1]
    waiting = line.waiting.copy()
    entering = line.due + line.expected
    rate = np.zeros_like(entering)
    for week in range(weeks):
        waiting[..., 0] += entering[..., week]
        in_line = waiting.sum(axis=-1)
        booked = np.minimum(line.booked[..., week], in_line)
        waiting *= (1.0 - np.divide(booked, in_line, out=np.zeros_like(in_line), where=in_line > 0))[..., None]
        share = -np.expm1(np.log1p(-np.minimum(known.hazard, 0.999)) * known.pace[..., None])
        leaving = waiting * share
        mean = np.divide(
            leaving.sum(axis=-1),
            in_line - booked,
            out=np.broadcast_to(known.hazard[:, 0], in_line.shape).copy(),
            where=in_line - booked > 1e-9,
        )
        # The place's pace is in the share; the paths bring their own, drawn around it.
        rate[..., week] = -np.log1p(-np.minimum(mean, 0.999)) / known.pace
        waiting -= leaving
        came = leaving.sum(axis=-1) + booked * show
        waiting[..., 0] += booked * (1.0 - show)
        for at, step in enumerate(steps):
            if step.after is not None and week + step.weeks < weeks:
                entering[:, at, week + step.weeks] += came[:, step.after]
        waiting[..., -1] += waiting[..., -2]
        waiting[..., 1:-1] = waiting[..., :-2].copy()
        waiting[..., 0] = 0.0
    return rate
