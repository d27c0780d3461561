"""The epidemic's figures as rooms above read them. With an actor: ``Forbidden`` outside the grants of "epidemic.read".

A fixed number of statements, however many areas, days and facts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

import numpy as np
from django.db import connection

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.analytics import queries as coverage
from lachan.analytics.epidemic import derived, projection
from lachan.analytics.epidemic.columns import columns
from lachan.analytics.epidemic.courses import ZONE
from lachan.analytics.epidemic.definitions import COUNTED, STOCKS
from lachan.analytics.epidemic.facts import (
    COVID,
    SPARK,
    Breakdown,
    Delays,
    Figure,
    Figures,
    Floats,
    Table,
    Wanted,
)
from lachan.analytics.epidemic.open_view import public
from lachan.analytics.epidemic.series import for_jobs, triangle
from lachan.analytics.maps import residences_of
from lachan.kernel.errors import Problem
from lachan.kernel.statements import load
from lachan.places.facts import AreaFact
from lachan.places.rules import COUNTRY_ID

VERB: Final = "epidemic.read"
_BACK: Final = timedelta(days=SPARK + 2 * derived.WEEK)
REMEMBERED: Final = 256  # tables of one version a process keeps: of a page each, some kilobytes
STEPS: Final = ("listed", "reached", "quarantined", "tested")


# who sees what


def may_see(actor: Actor, area_id: int) -> bool:
    """Whether the figures of the area are the actor's to read; those of the nation need a grant for the nation."""
    return reach.may_see(actor, VERB, area_id)


def _see(actor: Actor, area_id: int) -> AreaFact:
    return reach.seen(actor, VERB, area_id, "The figures")


def complete_until() -> datetime | None:
    """Everything recorded before this moment is in the figures; None: never counted. One statement."""
    return projection.as_of()


def latest_day(disease: str = COVID) -> date | None:
    """The last day with a test or a case, of the nation; None: there is none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "epidemic_latest_day"), [disease])
        row = cursor.fetchone()
    return row[0] if row else None


# series


def series(actor: Actor, wanted: Wanted, version: int = 0) -> Table:
    """Counts by measure, area and day. Every area asked for must be within the grants; of ``children_of`` the whole.

    ``version``: of the figures, as the caller has just asked (:func:`version`): what was counted at it is not counted
    again, and is not to be written on.
    """
    allowed(actor, wanted)
    return _counted(wanted, version)


def _counted(wanted: Wanted, version: int) -> Table:
    return _remembered(wanted, version) if version else for_jobs(wanted)


@lru_cache(maxsize=REMEMBERED)
def _remembered(wanted: Wanted, _version: int) -> Table:
    return for_jobs(wanted)


def allowed(actor: Actor, wanted: Wanted) -> None:
    """``Forbidden`` where an area asked for is not within the grants."""
    if wanted.children_of is not None:
        _see(actor, wanted.children_of)
    else:
        for area_id in wanted.area_ids:
            _see(actor, area_id)


def version() -> int:
    """A number that is another one after every change of any figure; 0: nothing was ever counted. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "epidemic_last_change"))
        [found] = cursor.fetchone() or (0,)
    return int(found)


# one area


def latest(
    actor: Actor, area_id: int, day: date, as_of: date | None = None, disease: str = COVID, *, version: int = 0
) -> Figures:
    """An area on a day: every figure with the day before and 28 days. One statement; now also two for the coverage."""
    [found] = latest_of(actor, [area_id], day, as_of, disease, version=version)
    covered = Figure(_covered(actor, found.area, day) if as_of is None else None, None, (None,) * SPARK)
    return replace(found, figures={**found.figures, "coverage": covered})


def latest_of(
    actor: Actor, area_ids: Sequence[int], day: date, as_of: date | None = None, disease: str = COVID, *,
    version: int = 0,
) -> list[Figures]:  # fmt: skip
    """The same of many areas, in their order, without the coverage. One statement. ``version``: see :func:`series`."""
    areas = [_see(actor, area_id) for area_id in area_ids]
    wanted = Wanted(
        measures=COUNTED, since=day - _BACK, until=day, disease=disease, area_ids=tuple(area_ids), as_of=as_of
    )  # fmt: skip
    counts = dict(zip(COUNTED, _counted(wanted, version).values, strict=True))
    people = np.array([float(area.population or 0) or np.nan for area in areas])
    made = {name: values.astype(float) for name, values in counts.items()} | derived.derive(counts, people)
    made["beds"] = made["in_hospital"]
    return [
        Figures(area, day, as_of, {name: _figure(values[at]) for name, values in made.items()})
        for at, area in enumerate(areas)
    ]


def _figure(values: Floats) -> Figure:
    said = [None if np.isnan(value) else float(value) for value in values[-SPARK - 1 :]]
    return Figure(said[-1], said[-2], tuple(said[1:]))


def _covered(actor: Actor, area: AreaFact, day: date) -> float | None:
    """Of 100 residents, those with a complete primary series, as counted now."""
    if not area.population or not coverage.may_see(actor, area.id):
        return None
    return 100 * coverage.picture(actor, area.id, day).residents.completed / area.population


def by_age(
    actor: Actor, area_id: int, measure: str, since: date, until: date, disease: str = COVID
) -> tuple[Breakdown, ...]:
    """A count of an area over days by age band, sex and vaccination at the time, as known now. One statement."""
    area = _see(actor, area_id)
    if measure not in COUNTED or measure in STOCKS:
        raise Problem("measure_unknown", "Unknown measure", f"There is no count of a day {measure!r}.", status=422)
    [part] = columns([area])
    asked_for: dict[str, Any] = {
        "stored": part.stored, "disease": disease, "measure": measure, "since": since, "until": until,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", f"epidemic_ages_of_{'provinces' if part.wide else 'areas'}"), asked_for)
        return tuple(Breakdown._make(row) for row in cursor.fetchall())


def delays(actor: Actor, area_id: int, since: date, until: date, disease: str = COVID) -> Delays:
    """How long the one line took for the cases of an area: result, list, reached, quarantine, tested. One statement."""
    area = _see(actor, area_id)
    asked_for: dict[str, Any] = {
        "disease": disease, "areas": None if area.id == COUNTRY_ID else sorted(residences_of(area.id)),
        "since": datetime.combine(since, time(), ZONE),
        "until": datetime.combine(until + timedelta(days=1), time(), ZONE),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(load("analytics", "epidemic_delays"), asked_for)
        cases, *rest = cursor.fetchone() or (0,)
    pairs = zip(STEPS, rest[::2], rest[1::2], strict=True)
    return Delays(cases, {step: (count, *(both or (None, None))) for step, count, both in pairs})


__all__ = [
    "allowed",
    "by_age",
    "complete_until",
    "delays",
    "for_jobs",
    "latest",
    "latest_day",
    "latest_of",
    "may_see",
    "public",
    "series",
    "triangle",
    "version",
]
