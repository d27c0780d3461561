"""What was known on a day, made ready for the engines: weeks for forecasts, days for nowcast, Rt and warnings.

Two sources: the register's own figures (``analytics.epidemic``, which keeps what was known when from the first day) and
the announced figures of 2021 (``replay``). Places are the nation and the provinces of the map in force; communes come
beside them. Nothing recorded after the day is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.utils import timezone

from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.facts import Wanted
from lachan.analytics.maps import Map, map_on
from lachan.forecasting import rules
from lachan.forecasting.engines.hub import Days, Floats, Task, Triangle, Vintages
from lachan.forecasting.facts import DISEASE, HORIZONS, LEVELS, MEASURES, REGISTER, REPLAY
from lachan.forecasting.replay import series as replay
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

HISTORY_DAYS: Final = 3 * 364  # read of the register
VINTAGES: Final = 12  # weeks back whose knowledge is shown to the engines
LONGEST: Final = 42  # days after which a report is final
TRIANGLE_DAYS: Final = 180
COMMUNE_DAYS: Final = 210
CARE: Final = ("in_hospital", "critical")  # of the register, for beds: people there on a day, and who became critical
FEWEST_WEEKS: Final = 3  # of history, below which nothing is forecast
_DAY: Final = timedelta(days=1)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Daily:
    """Counts [A, D] of the places by day as known, the nation first; NaN: not known. ``triangle`` None: the source
    keeps no later versions of a day."""

    area_ids: tuple[int, ...]
    days: Days
    values: Floats
    triangle: Triangle | None = None


@dataclass(frozen=True)
class Doubt:
    """A week of a place that is no count of people (``code`` of :func:`rules.doubtful_weeks`), and what was counted."""

    area_id: int
    week: date
    code: str
    value: float

    @property
    def left_out(self) -> bool:
        """Whether the engines do not see it."""
        return self.code in rules.LEFT_OUT


@dataclass(frozen=True)
class Communes:
    """Counts [C, D] of communes by day as known, and the province of each."""

    area_ids: tuple[int, ...]
    province_ids: tuple[int, ...]
    days: Days
    values: Mapping[str, Floats]


@dataclass(frozen=True)
class Known:
    """Everything a run may see. ``daily``: by measure; ``vintages``: weeks of the same measures, made of ``tables`` by
    the day they were known on, without the ``doubts`` that are left out; ``lag_days``: days between ``as_of`` and the
    last day complete in the source; ``care``: what is recorded of ``CARE``, by name."""

    source: str
    as_of: date
    of_map: Map
    disease: str
    daily: Mapping[str, Daily]
    vintages: Vintages
    tables: Mapping[date, pa.Table]
    communes: Communes | None
    lag_days: int
    doubts: Mapping[str, tuple[Doubt, ...]]
    care: Mapping[str, Daily] = field(default_factory=dict)

    @property
    def measures(self) -> tuple[str, ...]:
        return self.vintages.task.targets

    def digest(self) -> str:
        """sha256 in hex over every figure: the same day known the same way gives the same."""
        made = sha256(f"{self.source}|{self.as_of}|{self.of_map}|{self.disease}|{self.lag_days}".encode())
        for measure, daily in (*sorted(self.daily.items()), *sorted(self.care.items())):
            made.update(f"|{measure}|{daily.area_ids}|{daily.days[:1]}".encode())
            made.update(np.ascontiguousarray(daily.values).tobytes())
            if daily.triangle is not None:
                made.update(np.ascontiguousarray(daily.triangle.counts).tobytes())
        for day in self.vintages.dates:
            for target in self.vintages.targets(day):
                series = self.vintages.series(day, target)
                made.update(f"|{day}|{target}|{series.locations}|{series.ends[:1]}".encode())
                made.update(np.ascontiguousarray(series.values).tobytes())
        if self.communes is not None:
            made.update(f"|{self.communes.area_ids}|{self.communes.days[:1]}".encode())
            for _, values in sorted(self.communes.values.items()):
                made.update(np.ascontiguousarray(values).tobytes())
        return made.hexdigest()


def known_on(source: str, as_of: date) -> Known | None:
    """What a source knew at the end of a day; None: too little to begin with. LookupError for an unknown source."""
    try:
        read = SOURCES[source]
    except KeyError:
        raise LookupError(f"no source {source!r}: there are {', '.join(SOURCES)}") from None
    return read(as_of)


def last_week(as_of: date) -> date:
    """The Sunday that ends the last whole week."""
    return as_of - _DAY * ((as_of.weekday() + 1) % 7)


def task_of(track: str, as_of: date, locations: Mapping[str, tuple[str, ...]]) -> Task:
    """Horizons 1 to 4 behind the last whole week. Vintages lie whole weeks back, so the offset is theirs too."""
    return Task(
        track, tuple(locations), dict(locations), HORIZONS, LEVELS, (as_of,), -(as_of - last_week(as_of)).days, 7
    )


# the register


def _register(as_of: date) -> Known | None:
    of_map = map_on(as_of)
    provinces = [area.id for area in places.provinces(of_map.day)]
    area_ids = (COUNTRY_ID, *provinces)
    since = as_of - _DAY * (HISTORY_DAYS - 1)
    found = epidemic.for_jobs(
        Wanted(measures=(*MEASURES, *CARE), since=since, until=as_of, area_ids=area_ids, as_of=as_of, map=of_map)
    )
    care = {name: Daily(area_ids, found.days, found.of(name).astype(np.float64)) for name in CARE}
    daily: dict[str, Daily] = {}
    for measure in MEASURES:
        values = found.of(measure).astype(np.float64)
        first = _first_count(values[0])
        if first is None:
            continue
        counts = epidemic.triangle(area_ids, DISEASE, measure, as_of, LONGEST, TRIANGLE_DAYS)
        days = found.days[-counts.shape[1] :]
        triangle = Triangle(measure, tuple(map(str, area_ids)), days, counts)
        daily[measure] = Daily(area_ids, found.days[first:], values[:, first:], triangle)
    doubts = {measure: _doubts(entry, as_of) for measure, entry in daily.items()}
    vintages = _vintages(REGISTER, as_of, daily, doubts)
    if vintages is None:
        return None
    until = epidemic.complete_until()
    lag = (as_of + _DAY - timezone.localtime(until).date()).days if until is not None else HISTORY_DAYS
    here = _communes(as_of, of_map)
    care = {name: entry for name, entry in care.items() if entry.values[0].any()}
    return Known(REGISTER, as_of, of_map, DISEASE, daily, *vintages, here, max(lag, 0), doubts, care)


def _first_count(nation: Floats) -> int | None:
    """Where the record begins: before the first count nobody counted, which is not the same as none."""
    at = np.flatnonzero(nation)
    return int(at[0]) if len(at) else None


def _communes(as_of: date, of_map: Map) -> Communes:
    """Every commune of the map. One statement."""
    areas = places.communes(COUNTRY_ID, of_map.day)
    province = places.province_mapping(of_map.day)
    table = epidemic.for_jobs(
        Wanted(
            measures=MEASURES, since=as_of - _DAY * (COMMUNE_DAYS - 1), until=as_of,
            area_ids=tuple(area.id for area in areas), as_of=as_of, map=of_map,
        )
    )  # fmt: skip
    return Communes(
        table.area_ids, tuple(province.get(area, 0) for area in table.area_ids), table.days,
        {name: table.of(name).astype(np.float64) for name in MEASURES},
    )  # fmt: skip


# the announced figures of 2021


def _replay(as_of: date) -> Known | None:
    of_map = Map.OF_2021
    codes = {area.code: area.id for area in places.provinces(of_map.day)} | {replay.NATION: COUNTRY_ID}
    daily: dict[str, Daily] = {}
    for measure in replay.MEASURES:
        found = replay.daily(measure, as_of)
        area_ids = tuple(codes[code] for code in found.locations)
        daily[measure] = Daily(area_ids, found.days, found.values)
    doubts = {measure: _doubts(entry, as_of) for measure, entry in daily.items()}
    vintages = _vintages(REPLAY, as_of, daily, doubts)
    if vintages is None:
        return None
    last = max(entry.days[-1] for entry in daily.values())
    lag = int((np.datetime64(as_of, "D") - last).astype(np.int64))
    return Known(REPLAY, as_of, of_map, DISEASE, daily, *vintages, None, lag, doubts)


SOURCES: Final[Mapping[str, Callable[[date], Known | None]]] = {REGISTER: _register, REPLAY: _replay}


# weeks


def _doubts(entry: Daily, as_of: date) -> tuple[Doubt, ...]:
    """Whole weeks known on the day that are no counts of people."""
    ends, values = _weeks(entry, as_of)
    if not len(ends):
        return ()
    past = int((entry.days[-1] - ends[-1]).astype(np.int64))
    last_days = entry.values[:, -7 - past : -past or None]
    return tuple(
        Doubt(entry.area_ids[place], ends[-1 - back].astype(date), code, round(float(values[place, -1 - back]), 3))
        for place, back, code in rules.doubtful_weeks(values, last_days)
    )


def _vintages(
    track: str, as_of: date, daily: Mapping[str, Daily], doubts: Mapping[str, tuple[Doubt, ...]]
) -> tuple[Vintages, dict[date, pa.Table]] | None:
    """Whole weeks as known on the day and 7, 14, … days before; None where no measure has a history worth the name.

    A measure that lacks earlier weeks is shown from its first whole week on. Where the source keeps no later versions
    a week is what its days are known as now, from the evening it ends.
    """
    tables: dict[date, pa.Table] = {}
    for back in range(VINTAGES + 1):
        seen = as_of - _DAY * 7 * back
        parts = [
            _long(measure, entry, ends, _without(values, entry, ends, doubts[measure]))
            for measure, entry in daily.items()
            for ends, values in [_weeks(entry, seen)]
            if len(ends) >= FEWEST_WEEKS
        ]
        if not parts:
            break
        tables[seen] = pa.concat_tables(parts)
    if not tables:
        return None
    there = set(tables[as_of]["target"].to_pylist())
    locations = {name: tuple(map(str, entry.area_ids)) for name, entry in daily.items() if name in there}
    return Vintages(task_of(track, as_of, locations), tables), tables


def _weeks(entry: Daily, seen: date) -> tuple[Days, Floats]:
    """Ends [W] of whole weeks over on ``seen``, and their sums [A, W] as known then."""
    values = _as_seen(entry, seen)
    first = int(entry.days[0].astype(np.int64))
    begin = -(first + 3) % 7  # day 0 of 1970 was a Thursday; a week begins on a Monday
    width = (int((np.datetime64(last_week(seen), "D") - entry.days[0]).astype(np.int64)) + 1 - begin) // 7
    if width <= 0:
        return entry.days[:0], values[:, :0]
    inside = values[:, begin : begin + 7 * width].reshape(len(values), width, 7)
    return entry.days[begin + 6 : begin + 7 * width : 7], np.asarray(inside.sum(axis=2))


def _without(values: Floats, entry: Daily, ends: Days, doubts: tuple[Doubt, ...]) -> Floats:
    """Weeks [A, W] without those that are left out: not known is better than known wrong."""
    row = {area: at for at, area in enumerate(entry.area_ids)}
    kept = values.copy()
    for doubt in doubts:
        if doubt.left_out:
            kept[row[doubt.area_id], ends == np.datetime64(doubt.week, "D")] = np.nan
    return kept


def _as_seen(entry: Daily, seen: date) -> Floats:
    """Days [A, D] as known on ``seen``: those of the triangle by its reports, older ones are final."""
    if entry.triangle is None or np.datetime64(seen, "D") >= entry.days[-1]:
        return entry.values
    days, counts = entry.triangle.days, entry.triangle.counts
    age = np.clip((np.datetime64(seen, "D") - days).astype(np.int64), -1, counts.shape[2] - 1)
    at = np.arange(len(days))
    known = np.where(age >= 0, counts[:, at, np.maximum(age, 0)], np.nan)
    values = entry.values.copy()
    offset = int((days[0] - entry.days[0]).astype(np.int64))
    inside = at + offset >= 0
    values[:, (at + offset)[inside]] = known[:, inside]
    return values


def _long(measure: str, entry: Daily, ends: Days, values: Floats) -> pa.Table:
    areas, weeks = values.shape
    there = ~np.isnan(values.ravel())
    return pa.table(
        {
            "target": pa.array([measure] * int(there.sum())),
            "location": pa.array(np.repeat(list(map(str, entry.area_ids)), weeks)[there]),
            "target_end_date": pa.array(np.tile(ends, areas)[there], pa.date32()),
            "value": pa.array(values.ravel()[there]),
        }
    )
