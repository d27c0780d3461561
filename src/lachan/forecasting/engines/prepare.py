"""One target as it was known on its reference date, made ready for the members: filled, corrected, on one grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines import oddities, revisions
from lachan.forecasting.engines.hub import Days, Floats, Series, Vintages
from lachan.forecasting.engines.revisions import Revision
from lachan.forecasting.engines.scales import unit_of

RHYTHM_WEEKS = 8  # weeks from which the rhythm of weekdays is read
LONGEST_GAP = 4  # newest steps a place may be silent before its forecast is the baseline's
FURTHER_BACK = 26  # weeks by which another series of the file must be longer to be learnt from by itself
SHORTEST = 8  # steps a place must have been seen


@dataclass(frozen=True)
class Known:
    """What a member works on.

    values [L, W]: no gap, late reports added, the rhythm of weekdays taken out, oddities drawn in; reported [L, W]: the
    same with the oddities; seen [L, W]: reported in truth; doubted [L]: the newest value is not taken as it stands;
    rhythm [L, H]: factor of the weekday on which each horizon ends; leads [H] steps after the last value, 1 or more;
    week: steps in a week (7 of daily data, else 1); signals: other series of the same places [L, W], NaN where unknown;
    longer: those of them that reach further back than the target itself.
    """

    target: str
    locations: tuple[str, ...]
    ends: Days
    step_days: int
    values: Floats
    reported: Floats
    seen: npt.NDArray[np.bool_]
    doubted: npt.NDArray[np.bool_]
    unit: float
    leads: npt.NDArray[np.int64]
    real_leads: npt.NDArray[np.int64]
    rhythm: Floats
    revision: Revision
    signals: dict[str, Floats]
    longer: tuple[Series, ...]

    @property
    def week(self) -> int:
        return 7 if self.step_days == 1 else 1

    @property
    def silent(self) -> npt.NDArray[np.int64]:
        """Newest steps [L] not reported."""
        backwards = self.seen[:, ::-1]
        return np.asarray(np.where(backwards.any(axis=1), backwards.argmax(axis=1), self.seen.shape[1]), dtype=np.int64)


def prepare(history: Vintages, reference: date, target: str) -> Known:
    """Everything here comes from files of `reference` and before."""
    series = history.series(reference, target)
    raw = np.where(series.values < 0, np.nan, series.values)  # a negative count is a correction of other days
    unit = unit_of(raw)
    week = 7 if series.step_days == 1 else 1
    raw = np.where(oddities.unreported(raw, unit, week), np.nan, raw)
    seen = np.isfinite(raw)
    revision = revisions.learn(history, reference, target, unit)
    reported = revision.apply(filled(raw), unit)
    ends = history.task.ends(reference)
    real_leads = series.leads(ends)
    rhythm = np.ones((len(reported), len(ends)))
    if week > 1 and reported.shape[1] >= 3 * week:
        factors = _weekday_factors(reported, series.ends)
        reported = reported / factors[:, _weekday(series.ends)]
        rhythm = factors[:, _weekday(ends)]
    values, doubted = oddities.steadied(reported, unit)
    others = {name: history.series(reference, name) for name in history.targets(reference) if name != target}
    signals = {name: _aligned(series, other) for name, other in others.items()}
    further = series.ends[0] - np.timedelta64(FURTHER_BACK * 7, "D")
    return Known(
        target,
        series.locations,
        series.ends,
        series.step_days,
        values,
        reported,
        seen,
        doubted,
        unit,
        np.maximum(real_leads, 1),
        real_leads,
        rhythm,
        revision,
        {name: values for name, values in signals.items() if np.isfinite(values).any()},
        tuple(other for other in others.values() if other.ends[0] < further),
    )


def filled(values: Floats) -> Floats:
    """Gaps joined by a line, the ends held; a place never seen is zero."""
    out = values.copy()
    at = np.arange(values.shape[1])
    for row in out:
        gap = np.isnan(row)
        if gap.all():
            row[:] = 0.0
        elif gap.any():
            row[gap] = np.interp(at[gap], at[~gap], row[~gap])
    return out


def _weekday(days: Days) -> npt.NDArray[np.int64]:
    return np.asarray(days.astype(np.int64) % 7)


def _weekday_factors(values: Floats, ends: Days) -> Floats:
    """Factor [L, 7] of each weekday: the place's own, drawn to that of all places; their mean is 1."""
    width = min(values.shape[1] // 7, RHYTHM_WEEKS) * 7
    recent = values[:, -width:].reshape(len(values), -1, 7)
    weekly = recent.sum(axis=2)
    days = _weekday(ends[-7:])
    own = np.ones((len(values), 7))
    total = recent.sum(axis=1) + 7.0
    own[:, days] = total / total.mean(axis=1, keepdims=True)
    pooled = np.median(own, axis=0)
    trust = weekly.sum(axis=1) / (weekly.sum(axis=1) + 200.0)
    mixed = trust[:, None] * own + (1.0 - trust[:, None]) * pooled
    mixed = np.clip(mixed, 0.05, 5.0)
    return np.asarray(mixed / mixed.mean(axis=1, keepdims=True))


def _aligned(series: Series, other: Series) -> Floats:
    """Values [L, W] of another series on the places and the grid of this one, NaN where it has none."""
    places, width = series.values.shape
    out = np.full((places, width), np.nan)
    row = {name: at for at, name in enumerate(other.locations)}
    off = np.asarray((other.ends - series.ends[0]).astype(np.int64))
    step = off // series.step_days
    fits = (off % series.step_days == 0) & (step >= 0) & (step < width)
    for at, name in enumerate(series.locations):
        if name in row:
            out[at, step[fits]] = np.maximum(other.values[row[name]][fits], 0.0)
    return out
