"""Cases by the day they became known. By the day of onset the last days always look like a fall, because reports are
late; by the day of reporting a week compares with a week, a place that fell silent is silent, a heap is a heap. What
was reported on a day stays so: it is the same then and now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from lachan.access import reach
from lachan.analytics.epidemic.columns import DAY, columns, listed, unpack
from lachan.analytics.epidemic.facts import COVID, Floats, Ints
from lachan.analytics.epidemic.series import triangle
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

LONGEST: Final = 60  # days between onset and report beyond which a report is not counted as news
NEWS: Final = ("cases", "deaths")  # what is kept by the day it became known, for every commune (epidemic_sum)


def reported(area_ids: Sequence[int], until: date, days: int, measure: str = "cases") -> Ints:
    """Counts [A, days] that became known on each day, the last one ``until``; negative where more was taken back.

    Without an actor: who calls has asked whether these places may be seen. ``measure``: one of ``NEWS``. One statement
    of communes and one of provinces, which are few: theirs is made of what was known when.
    """
    found = np.zeros((len(area_ids), days), dtype=np.int64)
    areas = [reach.known(area_id) for area_id in area_ids]
    since = until - timedelta(days=days - 1)
    for part in columns(areas):
        at = sorted(set(part.cols))
        if part.wide:
            inside = [area_ids[col] for col in at]
            table = triangle(inside, COVID, measure, until, LONGEST, days=days + LONGEST)
            found[at] = by_report(table, days)
            continue
        asked_for = {
            "stored": listed(part.stored), "cols": listed(part.cols), "disease": COVID, "measure": measure,
            "since": since, "until": until,
        }  # fmt: skip
        with hot_cursor(binary=True) as cursor:
            cursor.execute(load("analytics", "epidemic_reported"), asked_for)
            for col, packed in cursor.fetchall():
                news = unpack(packed, DAY)
                found[col, news["day"]] = news["value"]
    return found


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
