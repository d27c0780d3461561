"""Where and since when: the prospective space-time scan over cylinders of places and days that end today.

Kulldorff 2001, J R Stat Soc A 164(1) 61-72 (prospective); Kulldorff 1997, Commun Stat Theory Methods 26(6) 1481-1496
(likelihood ratio). p-values from simulated days without an outbreak, beyond their resolution by a Gumbel distribution
(Abrams, Kulldorff, Kleinman 2010, Int J Health Geogr 9:61). Simulated counts carry the overdispersion of the baseline
and the uncertainty of each place's share: with plain Poisson simulations small areas alarm far more often than stated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from lachan.forecasting.engines.warning.alarms import SHORT_HISTORY, Alarms, Codes, Days, Floats, usable
from lachan.forecasting.engines.warning.scan_sums import Sums, best_of, ratios_of

Indices = npt.NDArray[np.int64]

LONGEST = 28
BASELINE = 56
MOST_PLACES = 40
RADIUS_KM = 60.0
SIMULATIONS = 99
LEAST_CASES = 3
CERTAIN_DAYS = 100.0
"""Alarm when chance alone would show such a cluster less often than once in so many days (recurrence interval)."""
EARTH_KM = 6371.0
GUMBEL_SCALE = np.sqrt(6.0) / np.pi


@dataclass(frozen=True)
class Neighbours:
    """For each place the nearest ones, itself first [A, K]; -1 where none lies within the radius any more."""

    nearest: Indices


@dataclass(frozen=True)
class Cluster:
    """Places and days with too many cases. `recurrence` in days: how often chance shows one as strong somewhere."""

    centre: int
    places: tuple[int, ...]
    first: np.datetime64
    last: np.datetime64
    cases: int
    expected: float
    ratio: float
    strength: float
    p: float
    recurrence: float


@dataclass(frozen=True)
class Scan:
    """Clusters that do not overlap, the strongest first; `alarms` [A, 1] of the last day: the places of clusters rarer
    than the threshold, score and threshold in days of recurrence."""

    clusters: tuple[Cluster, ...]
    alarms: Alarms


def neighbours(
    latitude: Floats, longitude: Floats, *, most: int = MOST_PLACES, radius_km: float = RADIUS_KM
) -> Neighbours:
    """The nearest places of each [A], by their centroids in degrees. Made once; places do not move."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    where = EARTH_KM * np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    distance, nearest = cKDTree(where).query(where, k=min(most, len(where)))
    distance, nearest = distance.reshape(len(where), -1), nearest.reshape(len(where), -1)
    # Centroids can coincide: a place is its own nearest all the same.
    kept = np.where(distance <= radius_km, nearest, -1).astype(np.int64)
    own = np.arange(len(where))
    for row in np.flatnonzero(kept[:, 0] != own):
        others = kept[row][(kept[row] != row) & (kept[row] >= 0)]
        kept[row] = -1
        kept[row, : len(others) + 1] = np.concatenate([[row], others])[: kept.shape[1]]
    return Neighbours(kept)


def scan(
    counts: Floats,
    days: Days,
    near: Neighbours,
    *,
    populations: Floats | None = None,
    longest: int = LONGEST,
    simulations: int = SIMULATIONS,
    least: int = LEAST_CASES,
    certain_days: float = CERTAIN_DAYS,
    most: int = 20,
    seed: int = 0,
) -> Scan:
    """Clusters among the cylinders that end on the last of `days`.

    counts [A, D] a day over at least `longest` + 14 days (at most 56 before the window are used as baseline), NaN
    where not reported: neither seen nor expected. Expected: each place's share in the baseline, drawn to its share of
    `populations` [A] (else of all places), times what the whole country had on each day. A cluster has at least
    `least` cases. p is that of the strongest cluster anywhere; `seed` makes the simulations the same each time.
    """
    values, unsaid = usable(counts, days)
    if values.shape[1] < longest + 14:
        unsaid[:, -1] = SHORT_HISTORY
        return Scan((), _of_last(days, np.full(len(values), np.nan), certain_days, unsaid))
    seen = values[:, -longest:]
    base = values[:, max(values.shape[1] - longest - BASELINE, 0) : -longest]
    shares, held = _shares(base, populations)
    there = ~np.isnan(seen)
    filled = np.where(there, seen, 0.0)
    reporting = np.where(there, shares[:, None], 0.0)
    expected = reporting / np.maximum(reporting.sum(axis=0), 1e-12) * filled.sum(axis=0)
    if filled.sum() < least:
        return Scan((), _of_last(days, np.zeros(len(values)), certain_days, unsaid))
    sums = Sums.of(expected, near.nearest)
    rng = np.random.default_rng([seed, int(days[-1].astype(np.int64))])
    spread = _spread(base)
    # Overdispersed days say less about a share than as many independent cases would.
    held = held / (1.0 + spread * held / base.shape[1])
    nulls = np.array([best_of(_drawn(rng, expected, held, spread, there), sums) for _ in range(simulations)])
    found = _clusters(filled, sums, near, days, nulls, least, most)
    recurrence = np.zeros(len(values))
    for cluster in reversed(found):
        recurrence[list(cluster.places)] = cluster.recurrence
    return Scan(tuple(found), _of_last(days, recurrence, certain_days, unsaid, _expected_last(expected)))


def _shares(base: Floats, populations: Floats | None) -> tuple[Floats, Floats]:
    """Share of each place in the country's cases [A], and the cases that stand behind it [A].

    Gamma prior of the mean given by population, with the strength that fits the spread between places (moments).
    """
    cases = np.nansum(base, axis=1)
    people = np.ones(len(base)) if populations is None else np.maximum(populations, 1.0)
    prior = people / people.sum() * max(cases.sum(), 1.0)
    over = np.sum((cases - prior) ** 2 - prior) / np.sum(prior**2)
    shape = 1.0 / np.clip(over, 0.05, 20.0)
    held = cases + shape
    mean = held / (prior + shape) * prior
    return np.asarray(mean / mean.sum()), held


def _spread(base: Floats) -> float:
    """Overdispersion of a place's days in the baseline, country's course divided out: var = m + spread × m²."""
    filled = np.nan_to_num(base)
    course = filled.sum(axis=0)
    mean = filled.sum(axis=1, keepdims=True) * course / max(course.sum(), 1e-12)
    return float(np.clip(np.sum((filled - mean) ** 2 - mean) / max(np.sum(mean**2), 1e-12), 0.0, 5.0))


def _drawn(
    rng: np.random.Generator, expected: Floats, held: Floats, spread: float, there: npt.NDArray[np.bool_]
) -> Floats:
    """Counts [A, T] of days without an outbreak: shares as uncertain as they are, counts negative binomial."""
    means = expected * (rng.standard_gamma(held) / held)[:, None]
    if spread > 1e-3:
        means *= rng.standard_gamma(1.0 / spread, means.shape, dtype=np.float64) * spread
    return np.where(there, rng.poisson(means), 0).astype(np.float64)


def _clusters(
    counts: Floats, sums: Sums, near: Neighbours, days: Days, nulls: Floats, least: int, most: int
) -> list[Cluster]:
    """The strongest cylinder of each centre, strongest first, none that shares a place with one before it."""
    strength, places, length, cases, expected = ratios_of(counts, sums, least)
    # Gumbel by moments: the tail beyond what the simulations resolve.
    scale = max(float(nulls.std(ddof=1)) * GUMBEL_SCALE, 1e-9)
    middle = float(nulls.mean()) - np.euler_gamma * scale
    found: list[Cluster] = []
    taken = np.zeros(len(counts), dtype=bool)
    for centre in np.argsort(-strength, kind="stable"):
        if strength[centre] <= 0 or len(found) == most:
            break
        members = near.nearest[centre, : places[centre]]
        members = members[members >= 0]
        if taken[members].any():
            continue
        taken[members] = True
        p = float(-np.expm1(-np.exp(-(strength[centre] - middle) / scale)))
        first = days[-1] - np.timedelta64(int(length[centre]) - 1, "D")
        found.append(
            Cluster(
                centre=int(centre),
                places=tuple(int(place) for place in members),
                first=first,
                last=days[-1],
                cases=int(cases[centre]),
                expected=float(expected[centre]),
                ratio=float(cases[centre] / max(expected[centre], 1e-9)),
                strength=float(strength[centre]),
                p=p,
                recurrence=float(1.0 / max(p, 1e-9)),
            )
        )
    return found


def _expected_last(expected: Floats) -> Floats:
    return expected[:, -1]


def _of_last(
    days: Days, recurrence: Floats, certain_days: float, unsaid: Codes, expected: Floats | None = None
) -> Alarms:
    reasons = unsaid[:, -1:].copy()
    known = reasons == 0
    score = np.where(known, recurrence[:, None], np.nan)
    shown = np.full_like(score, np.nan) if expected is None else np.where(known, expected[:, None], np.nan)
    with np.errstate(invalid="ignore"):
        alarm = known & (score > certain_days)
    return Alarms("scan", days[-1:], score, np.full_like(score, certain_days), alarm, shown, reasons)
