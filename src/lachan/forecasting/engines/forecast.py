"""A forecast as of one day: members, their mixture, its width, paths. It sees no file later than its reference date."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from lachan.forecasting.engines import aggregates, calibration, ensemble, paths
from lachan.forecasting.engines.ensemble import Told
from lachan.forecasting.engines.hub import Floats, Vintages
from lachan.forecasting.engines.members import MEMBERS, made_by_all
from lachan.forecasting.engines.prepare import Known, prepare

SAMPLES = 500
WEEKS = 30.0  # how far back weights and widths are learnt from

Made = Mapping[str, Floats]  # member → quantiles [L, H, Q]
Past = Mapping[date, Mapping[str, Made]]  # reference date → target → what the members had said


@dataclass(frozen=True)
class Forecast:
    """One target at one reference date.

    quantiles [L, H, Q] in the units of the target, never negative, never crossing; paths [L, S, H]; notes: place →
    codes (fell_back, capped, short_history, late, doubted, no_data); weights: member → share.
    """

    quantiles: Floats
    paths: Floats
    notes: dict[str, tuple[str, ...]]
    weights: dict[str, float]


def members_of(history: Vintages, reference: date, *, seed: int = 0) -> dict[str, dict[str, Floats]]:
    """What each member says of each target of the task: target → member → quantiles [L, H, Q]."""
    seen = history.until(reference)
    levels = np.array(history.task.quantiles)
    return {
        target: made_by_all(prepare(seen, reference, target), levels, _seed(seed, reference, target) % 2**31)
        for target in history.task.targets
    }


def forecast(
    history: Vintages,
    reference: date,
    *,
    seed: int = 0,
    past: Past | None = None,
    samples: int = SAMPLES,
) -> dict[str, Forecast]:
    """Forecast every target of the task as of `reference`.

    `past`: what the members said at earlier reference dates (`members_of`), from which weights and widths are learnt;
    later dates in it are not looked at; `reference` itself is used if it is there and made if not.
    """
    given = {day: made for day, made in (past or {}).items() if day <= reference}
    now = given.pop(reference, None) or members_of(history, reference, seed=seed)
    seen = history.until(reference)
    out: dict[str, Forecast] = {}
    for target in history.task.targets:
        known = prepare(seen, reference, target)
        earlier = {day: made[target] for day, made in given.items() if target in made}
        out[target] = _one(
            seen, known, now[target], earlier, np.random.default_rng(_seed(seed, reference, target)), samples
        )
    return out


def _one(
    seen: Vintages,
    known: Known,
    made: Made,
    earlier: Mapping[date, Made],
    rng: np.random.Generator,
    samples: int,
) -> Forecast:
    levels = np.array(seen.task.quantiles)
    names = [name for name in MEMBERS if name in made]
    told = [Told(*what) for what in _told(seen, known, earlier)]
    told = [one for one in told if np.isfinite(one.truth).any() and set(names) <= set(one.quantiles)]
    weeks = ensemble.YOUNG if known.longer else known.values.shape[1] / known.week
    weights = ensemble.learnt(names, told, levels, known.unit, weeks)
    mixed = [(ensemble.combined(one.quantiles, weights, levels), one.truth, one.age) for one in told]
    factors = ensemble.widths(mixed, levels, known.unit, len(known.leads))
    quantiles = ensemble.stretch(ensemble.combined(made, weights, levels), factors, known.unit)
    if aggregates.whole(known) is not None:
        quantiles = aggregates.heard(known, quantiles, paths.sampled(known, quantiles, levels, SAMPLES, rng), levels)
    finished, notes = calibration.finished(known, quantiles, made, levels)
    return Forecast(finished, paths.sampled(known, finished, levels, samples, rng), notes, weights)


def _told(seen: Vintages, known: Known, earlier: Mapping[date, Made]) -> Iterator[tuple[Made, Floats, float]]:
    """What members had said over the last WEEKS weeks, what is known of it by now, and how many weeks ago it was."""
    newest = max([*earlier, date.min])
    for day, made in sorted(earlier.items()):
        ends = seen.task.ends(day)
        at = (ends - known.ends[0]).astype(np.int64) // known.step_days
        inside = (at >= 0) & (at < len(known.ends))
        truth = np.full((len(known.locations), len(ends)), np.nan)
        there = known.seen[:, at[inside]]
        truth[:, inside] = np.where(there, known.reported[:, at[inside]], np.nan)
        age = (newest - day).days / 7
        if age <= WEEKS:
            yield made, truth, age


def _seed(seed: int, reference: date, target: str) -> int:
    return zlib.crc32(f"{seed}|{reference.isoformat()}|{target}".encode())
