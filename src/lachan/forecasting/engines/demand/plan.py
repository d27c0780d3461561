"""Demand and risk of all places, in blocks so that a whole country fits into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.demand.paths import SHOW, paths
from lachan.forecasting.engines.demand.steps import Line, Step, checked
from lachan.forecasting.engines.demand.stock import Risk, Supply, risk
from lachan.forecasting.engines.demand.uptake import Uptake

Floats = npt.NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SAMPLES = 100
BLOCK = 128


@dataclass(frozen=True)
class Plan:
    """Doses wanted: mean [A, P, H] and quantiles [A, P, H, Q] at `levels`; `through`, the same of the sums up to each
    week; of all places together each path summed, [S, P, H], so that sums of blocks are sums of paths; and what the
    supply makes of them. NaN, and no risk, where the past says nothing (`said` False)."""

    levels: tuple[float, ...]
    mean: Floats
    quantiles: Floats
    through: Floats
    summed: Floats
    risk: Risk | None
    said: bool

    @property
    def together(self) -> Floats:
        """Quantiles [P, H, Q] of all places together."""
        return levelled(self.summed)


def levelled(paths: Floats) -> Floats:
    """Quantiles [..., Q] at `LEVELS` over the first axis of paths."""
    return np.moveaxis(np.quantile(paths, LEVELS, axis=0), 0, -1)


def plan(
    steps: Sequence[Step],
    line: Line,
    known: Uptake,
    supply: Supply,
    *,
    level: float = 0.95,
    covered: int = 4,
    show: float = SHOW,
    samples: int = SAMPLES,
    seed: int = 0,
    common: Floats | None = None,
) -> Plan:
    """Weeks ahead for every place and product; the same for the same seed, whatever else is asked.

    Shapes as in `Line`, `Uptake`, `Supply`; products are those of `supply.vial`; `common` as in `paths` (`drift` makes
    one; blocks of one country are given the same). ValueError where they do not fit.
    """
    checked(steps, line)
    places, _, weeks = line.due.shape
    products = len(supply.vial)
    if any(not 0 <= step.product < products for step in steps):
        raise ValueError(f"a step names a product beyond the {products} of the supply")
    if covered > weeks:
        raise ValueError(f"covered {covered}: the line reaches {weeks} weeks ahead")
    if not known.said:
        none = np.full((places, products, weeks), np.nan)
        spread = np.full((*none.shape, len(LEVELS)), np.nan)
        return Plan(LEVELS, none, spread, spread, np.full((samples, products, weeks), np.nan), None, False)
    belongs = np.array([[step.product == product for product in range(products)] for step in steps], dtype=np.float64)
    means, quantiles, through, risks = [], [], [], []
    together = np.zeros((samples, products, weeks))
    for first in range(0, places, BLOCK):
        block = slice(first, min(first + BLOCK, places))
        rng = np.random.default_rng([seed, 23, first])
        mine = Uptake(known.hazard, known.pace[block], known.known[block], known.spread, known.borrowed, True)
        doses = paths(steps, line.of(block), mine, samples=samples, rng=rng, show=show, common=common)
        wanted = np.einsum("sajh,jp->saph", doses, belongs, optimize=True)
        together += wanted.sum(axis=1)
        means.append(wanted.mean(axis=0))
        quantiles.append(levelled(wanted))
        through.append(levelled(np.cumsum(wanted, axis=-1)))
        risks.append(risk(wanted, supply.of(block), level=level, covered=covered))
    joined = Risk(**{name: np.concatenate([getattr(one, name) for one in risks]) for name in Risk.__dataclass_fields__})
    mean, spread, sums = (np.concatenate(part) for part in (means, quantiles, through))
    return Plan(LEVELS, mean, spread, sums, together, joined, True)
