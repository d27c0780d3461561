"""Analogues: where any place stood as this one stands now, what came after, weighted by likeness."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.members.panel import YEAR, Panel
from lachan.forecasting.engines.members.regression import weighted_quantiles

NEAREST = 400
WINDOW = 5  # weeks compared
HALF_LIFE = 80.0
SEASON_FROM = 60  # weeks of data from which the time of year counts


def analogue(panel: Panel, leads: npt.NDArray[np.int64], levels: Floats, related: list[Panel], seed: int) -> Floats:
    """Quantiles [L, H, Q] on the panel's scale."""
    window = min(WINDOW, (panel.z.shape[1] - int(leads.max())) // panel.week - 1)
    sources = [_Library(source, leads, window) for source in [panel, *related]]
    out = np.empty((len(panel.z), len(leads), len(levels)))
    newest = _shapes(panel, np.array([panel.z.shape[1] - 1]), window)[:, 0]
    for place in range(len(panel.z)):
        after, weight = _after(sources, panel, place, newest[place])
        for at in range(len(leads)):
            known = np.isfinite(after[:, at])
            if not known.any():  # nowhere did anything like it come before: the others answer
                out[place, at] = np.nan
                continue
            out[place, at] = panel.level[place, -1] + weighted_quantiles(after[known, at], weight[known], levels)
    return out


class _Library:
    """Every moment of one source: its shape before, what came after, its level, size and time of year."""

    def __init__(self, panel: Panel, leads: npt.NDArray[np.int64], window: int) -> None:
        places, width = panel.z.shape
        moments = np.arange((window - 1) * panel.week, width - int(leads.min()), max(1, panel.week // 3))
        begun = np.where(panel.seen.any(axis=1), panel.seen.argmax(axis=1), width)
        self.shape = _shapes(panel, moments, window).reshape(-1, window)
        after = np.full((places, len(moments), len(leads)), np.nan)
        for at, lead in enumerate(leads):
            inside = moments + lead < width
            after[:, inside, at] = panel.z[:, moments[inside] + lead] - panel.level[:, moments[inside]]
        after[moments[None, :] < begun[:, None] + (window - 1) * panel.week] = np.nan
        self.after = after.reshape(-1, len(leads))
        self.level = panel.level[:, moments].ravel()
        self.size = np.repeat(panel.size, len(moments))
        self.phase = np.tile(_phase(panel, moments), places)
        weeks = (width - 1 - moments) / panel.week
        self.age = np.tile(weeks if panel.weight == 1.0 else np.full(len(moments), HALF_LIFE), places)
        self.weight = panel.weight


def _shapes(panel: Panel, moments: npt.NDArray[np.int64], window: int) -> Floats:
    """The window before each moment, less its last value [L, T, window]."""
    at = moments[:, None] - np.arange(window - 1, -1, -1) * panel.week
    found = panel.level[:, np.maximum(at, 0)]
    return np.asarray(found - found[:, :, -1:])


def _phase(panel: Panel, moments: npt.NDArray[np.int64]) -> Floats:
    days = panel.ends[moments]
    return np.asarray((days - days.astype("datetime64[Y]")).astype(float) / YEAR * 2 * np.pi)


def _after(sources: list[_Library], panel: Panel, place: int, shape: Floats) -> tuple[Floats, Floats]:
    """What came after the nearest moments [N, H], and their weight [N]."""
    now = _phase(panel, np.array([panel.z.shape[1] - 1]))[0]
    emphasis = np.r_[np.linspace(0.5, 1.5, len(shape) - 1), 0.0]
    found, weights = [], []
    for source in sources:
        far = (((source.shape - shape) ** 2) * emphasis).sum(axis=1)
        far += 0.075 * (source.level - panel.level[place, -1]) ** 2 + (0.03 * (source.size - panel.size[place])) ** 2
        if panel.z.shape[1] > SEASON_FROM * panel.week:
            far += 0.02 * (1 - np.cos(source.phase - now))
        there = np.flatnonzero(np.isfinite(source.after).any(axis=1))
        count = min(NEAREST, len(there) // 3 + 1, len(there))
        near = there[np.argpartition(far[there], count - 1)[:count]]
        like = np.exp(-far[near] / (np.median(far[near]) + 1e-9))
        weights.append(like * source.weight * 0.5 ** (source.age[near] / HALF_LIFE))
        found.append(source.after[near])
    return np.concatenate(found), np.concatenate(weights)
