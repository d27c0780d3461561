"""What a run says of many places, each thing asked once for the whole list. For jobs: no actor is asked about.

The answers are those of :mod:`lachan.forecasting.queries`, by the ids asked for; an area that is not on the run's map
is not among them. The number of statements does not depend on how many places there are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db import connection

from lachan.analytics.maps import Map, on_map
from lachan.forecasting.facts import DISEASE, HORIZONS, REGISTER, AlarmFact, Band, CannotSay, RunFact, band
from lachan.forecasting.queries import WEEK, read_alarm, weeks_of, why_not
from lachan.kernel.statements import load
from lachan.places.facts import AreaFact

HORIZON: Final = 2


class Ahead(NamedTuple):
    """A forecast: the weeks it was made from, None where nothing was known, and a band a week ahead."""

    history: tuple[tuple[date, float | None], ...]
    bands: tuple[Band, ...]


class Late(NamedTuple):
    """How a place reports: regular, weekly, broken or silent; ``shifted``: its delay has changed ``since`` that day."""

    reporter: str
    shifted: bool
    since: date | None


def drawn(run: RunFact, areas: Iterable[AreaFact]) -> dict[int, AreaFact]:
    """Each area as it is on the run's own map."""
    found = {area.id: on_map(area.id, Map(run.of_map)) for area in areas}
    return {key: area for key, area in found.items() if area is not None}


def forecasts(
    run: RunFact, places: Mapping[int, AreaFact], measure: str = "cases", *, disease: str = DISEASE
) -> dict[int, Ahead | CannotSay]:
    """The forecast of each place, or why there is none. Two statements."""
    made: dict[int, Ahead] = {}
    asked = _asked(run, places, disease) | {"measure": measure}
    for area_id, rows in groupby(_rows("forecasts_of_many", asked), key=lambda row: row[0]):
        weeks = list(rows)
        _, _, _, ends_on, values = weeks[0]
        made[area_id] = Ahead(weeks_of(ends_on, values or []), tuple(band(row[1], tuple(row[2])) for row in weeks))
    [[excluded, *_]] = _rows("why_not", [run.id])
    left_out = json.loads(excluded) if isinstance(excluded, str) else excluded or []
    return {key: made.get(area.id) or why_not(area, measure, left_out) for key, area in places.items()}


def inside(
    run: RunFact, places: Mapping[int, AreaFact], measure: str = "cases", *, weeks: int, disease: str = DISEASE
) -> dict[int, tuple[int, int]]:
    """(in how many weeks the truth lay inside the interval of 90 %, of how many), of forecasts two weeks ahead; only
    places with a week whose truth is known. Two statements."""
    back = WEEK * (weeks + max(HORIZONS) + 1)
    made = _rows("published_between", [run.source, run.as_of - back, run.as_of])
    asked = _asked(run, places, disease) | {
        "runs": [row[0] for row in made], "days": [row[1] for row in made], "measure": measure, "horizon": HORIZON,
        "until": run.as_of, "weeks": weeks,
    }  # fmt: skip
    found = {row[0]: (row[2], row[1]) for row in _rows("inside_of_many", asked) if row[1]}
    return {key: found[area.id] for key, area in places.items() if area.id in found}


def rates(run: RunFact, places: Mapping[int, AreaFact], *, disease: str = DISEASE) -> dict[int, float]:
    """Rt of the last day, where it can be said. One statement."""
    found = dict(_rows("rates_of_many", _asked(run, places, disease)))
    return {key: rate for key, area in places.items() if (rate := found.get(area.id)) is not None}


def lateness(
    run: RunFact, places: Mapping[int, AreaFact], measure: str = "cases", *, disease: str = DISEASE
) -> dict[int, Late]:
    """How each place reports, where the run looked at it. One statement."""
    rows = _rows("lateness_of_many", _asked(run, places, disease) | {"measure": measure})
    found = {row[0]: Late(*row[1:]) for row in rows}
    return {key: found[area.id] for key, area in places.items() if area.id in found}


def alarms(within: Collection[int] | None, *, disease: str = DISEASE, source: str = REGISTER) -> list[AlarmFact]:
    """Every alarm within areas (None: all) that nobody closed, the most important first. One statement."""
    areas = None if within is None else sorted(within)
    return [read_alarm(row) for row in _rows("alarms_standing", {"source": source, "disease": disease, "areas": areas})]


def _asked(run: RunFact, places: Mapping[int, AreaFact], disease: str) -> dict[str, Any]:
    return {"areas": sorted({area.id for area in places.values()}), "run": run.id, "disease": disease}


def _rows(name: str, parameters: dict[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", name), parameters)
        return list(cursor.fetchall())
