"""Everything the reports of a list of places need, asked once for all of them and for what lies directly in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from lachan.access.actors import Actor
from lachan.analytics import many as vaccination
from lachan.analytics.debt.facts import Owed
from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.facts import Figure
from lachan.analytics.epidemic.reported import reported
from lachan.analytics.maps import map_on, residences_of
from lachan.forecasting import many
from lachan.forecasting import queries as forecasts
from lachan.forecasting.facts import AlarmFact, CannotSay, Standing, State
from lachan.forecasting.many import Ahead, Late
from lachan.forecasting.report import archive, notes
from lachan.forecasting.report.content import OpenNote
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE
from lachan.tracing.outbreak import capacity

DAYS: Final = 28
PAST_WEEKS: Final = 20


@dataclass(frozen=True)
class Asked:
    """By id of the place, unless it says otherwise. ``below``: what lies directly in it; ``news``: by measure and
    place, what became known by day (by onset the last days always look like a fall); ``alarms``: of the place and all
    below it, the most important first."""

    day: date
    disease: str
    now: datetime
    below: Mapping[int, Sequence[AreaFact]]
    figures: Mapping[int, Mapping[str, Figure]]
    news: Mapping[str, Mapping[int, list[int]]]
    doses: Mapping[int, list[int]]
    completed: Mapping[int, int]
    owed: Mapping[int, Owed]
    loads: Mapping[int, capacity.Load]
    ahead: Mapping[int, Ahead | CannotSay]
    inside: Mapping[int, tuple[int, int]]
    rates: Mapping[int, float]
    late: Mapping[int, Late]
    alarms: Mapping[int, Sequence[AlarmFact]]
    notes: Mapping[int, tuple[OpenNote, ...]]
    before: Mapping[int, Mapping[str, float | None]]  # what yesterday's report said
    counted: datetime | None
    standing: Standing
    card: Mapping[str, Any]  # the model card of the run that is shown
    drawn: Mapping[int, AreaFact]  # each place as it is on that run's map


def ask(areas: Sequence[AreaFact], day: date, *, disease: str, now: datetime) -> Asked:
    """The number of statements does not depend on how many places there are."""
    actor, ids = Actor.system("reports"), [area.id for area in areas]
    below = {area.id: _below(area, day) for area in areas}
    wanted = list({one.id: one for one in (*areas, *(one for each in below.values() for one in each))}.values())
    every = [area.id for area in wanted]
    standing = forecasts.standing(actor)
    run = standing.shown
    drawn = many.drawn(run, areas) if run is not None else {}
    return Asked(
        day, disease, now, below,
        figures={one.area.id: one.figures for one in epidemic.latest_of(actor, every, day, disease=disease)},
        news={"cases": _news(every, day, "cases"), "deaths": _news(ids, day, "deaths")},
        doses=vaccination.doses(areas, day, DAYS),
        completed=vaccination.completed(areas),
        owed=vaccination.owed(areas, day),
        loads=_loads(areas, capacity.loads(actor, now)),
        ahead=many.forecasts(run, drawn, disease=disease) if run is not None else {},
        inside=many.inside(run, drawn, weeks=PAST_WEEKS, disease=disease) if run is not None else {},
        rates=many.rates(run, many.drawn(run, wanted), disease=disease) if run is not None else {},
        late=many.lateness(run, drawn, disease=disease) if run is not None else {},
        alarms=_alarms(areas, disease),
        notes=notes.still_open(ids, day),
        before=archive.said(ids, day - timedelta(days=1)),
        counted=epidemic.complete_until(),
        standing=standing,
        card=forecasts.card(actor, run.id).data if run is not None else {},
        drawn=drawn,
    )  # fmt: skip


def _below(area: AreaFact, day: date) -> list[AreaFact]:
    if area.level == COMMUNE:
        return []
    drawn = map_on(day).day
    return places.provinces(drawn) if area.level == 0 else places.communes(area.id, drawn)


def _news(ids: Sequence[int], day: date, measure: str) -> dict[int, list[int]]:
    return dict(zip(ids, reported(ids, day, DAYS, measure).tolist(), strict=True))


def _loads(areas: Sequence[AreaFact], found: Iterable[capacity.Load]) -> dict[int, capacity.Load]:
    """The work of each place: its communes summed."""
    by_area = {one.area_id: one for one in found}
    return {area.id: capacity.total(by_area[key] for key in _inside(area, by_area)) for area in areas}


def _alarms(areas: Sequence[AreaFact], disease: str) -> dict[int, list[AlarmFact]]:
    nation = any(area.level == 0 for area in areas)
    within = None if nation else frozenset[int]().union(*(residences_of(area.id) for area in areas))
    standing = many.alarms(within, disease=disease)
    by_area: dict[int, list[int]] = {}
    for at, alarm in enumerate(standing):
        by_area.setdefault(alarm.area_id, []).append(at)
    return {
        area.id: [standing[at] for at in sorted(at for key in _inside(area, by_area) for at in by_area[key])]
        for area in areas
    }


def _inside(area: AreaFact, known: Mapping[int, object]) -> Iterable[int]:
    """Of the places known of, the area and what lies in it, on either map."""
    return known if area.level == 0 else residences_of(area.id) & known.keys()


def unanswered(alarms: Iterable[AlarmFact]) -> int:
    """How many of them nobody has taken up."""
    return sum(alarm.state is State.OPEN for alarm in alarms)
