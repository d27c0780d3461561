"""Series of other places and years: for influenza and its like, and for any target whose own history is short.

`data/ilinet.parquet`: visits for influenza-like illness by US state, 2010 to 2023 (US CDC ILINet, public domain), made
by tools/reference. Their use was measured: NOTES.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from lachan.forecasting.engines.hub import Days, Floats, Series
from lachan.forecasting.engines.members.panel import Panel, trailing
from lachan.forecasting.engines.prepare import Known, filled
from lachan.forecasting.engines.scales import Kind, Scale, sizes, unit_of

FILE = Path(__file__).resolve().parents[1] / "data" / "ilinet.parquet"
LIKE = re.compile(r"\b(flu|influenza|ili|ari|sari)\b", re.IGNORECASE)
ABSENT = (np.datetime64("2020-03-01"), np.datetime64("2021-09-01"))  # the seasons without influenza
SHORT = 78  # weeks of own history under which any epidemic learns from how influenza rises and falls
WEIGHT = 0.25
LONGER = 0.5  # what a row of a longer series of the same file counts


@lru_cache(maxsize=1)
def _history() -> tuple[Days, Floats, Floats]:
    """Weeks [W], percent of visits [L, W], visits for the illness [L, W]."""
    table = pq.read_table(FILE)
    ends = table["week_end"].to_numpy().astype("datetime64[D]")
    names, place = np.unique(table["region"].to_numpy(zero_copy_only=False), return_inverse=True)
    grid = np.arange(ends.min(), ends.max() + 1, 7)
    at = (ends - grid[0]).astype(np.int64) // 7
    percent, visits = (np.full((len(names), len(grid)), np.nan) for _ in range(2))
    percent[place, at] = table["permille"].to_numpy() / 10.0
    visits[place, at] = table["visits"].to_numpy()
    return grid, percent, visits


def panels(known: Known, kind: Kind) -> list[Panel]:
    """Related panels on a member's scale: series of the file that reach further back, and ILINet for what is alike."""
    out = [_panel_of(other, kind) for other in known.longer]
    if known.week == 1 and (LIKE.search(known.target) or len(known.ends) < SHORT):
        out += _panels(kind)
    return out


def _panel_of(series: Series, kind: Kind) -> Panel:
    seen = np.isfinite(series.values)
    values = np.maximum(filled(series.values), 0.0)
    unit = unit_of(series.values)
    scale = Scale(kind, sizes(values), unit)
    week = 7 if series.step_days == 1 else 1
    z = scale.to(values)
    # counts behind a rate are not known: a place's noise is taken as that of a middling count
    return Panel(
        z, trailing(z, week), seen, series.ends, np.full(len(z), 5.0), week, np.full(z.shape, 150.0), (), LONGER
    )


@lru_cache(maxsize=2)
def _panels(kind: Kind) -> tuple[Panel, ...]:
    ends, percent, visits = _history()
    out = []
    for kept in (ends < ABSENT[0], ends >= ABSENT[1]):
        values, counted = percent[:, kept], visits[:, kept]
        enough = np.isfinite(values).mean(axis=1) > 0.9
        values, counted = values[enough], counted[enough]
        seen = np.isfinite(values)
        at = np.arange(values.shape[1])
        filled = np.array([np.interp(at, at[row], value[row]) for value, row in zip(values, seen, strict=True)])
        scale = Scale(kind, sizes(filled), 0.05)
        z = scale.to(filled)
        size = np.log(np.nanquantile(counted, 0.95, axis=1) + 1.0)
        out.append(Panel(z, z, seen, ends[kept], size, 1, np.nan_to_num(counted), (), WEIGHT))
    return tuple(out)
