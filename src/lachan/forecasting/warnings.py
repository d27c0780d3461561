"""Alarms of a day: every method over the same places, fused into one alarm a place. Pure of the database.

Provinces are judged by EARS, CUSUM and, with two years of history, Farrington; communes by EARS, CUSUM and the scan in
space and time. A method is loud on one quiet place-week in a hundred, which over three thousand communes is thirty
false alarms a week: of a commune two independent families of methods must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np

from lachan.forecasting.engines.hub import Days, Floats
from lachan.forecasting.engines.warning.alarms import Alarms
from lachan.forecasting.engines.warning.cusum import cusum
from lachan.forecasting.engines.warning.ears import c1, c2, c3
from lachan.forecasting.engines.warning.farrington import farrington
from lachan.forecasting.engines.warning.fusion import fuse
from lachan.forecasting.engines.warning.scan import Cluster, neighbours, scan
from lachan.forecasting.sources import Communes, Known
from lachan.places import queries as places

MEASURE: Final = "cases"
SHOWN_DAYS: Final = 7  # an alarm whose last day lies longer ago is over
LOOKED_DAYS: Final = 21  # further back no run of alarms is followed
AGREE_PROVINCE, AGREE_COMMUNE = 1, 2  # families of methods
SCANNED_DAYS: Final = 84  # window and baseline of the scan


def raised(known: Known, seed: int) -> list[tuple[Any, ...]]:
    """Rows of ``forecasting_raised``: provinces, and communes where the source knows them."""
    entry = known.daily[MEASURE]
    ids, counts = entry.area_ids[1:], entry.values[1:]
    if not ids:
        return []
    series = known.vintages.series(known.as_of, MEASURE)
    row = {int(place): at for at, place in enumerate(series.locations)}
    weekly = np.stack([series.values[row[area]] for area in ids])
    judged = [*_daily(counts, entry.days), (farrington(weekly, series.ends), weekly[:, -1:])]
    rows = _rows(known, judged, (), ids, counts, AGREE_PROVINCE)
    return rows + (_communes(known, known.communes, seed) if known.communes is not None else [])


Judged = list[tuple[Alarms, Floats]]  # alarms, and the counts they judged


def _daily(counts: Floats, days: Days) -> Judged:
    methods = (c1, c2, c3, cusum)
    return [_late(method(counts, days), counts) for method in methods]


def _late(alarms: Alarms, counts: Floats) -> tuple[Alarms, Floats]:
    """The last weeks only: older alarms were raised by the runs of their days."""
    cut = slice(-LOOKED_DAYS, None)
    shorter = replace(
        alarms, days=alarms.days[cut], score=alarms.score[:, cut], threshold=alarms.threshold[:, cut],
        alarm=alarms.alarm[:, cut], expected=alarms.expected[:, cut], unsaid=alarms.unsaid[:, cut],
    )  # fmt: skip
    return shorter, counts[:, cut]


def _communes(known: Known, given: Communes, seed: int) -> list[tuple[Any, ...]]:
    """Communes with a point on the map."""
    row = {area: at for at, area in enumerate(given.area_ids)}
    areas = [area for area in places.areas(given.area_ids) if area.lat is not None and area.lon is not None]
    if not areas:
        return []
    ids = tuple(area.id for area in areas)
    counts = given.values[MEASURE][[row[area] for area in ids]]
    near = neighbours(np.array([area.lat for area in areas]), np.array([area.lon for area in areas]))
    people = np.array([float(area.population or 1) for area in areas])
    window = slice(-SCANNED_DAYS, None)
    found = scan(counts[:, window], given.days[window], near, populations=people, seed=seed)
    judged = [*_daily(counts, given.days), (found.alarms, counts[:, -1:])]
    return _rows(known, judged, found.clusters, ids, counts, AGREE_COMMUNE)


def _rows(
    known: Known, judged: Judged, clusters: Sequence[Cluster], ids: tuple[int, ...], counts: Floats, agree: int
) -> list[tuple[Any, ...]]:
    alarms, seen = [entry[0] for entry in judged], [entry[1] for entry in judged]
    week = np.nansum(np.maximum(counts[:, -7:], 0.0), axis=1)
    rows: dict[int, tuple[Any, ...]] = {}
    for one in fuse(alarms, known.disease, counts=seen, clusters=clusters):
        last = one.last.astype(date)
        if one.strength < agree or (known.as_of - last).days >= SHOWN_DAYS or one.place in rows:
            continue
        beside = clusters[one.cluster].places if one.cluster is not None else ()
        rows[one.place] = (
            ids[one.place], known.disease, MEASURE, one.first.astype(date), last, list(one.methods), one.strength,
            round(one.ratio, 3) if np.isfinite(one.ratio) else None, float(week[one.place]),
            sorted(ids[place] for place in beside if place != one.place),
        )  # fmt: skip
    return list(rows.values())
