"""All methods over one disease, as known on one day: what the nightly run asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lachan.forecasting.engines.warning import ears
from lachan.forecasting.engines.warning.alarms import Alarms, Bools, Days, Floats
from lachan.forecasting.engines.warning.cusum import cusum
from lachan.forecasting.engines.warning.farrington import farrington
from lachan.forecasting.engines.warning.fusion import Raised, fuse
from lachan.forecasting.engines.warning.quiet import judged_from
from lachan.forecasting.engines.warning.scan import Cluster, Neighbours, scan

LAST_DAYS = 28
LEARNT_DAYS = 126
"""Days before those judged that the daily methods learn from: baselines, and sums that have settled."""
SUNDAY = 6


@dataclass(frozen=True)
class Watch:
    """`raised`: one alarm a place and run of days, strongest first. `alarms`: each method's arrays, to show why.
    `clusters` of the scan. `silent` [A]: places no method can say anything of on the last day (REASONS in `alarms`)."""

    raised: tuple[Raised, ...]
    alarms: tuple[Alarms, ...]
    clusters: tuple[Cluster, ...]
    silent: Bools


def watch(
    counts: Floats,
    days: Days,
    disease: str,
    *,
    near: Neighbours | None = None,
    populations: Floats | None = None,
    last: int = LAST_DAYS,
    week_end: int = SUNDAY,
    seed: int = 0,
) -> Watch:
    """Alarms of the `last` days in daily counts [A, D], NaN where a day was not reported.

    days [D] without gaps, the last one the last day that counts are complete for: give counts without the days that
    are still being reported, or nowcast ones; a late report is not a fall, but it hides a rise. Two years of days make
    Farrington's method speak (`week_end`: 0 Monday to 6 Sunday), `near` the scan (once a night, over all places).
    """
    if last < 1:
        raise ValueError(f"last {last}: at least one day")
    recent = slice(max(len(days) - last - LEARNT_DAYS, 0), len(days))
    first = days[max(len(days) - last, 0)]
    found = [
        judged_from(method(counts[:, recent], days[recent]), first) for method in (ears.c1, ears.c2, ears.c3, cusum)
    ]
    judged = [counts[:, -found[0].alarm.shape[1] :]] * len(found)
    weeks, ends = _weeks(counts, days, week_end)
    number = int(np.sum(ends >= first))
    if number:
        found.append(farrington(weeks, ends, last=number))
        judged.append(weeks[:, -number:])
    clusters: tuple[Cluster, ...] = ()
    if near is not None:
        scanned = scan(counts[:, recent], days[recent], near, populations=populations, seed=seed)
        clusters = scanned.clusters
        found.append(scanned.alarms)
        judged.append(counts[:, -1:])
    silent = ~np.any([alarms.known[:, -1] for alarms in found], axis=0)
    return Watch(fuse(found, disease, counts=judged, clusters=clusters), tuple(found), clusters, silent)


def _weeks(counts: Floats, days: Days, week_end: int) -> tuple[Floats, Days]:
    """Sums of whole weeks [A, W] and their last days; a week with a day not reported is not reported."""
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    last = np.flatnonzero(weekday == week_end)
    last = last[last >= 6]
    if not len(last):
        return np.zeros((len(counts), 0)), days[:0]
    values = np.where(counts < 0, np.nan, counts)  # a correction of other weeks makes this one's sum unknown
    whole = values[:, last[0] - 6 : last[-1] + 1]
    return whole.reshape(len(counts), -1, 7).sum(axis=2), days[last]
