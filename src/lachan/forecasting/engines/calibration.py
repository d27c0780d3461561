"""The last hand on a mixture: widths learnt from past errors, caps against explosions, the baseline where data fail."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.members import BASELINE
from lachan.forecasting.engines.prepare import LONGEST_GAP, SHORTEST, Known

CAP = 3.0  # times the highest value ever seen of a place, for the median; wider levels in proportion of the last value
FASTEST = 2.2  # log growth a week that no median passes
FEW = 60  # weeks of all places together under which nobody has learnt anything: one place of a register's first year


def finished(
    known: Known, quantiles: Floats, made: Mapping[str, Floats], levels: Floats
) -> tuple[Floats, dict[str, tuple[str, ...]]]:
    """Quantiles [L, H, Q] with caps, fall-backs and the rhythm of weekdays, sorted and not negative; notes by place."""
    out = quantiles.copy()
    notes: dict[str, list[str]] = {}

    def note(places: npt.NDArray[np.bool_], code: str) -> None:
        for at in np.flatnonzero(places):
            notes.setdefault(known.locations[at], []).append(code)

    never = np.asarray(~known.seen.any(axis=1))
    late = (known.silent > 0) & ~never
    little = known.seen.sum() < FEW * known.week
    back = ((known.silent > LONGEST_GAP * known.week) | little) & ~never
    out[back] = made[BASELINE][back]
    capped = _capped(known, out) & ~never
    out = _uncertain_start(known, out)
    if never.any() and not never.all():
        out[never] = np.quantile(known.values[~never, -1], levels)[None, None, :]
    note(never, "no_data")
    note(late, "late")
    note(known.doubted & ~never & ~late, "doubted")
    note(back, "fell_back")
    note(np.asarray(known.seen.sum(axis=1) < SHORTEST * known.week), "short_history")
    note(capped, "capped")
    out *= known.rhythm[:, :, None]
    return np.sort(np.maximum(out, 0.0), axis=2), {place: tuple(codes) for place, codes in notes.items()}


def _capped(known: Known, out: Floats) -> npt.NDArray[np.bool_]:
    """Hold every level, in place, under what an epidemic can do; which places were held [L]."""
    highest = known.values.max(axis=1)
    newest = known.values[:, -1]
    weeks = known.leads / known.week
    limit = np.maximum(newest, 0.05 * highest)[:, None] * np.exp(FASTEST * np.sqrt(weeks))[None, :] + 20 * known.unit
    over = out > limit[:, :, None]
    np.minimum(out, limit[:, :, None], out=out)
    return np.asarray(over.any(axis=(1, 2)))


def _uncertain_start(known: Known, out: Floats) -> Floats:
    """Wider where the newest values are missing or doubted: as if the lead were longer by what is missing."""
    missing = np.maximum(known.silent / known.week, known.doubted)
    factor = np.sqrt(1.0 + np.minimum(missing[:, None], 8.0) / (known.leads / known.week)[None, :])[:, :, None]
    middle = out[:, :, [out.shape[2] // 2]]
    low = middle * (np.maximum(out, 1e-12) / np.maximum(middle, 1e-12)) ** factor
    return np.where((factor > 1.0) & (middle > 0), low, out)
