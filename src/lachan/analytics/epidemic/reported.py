"""Cases by the day they became known. By the day of onset the last days always look like a fall, because reports are
late; by the day of reporting a week compares with a week, a place that fell silent is silent, a heap is a heap. What
was reported on a day stays so: it is the same then and now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.facts import COVID, Floats, Ints

LONGEST: Final = 60  # days between onset and report beyond which a report is not counted as news


def reported(area_ids: Sequence[int], until: date, days: int, measure: str = "cases") -> Ints:
    """Counts [A, days] that became known on each day, the last one ``until``; negative where more was taken back.

    Without an actor: who calls has asked whether these places may be seen. One statement.
    """
    if not area_ids:
        return np.zeros((0, days), dtype=np.int64)
    known = epidemic.triangle(area_ids, COVID, measure, until, LONGEST, days=days + LONGEST)
    return by_report(known, days)


def by_report(known: Floats, days: int) -> Ints:
    """From a triangle [A, D, K] (of each day, what was known K days later, cumulative) the last ``days`` days of
    reporting: the sum along each diagonal of what came new."""
    fresh = np.diff(np.nan_to_num(known, nan=0.0), axis=2, prepend=0.0)
    fresh[np.isnan(known)] = 0.0
    late = np.arange(known.shape[2])
    on = np.arange(known.shape[1] - days, known.shape[1])[:, None] - late[None, :]
    seen = np.where(on >= 0, fresh[:, np.maximum(on, 0), late[None, :]], 0.0)
    found: Ints = np.rint(seen.sum(axis=2)).astype(np.int64)
    return found
