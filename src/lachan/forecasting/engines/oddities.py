"""Values that are not what they seem: zeros amid dozens, lone spikes and holes, a newest value against the trend.

A week nobody reported is often written as zero, a backlog or a new definition of a case as growth. Members learn from
series in which these are drawn in; truth for scores and widths stays as it was reported. Figures: NOTES.md.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Floats

Bools = npt.NDArray[np.bool_]

DOZENS = 20.0  # units a place usually has, from which a zero is a report that did not come
AROUND = 4  # known steps on each side that say what is usual; at the end those before it
GONE = 8  # weeks of zeros up to now from which they are believed
LONE = 4.0  # usual deviations from both neighbours beyond which a lone value is drawn in
DOUBTED = 3.5  # usual surprises from which the newest value is doubted
BELIEF = 0.5  # of such a surprise that is kept
DAMP = 0.5  # of the last change is expected to go on
RECENT = 52  # steps that say what is usual
FEWEST = 20  # steps under which nobody knows what is: a register's first outbreak is no oddity
SHRINK = 8.0  # a place's own usual weighs n / (n + SHRINK)
PAD = 2.0  # units added before the logarithm


def unreported(values: Floats, unit: float, week: int) -> Bools:
    """Zeros [L, W] where a place has dozens before, and after it unless it is the end: nobody reported."""
    zero = np.asarray(values == 0.0)
    out = np.zeros_like(zero)
    for place in np.flatnonzero(zero.any(axis=1)):
        known = np.flatnonzero(values[place] > 0)
        level = values[place, known]
        for at in np.flatnonzero(zero[place]):
            cut = int(np.searchsorted(known, at))
            before, after = level[max(0, cut - AROUND * week) : cut], level[cut : cut + AROUND * week]
            if len(before) < AROUND or float(before.min()) < DOZENS * unit:
                continue
            run = values.shape[1] - 1 - int(known[-1])
            out[place, at] = float(np.median(after)) >= DOZENS * unit if len(after) else run <= GONE * week
    return out


def steadied(values: Floats, unit: float) -> tuple[Floats, Bools]:
    """Values [L, W] without lone spikes and holes, and whose newest one is doubted [L].

    The newest is doubted where it falls far under, or rises far over a trend that did not rise, by more than this place
    and the others at the same moment are used to; half of the surprise is then kept: about half of it stays true.
    """
    if values.shape[1] < FEWEST:
        return values, np.zeros(len(values), dtype=bool)
    logs = np.log(values + PAD * unit)
    out = logs.copy()
    before, after = logs[:, 1:-1] - logs[:, :-2], logs[:, 1:-1] - logs[:, 2:]
    middle = (logs[:, :-2] + logs[:, 2:]) / 2
    most = LONE * np.maximum(_usual((before + after) / 2)[:, None], _noise(middle, unit))
    nearer = np.minimum(np.abs(before), np.abs(after))  # lone is what is far from both neighbours, on the same side
    far = np.where(before * after > 0, np.sign(before) * np.maximum(nearer - most, 0.0), 0.0)
    out[:, 1:-1] -= far
    step = np.diff(out, axis=1)
    surprise = step[:, 1:] - DAMP * step[:, :-1]
    surprise -= np.median(surprise, axis=0) if len(values) > AROUND else 0.0
    usual = np.maximum(_usual(surprise[:, :-1]), _noise(out[:, -2], unit))
    newest = surprise[:, -1]
    recent = out[:, -1 - AROUND : -1]
    against = (newest > 0) & (step[:, -2] <= 0) & (out[:, -1] > recent.max(axis=1))
    doubted = (np.abs(newest) > DOUBTED * usual) & (against | ((newest < 0) & (out[:, -1] < recent.min(axis=1))))
    out[:, -1] -= np.where(doubted, (1 - BELIEF) * newest, 0.0)
    return np.where(out == logs, values, np.maximum(np.exp(out) - PAD * unit, 0.0)), doubted


def _noise(logs: Floats, unit: float) -> Floats:
    """What chance alone does to a count of that size, on the logarithm."""
    return np.asarray(1.0 / np.sqrt(np.exp(logs) / unit))


def _usual(off: Floats) -> Floats:
    """Usual deviation [L] of the newest RECENT steps, a place's own drawn to that of all."""
    recent = np.abs(off[:, -RECENT:])
    own = 1.48 * np.median(recent, axis=1)
    count = recent.shape[1]
    return np.asarray((count * own + SHRINK * np.median(own)) / (count + SHRINK) + 0.02)
