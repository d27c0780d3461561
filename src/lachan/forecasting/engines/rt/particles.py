"""Sequential Monte Carlo for Rt: many possible epidemics are played forward and kept as far as they explain the cases.

Each particle is one epidemic: log R moves by a small random step, now and then jumps (measures, a gathering) or takes a
slope (slow change of behaviour); infections are drawn by the renewal equation (Poisson, so small numbers keep their
chance); the cases expected by the delay are compared with those counted (negative binomial, its size carried by the
particle). The past of a day is read from the particles alive `LAG` days later: smoothing by fixed lag (Kitagawa 1996, J
Comput Graph Stat 5:1-25). Renewal equation: Fraser 2007, PLOS ONE 2(8) e758; its use in real time with delays: Gostic
et al. 2020, PLOS Comput Biol 16(12) e1008409.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from lachan.forecasting.engines.rt.intervals import Intervals
from lachan.forecasting.engines.rt.observed import Observed

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LAG = 21  # days a case may come after what it tells of: longest delay that matters, and some generations
EMPTY = 0.3  # infections a day expected, below which a new one may be brought in
AHEAD = 4  # days behind a jump the first pass is read at: it sees a jump as a slope
LEVELS = np.array([0.05, 0.5, 0.95])


@dataclass(frozen=True)
class Prior:
    """How Rt moves, by day, on the log scale; chosen as the README of forecasting says."""

    particles: int = 5000
    jump: float = 0.01  # chance of a jump in a day, and its spread
    jump_sd: float = 0.5
    tried: float = 0.05  # jumps are tried that often, and weighed back: few would land where they must
    near: float = 0.15  # spread of those that are tried towards the curve of the first pass
    bend: float = 0.02  # chance of a new slope in a day, and its spread
    bend_sd: float = 0.03
    level: float = 0.02  # chance that a slope ends
    step_sd: float = 0.018
    brought: float = 0.01  # chance a day that people infected elsewhere come, and the log of how many, mean and spread
    brought_log: tuple[float, float] = (0.7, 1.2)
    even: float = 0.5  # size of the negative binomial of how many one infected person infects: few infect many
    pull: float = 0.003  # towards the anchor (R = 1, or the pooled curve), share a day
    size_sd: float = 0.02  # how the log of the negative binomial's size moves


@dataclass(frozen=True)
class Played:
    """quantiles [3, D] of log R at 5, 50 and 95 %; force [D]: infections a day expected, mean over particles."""

    quantiles: Floats
    force: Floats


class _Cloud:
    """The particles: arrays over N, and the last days of their past."""

    def __init__(self, seen: Observed, intervals: Intervals, prior: Prior, rng: np.random.Generator) -> None:
        n, days = prior.particles, len(seen.counts)
        width = max(len(intervals.generation) - 1, len(intervals.delay))
        self.rng, self.prior = rng, prior
        self.infects = np.zeros(width)
        self.infects[: len(intervals.generation) - 1] = intervals.generation[1:]
        self.shows = np.zeros(width)
        self.shows[: len(intervals.delay)] = intervals.delay
        self.infected = _start(seen, n, width, rng)  # [N, width], a ring: the newest in column `newest`
        self.newest = 0
        self.log_r = rng.normal(0.1, 0.4, n)
        self.slope = np.zeros(n)
        self.log_size = rng.uniform(np.log(3.0), np.log(150.0), n)
        self.waiting = np.zeros(n)  # cases expected since the last report
        self.log_weight = np.zeros(n)
        self.past = np.zeros((n, days))

    def step(self, day: int, anchor: float, aim: float | None) -> Floats:
        """One day on; returns the infections expected [N]. aim: log R a first pass found just behind this day."""
        p, n = self.prior, self.prior.particles
        chance, size = self.rng.random(n), self.rng.normal(size=n)
        self.log_r += self.slope + p.step_sd * self.rng.normal(size=n) + p.pull * (anchor - self.log_r)
        jumps = chance < p.tried
        self._jump(jumps, size[jumps], aim)
        bends = ~jumps & (chance < p.tried + p.bend)
        ends = ~jumps & ~bends & (chance < p.tried + p.bend + p.level)
        self.slope = np.where(jumps | ends, 0.0, np.where(bends, p.bend_sd * size, self.slope))
        np.clip(self.log_r, -2.5, 1.8, out=self.log_r)  # R between 0.08 and 6
        self.log_size = np.clip(self.log_size + p.size_sd * self.rng.normal(size=n), np.log(1.5), np.log(300.0))
        expected = np.minimum(np.exp(self.log_r) * (self.infected @ self._since(self.infects)), 1e9)
        self.newest = (self.newest - 1) % self.infected.shape[1]
        self.infected[:, self.newest] = self.rng.poisson(self.rng.standard_gamma(p.even * expected) / p.even)
        come = np.flatnonzero(
            (self.rng.random(n) < p.brought) & (expected < EMPTY)
        )  # without them a place that had none stays without
        self.infected[come, self.newest] += np.exp(self.rng.normal(*p.brought_log, len(come)))
        self.past[:, day] = self.log_r
        return np.asarray(expected)

    def _since(self, kernel: Floats) -> Floats:
        """A kernel by days since, turned as the ring stands."""
        return np.roll(kernel, self.newest)

    def _jump(self, jumps: Bools, size: Floats, aim: float | None) -> None:
        """Try jumps, half of them towards the aim; importance weights give each what the prior does."""
        p, start = self.prior, self.log_r[jumps]
        free = np.ones(len(size), dtype=bool) if aim is None else self.rng.random(len(size)) < 0.5
        landed = np.where(free, start + p.jump_sd * size, (aim or 0.0) + p.near * size)
        prior = _density(landed - start, p.jump_sd)
        tried = prior if aim is None else 0.5 * prior + 0.5 * _density(landed - aim, p.near)
        self.log_r[jumps] = landed
        self.log_weight += np.log((1.0 - p.jump) / (1.0 - p.tried)) * ~jumps
        self.log_weight[jumps] += np.log(p.jump / p.tried * prior / tried)

    def weigh(self, cases: float, share: float, *, seen: bool, lost: bool) -> None:
        """Compare with what was counted; a day without a report waits for the next one, or is lost."""
        if lost:
            self.waiting[:] = 0.0
            return
        self.waiting += (self.infected @ self._since(self.shows)) * share
        if not seen:
            return
        mean = np.maximum(self.waiting, 1e-3)
        size = np.exp(self.log_size)
        self.log_weight += gammaln(cases + size) - gammaln(size) - (cases + size) * np.log1p(mean / size)
        self.log_weight += cases * np.log(mean / size)
        self.log_weight -= self.log_weight.max()
        self.waiting = np.zeros(len(size))

    def weights(self) -> Floats:
        weight = np.exp(self.log_weight)
        return np.asarray(weight / weight.sum())

    def resample(self, weight: Floats, since: int, day: int) -> None:
        """Systematic resampling; only the days still to be read are carried along."""
        n = len(weight)
        at = np.minimum(np.searchsorted(np.cumsum(weight), (self.rng.random() + np.arange(n)) / n), n - 1)
        self.infected, self.log_r, self.slope = self.infected[at], self.log_r[at], self.slope[at]
        self.log_size, self.waiting = self.log_size[at], self.waiting[at]
        self.past[:, since : day + 1] = self.past[at, since : day + 1]
        self.log_weight = np.zeros(n)


def play(
    seen: Observed, entered: Floats, intervals: Intervals, anchor: Floats, prior: Prior, seed: list[int]
) -> Played:
    """Rt of one series. entered [D]: share of each day's cases known already; anchor [D]: log R it is drawn to.

    Two passes: the first finds about where R went, the second tries its jumps there and is the answer.
    """
    first = _pass(seen, entered, intervals, anchor, prior, [*seed, 1], None)
    ahead = np.minimum(np.arange(len(seen.counts)) + AHEAD, len(seen.counts) - 1)
    return _pass(seen, entered, intervals, anchor, prior, [*seed, 2], first.quantiles[1][ahead])


def _pass(
    seen: Observed,
    entered: Floats,
    intervals: Intervals,
    anchor: Floats,
    prior: Prior,
    seed: list[int],
    aims: Floats | None,
) -> Played:
    days = len(seen.counts)
    cloud = _Cloud(seen, intervals, prior, np.random.default_rng(seed))
    share = seen.weekday * entered
    quantiles, force = np.full((3, days), np.nan), np.zeros(days)
    weight = cloud.weights()
    for day in range(days):
        expected = cloud.step(day, float(anchor[day]), None if aims is None else float(aims[day]))
        cloud.weigh(float(seen.counts[day]), float(share[day]), seen=bool(seen.seen[day]), lost=bool(seen.lost[day]))
        weight = cloud.weights()
        force[day] = weight @ expected
        if day >= LAG:
            quantiles[:, day - LAG] = _quantiles(cloud.past[:, day - LAG], weight)
        if 1.0 / (weight**2).sum() < 0.5 * len(weight):
            cloud.resample(weight, max(0, day - LAG), day)
            weight = cloud.weights()
    for day in range(max(0, days - LAG), days):
        quantiles[:, day] = _quantiles(cloud.past[:, day], weight)
    return Played(quantiles, force)


def _start(seen: Observed, n: int, width: int, rng: np.random.Generator) -> Floats:
    """Infections before the first day: half the particles begin in a running epidemic, half with its first cases."""
    first = seen.counts[:10][seen.seen[:10]]
    level = max(float(first.sum()) / min(10, len(seen.counts)), 0.3) * np.exp(rng.normal(0.0, 0.7, n))
    growth = rng.normal(0.03, 0.07, n)
    infected = level[:, None] * np.exp(-growth[:, None] * np.arange(width))
    new = np.arange(n) >= n // 2
    infected[new] = 0.0
    infected[new, 0] = (level * np.exp(rng.normal(1.0, 1.0, n)))[new]
    return np.asarray(infected)


def _density(apart: Floats, sd: float) -> Floats:
    return np.asarray(np.exp(-0.5 * (apart / sd) ** 2) / sd)


def _quantiles(values: Floats, weight: Floats) -> Floats:
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    return np.asarray(values[order][np.minimum(np.searchsorted(reached, LEVELS * reached[-1]), len(values) - 1)])
