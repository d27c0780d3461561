"""Series on a member's scale, and what is read off them at a moment: levels, slopes, pace of all places, season."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lachan.forecasting.engines.hub import Days, Floats
from lachan.forecasting.engines.prepare import Known
from lachan.forecasting.engines.scales import Kind, Scale, sizes

FIRST = 4  # weeks before the first moment that is learnt from
MOST_ROWS = 50_000  # of one source: learning stays within seconds
MOST_RELATED = 12_000
YEAR = 365.25


@dataclass(frozen=True)
class Panel:
    """One source: z [L, W] on the scale, level [L, W] its mean over the last week (z itself for weekly data).

    seen [L, W]: reported in truth; size [L]: logarithm of a place's count; count [L, W]: level in
    units; signals [L, W] each; weight: what a row of
    it counts beside one of the target itself.
    """

    z: Floats
    level: Floats
    seen: npt.NDArray[np.bool_]
    ends: Days
    size: Floats
    week: int
    count: Floats
    signals: tuple[Floats, ...] = field(default=())
    weight: float = 1.0


@dataclass(frozen=True)
class Rows:
    """Moments to learn from: x [N, F], y [N] change from the level, lead [N], age [N] weeks before now, weight [N],
    count [N] the level in units."""

    x: Floats
    y: Floats
    lead: npt.NDArray[np.int64]
    age: Floats
    weight: Floats
    count: Floats


def panel_of(known: Known, kind: Kind) -> tuple[Panel, Scale]:
    """The target on one scale."""
    scale = Scale(kind, sizes(known.values), known.unit)
    z = scale.to(known.values)
    signals = []
    for values in known.signals.values():
        size = np.nanquantile(np.where(np.isfinite(values), values, 0.0), 0.95, axis=1)[:, None]
        size = np.where(size > 0, size, 1.0)
        signals.append(((values + 0.01 * size) / (1.01 * size)) ** 0.25)
    size = np.log(scale.size / known.unit + 1.0)
    return Panel(
        z, trailing(z, known.week), known.seen, known.ends, size, known.week, known.values / known.unit, tuple(signals)
    ), scale


def trailing(z: Floats, width: int) -> Floats:
    """Mean over the last `width` steps."""
    if width == 1:
        return z
    total = np.cumsum(np.pad(z, ((0, 0), (width, 0)), mode="edge"), axis=1)
    return np.asarray((total[:, width:] - total[:, :-width]) / width)


def features(panel: Panel, at: int) -> Floats:
    """What is known at one moment [L, F]; the last column of `Rows.x`, the lead, is added by the caller."""
    z, week = panel.level, panel.week
    places = len(z)

    def back(weeks: int, of: Floats = z) -> Floats:
        return np.asarray(of[:, max(0, at - weeks * week)])

    steps = [back(k) - back(k + 1) for k in range(5)]
    window = z[:, [max(0, at - k * week) for k in range(9, -1, -1)]]
    moves = np.diff(window, axis=1)
    restless = np.abs(moves - moves.mean(axis=1, keepdims=True)).mean(axis=1)
    highest = z[:, max(0, at - 51 * week) : at + 1].max(axis=1)
    common = [np.full(places, part.mean()) for part in (steps[0], steps[1], steps[0] + steps[1] + steps[2], back(0))]
    day = (panel.ends[at] - panel.ends[at].astype("datetime64[Y]")).astype(float) / YEAR * 2 * np.pi
    season = [np.full(places, np.sin(day)), np.full(places, np.cos(day)), np.full(places, np.sin(2 * day))]
    columns = [
        back(0),
        window[:, -4:].mean(axis=1),
        highest - back(0),
        restless,
        (back(0) + back(1) - back(2) - back(3)) / 4,
        steps[0] + steps[1] - steps[2] - steps[3],
        steps[0] - steps[1],
        *steps,
        *[back(0) - back(k) for k in (3, 5, 8)],
        *common,
        *season,
        panel.size,
    ]
    for signal in panel.signals:
        new = back(0, signal)
        columns += [new, new - back(1, signal), back(1, signal) - back(2, signal), back(1, signal) - back(3, signal)]
        columns.append(new - back(0))
    return np.column_stack(columns)


def rows(panel: Panel, leads: npt.NDArray[np.int64], *, related: bool = False, columns: int | None = None) -> Rows:
    """Every moment of a panel from which a later value is known; `columns`: pad to that many (signals it lacks)."""
    places, width = panel.z.shape
    begun = np.where(panel.seen.any(axis=1), panel.seen.argmax(axis=1), width)
    distinct = np.unique(leads)
    stride = max(1, -(-places * width * len(distinct) // (MOST_RELATED if related else MOST_ROWS)))
    parts: list[tuple[Floats, ...]] = []
    for at in range(width - 1 - int(distinct[0]), FIRST * panel.week - 1, -stride):
        read = features(panel, at)
        if columns is not None and read.shape[1] < columns:
            read = np.column_stack([read, np.full((places, columns - read.shape[1]), np.nan)])
        old = (width - 1 - at) / panel.week
        for lead in distinct:
            if at + lead >= width:
                continue
            kept = (at >= begun + 2 * panel.week) & panel.seen[:, at + lead] & panel.seen[:, at]
            change = panel.z[kept, at + lead] - panel.level[kept, at]
            own = np.full(int(kept.sum()), float(related))
            count = panel.count[kept, at]
            parts.append(
                (
                    np.column_stack([read[kept], own]),
                    change,
                    np.full(len(change), float(lead)),
                    np.full(len(change), old),
                    count,
                )
            )
    if not parts:
        return Rows(np.zeros((0, 0)), np.zeros(0), np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0))
    x, y, lead_of, age, count = (np.concatenate([part[i] for part in parts]) for i in range(5))
    weight = np.full(len(y), panel.weight)
    return Rows(np.column_stack([x, lead_of]), y, lead_of.astype(np.int64), age, weight, count)


def asked(panel: Panel, leads: npt.NDArray[np.int64]) -> Floats:
    """The newest moment for every lead [H × L, F + 2], lead by lead."""
    read = features(panel, panel.z.shape[1] - 1)
    own = np.zeros(len(read))
    return np.concatenate([np.column_stack([read, own, np.full(len(read), float(lead))]) for lead in leads])


def together(parts: list[Rows]) -> Rows:
    """Rows of several sources in one."""
    return Rows(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("x", "y", "lead", "age", "weight", "count")
        )
    )
