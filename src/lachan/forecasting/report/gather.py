"""What a report says of a place, gathered from the rooms that know it. Reads only; no person is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from lachan.access.actors import Actor
from lachan.analytics import queries as coverage
from lachan.analytics.debt import queries as debt
from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.changed import Line
from lachan.analytics.epidemic.facts import COVID, Figures, Table, Wanted
from lachan.analytics.epidemic.facts import Figure as Counted
from lachan.analytics.epidemic.reported import reported
from lachan.analytics.maps import map_on
from lachan.forecasting import queries as forecasts
from lachan.forecasting.facts import AlarmFact, NowcastFact, Published, RtDay, Standing, State
from lachan.forecasting.report import notes, said
from lachan.forecasting.report.content import (
    AlarmLine,
    Band,
    Content,
    Debt,
    Figure,
    Kind,
    OpenNote,
    Outlook,
    PlaceRow,
)
from lachan.forecasting.report.words import DEBTS, FIGURES
from lachan.kernel.words import Words
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE
from lachan.tracing.outbreak import capacity

HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
WEEK: Final = 7
DAYS: Final = 4 * WEEK
NEWS: Final = ("cases", "deaths")  # told by the day they became known: by onset the last days always look like a fall
PAST_WEEKS: Final = 20
MOST_PLACES: Final = 40
# figure -> what kind it is, and whether a rise is good (1), bad (-1) or neither
EPIDEMIC: Final[Mapping[str, tuple[Kind, int]]] = {
    "cases": ("count", -1),
    "in_hospital": ("count", -1),
    "deaths": ("count", -1),
    "incidence7": ("rate", -1),
    "positivity": ("share", -1),
}


@dataclass(frozen=True)
class _Shared:
    """What is asked once for all places of a slice. ``known``: by measure and place, what became known by day."""

    day: date
    disease: str
    now: datetime
    figures: Mapping[int, Figures]
    known: Mapping[str, Mapping[int, list[int]]]
    loads: Sequence[capacity.Load]
    counted: datetime | None
    standing: Standing
    notes: Mapping[int, tuple[OpenNote, ...]]

    def load(self, area: AreaFact) -> capacity.Load:
        """Work of the communes of a place."""
        inside = places.areas_under(area.id, follow=True) | {area.id}
        return capacity.total(one for one in self.loads if area.level == 0 or one.area_id in inside)


def gather(areas: Sequence[AreaFact], day: date, *, disease: str = COVID, now: datetime) -> list[Content]:
    """The report of each place as the system knows it now, in their order. ``day``: the day it is about."""
    actor, ids = Actor.system("reports"), [area.id for area in areas]
    shared = _Shared(
        day, disease, now,
        figures={one.area.id: one for one in epidemic.latest_of(actor, ids, day, disease=disease)},
        known={name: dict(zip(ids, reported(ids, day, DAYS, name).tolist(), strict=True)) for name in NEWS},
        loads=capacity.loads(actor, now),
        counted=epidemic.complete_until(),
        standing=forecasts.standing(actor),
        notes=notes.still_open(ids, day),
    )  # fmt: skip
    return [_of(actor, area, shared) for area in areas]


def _of(actor: Actor, area: AreaFact, shared: _Shared) -> Content:
    day, disease = shared.day, shared.disease
    below, load, figures = _below(actor, area, day, disease), shared.load(area), shared.figures[area.id].figures
    return Content(
        area_id=area.id,
        place=area.full_name,
        level=area.level,
        day=day,
        made_at=shared.now,
        disease=disease,
        figures=(*_vaccination(actor, area, day), *_epidemic(figures), _tasks(load)),
        changes=tuple(said.changes(day, area, _lines(area, shared), said.lines_of(day, below), load.late)),
        places=_places(below, _rates(actor, area, disease)),
        outlook=_outlook(actor, area, disease),
        alarms=_alarms(actor, area, disease),
        debts=_debts(actor, area, day, load.late),
        quality=_quality(actor, area, shared),
        notes=shared.notes.get(area.id, ()),
    )


def _lines(area: AreaFact, shared: _Shared) -> list[Line]:
    """The place's own course: beds as they stood, cases and deaths by the day they became known."""
    beds = shared.figures[area.id].figures["in_hospital"].spark
    lines = [Line([int(value or 0) for value in beds], measure="in_hospital")]
    return lines + [Line(shared.known[name][area.id], measure=name) for name in NEWS]


def _vaccination(actor: Actor, area: AreaFact, day: date) -> tuple[Figure, ...]:
    found = coverage.picture(actor, area.id, day)
    doses = [row.sums.doses for row in found.days]
    return (
        Figure(
            id="doses", name=FIGURES["doses"], value=doses[-1], before=doses[-2], good=1,
            spark=tuple(float(count) for count in doses),
        ),
        Figure(id="completed", name=FIGURES["completed"], value=found.residents.completed, before=None, good=1),
    )  # fmt: skip


def _epidemic(figures: Mapping[str, Counted]) -> tuple[Figure, ...]:
    return tuple(_figure(name, figures[name], *as_what) for name, as_what in EPIDEMIC.items())


def _figure(name: str, counted: Counted, kind: Kind, good: int) -> Figure:
    why = said.FEW if counted.value is None else None
    return Figure(
        id=name, name=FIGURES[name], value=counted.value, before=counted.before, kind=kind, good=good,
        spark=counted.spark, why=why,
    )  # fmt: skip


def _tasks(load: capacity.Load) -> Figure:
    return Figure(id="tasks", name=FIGURES["tasks"], value=load.due, before=None, good=-1)


def _below(actor: Actor, area: AreaFact, day: date, disease: str) -> Table | None:
    """Cases of four weeks of what lies in a place; None: nothing does."""
    if area.level == COMMUNE:
        return None
    since = day - timedelta(days=4 * WEEK - 1)
    asked = Wanted(measures=("cases",), children_of=area.id, since=since, until=day, disease=disease, map=map_on(day))
    return epidemic.series(actor, asked)


def _rates(actor: Actor, area: AreaFact, disease: str) -> dict[int, RtDay]:
    """Rt of what lies in a place, where it can be said."""
    if area.level == COMMUNE:
        return {}
    _, found = forecasts.glimpses(actor, area.id, "cases", disease=disease)
    return {place: glimpse.rt for place, glimpse in found.items() if glimpse.rt is not None}


def _places(below: Table | None, rates: Mapping[int, RtDay]) -> tuple[PlaceRow, ...]:
    """Places with cases in two weeks, those with most in the last first."""
    if below is None:
        return ()
    cases = below.of("cases")
    week, before = cases[:, -WEEK:].sum(axis=1), cases[:, -2 * WEEK : -WEEK].sum(axis=1)
    order = [int(at) for at in np.argsort(-week, kind="stable") if week[at] or before[at]][:MOST_PLACES]
    known = {area.id: area for area in places.areas(below.area_ids)}
    rows = []
    for at in order:
        area, rate = known[below.area_ids[at]], rates.get(below.area_ids[at])
        rows.append(_row(area, int(cases[at, -1]), int(week[at]), int(before[at]), rate.median if rate else None))
    return tuple(rows)


def _row(area: AreaFact, today: int, week: int, before: int, rt: float | None) -> PlaceRow:
    people = area.population
    return PlaceRow(
        area_id=area.id,
        name=area.full_name,
        today=today,
        week=week,
        incidence=100_000 * week / people if people else None,
        growth=week / before if before else None,
        rt=rt,
    )


def _outlook(actor: Actor, area: AreaFact, disease: str) -> Outlook:
    measure = said.CASES
    found = forecasts.latest(actor, area.id, "cases", disease=disease)
    if not isinstance(found, Published):
        return Outlook(measure=measure, blocked=said.reason(found.reason, found.params))
    past = forecasts.past(actor, area.id, "cases", weeks=PAST_WEEKS, disease=disease)
    bands = tuple(Band(*one) for one in found.bands)
    return Outlook(
        measure=measure,
        history=found.history[-16:],
        bands=bands,
        said=said.reading(bands),
        inside=past.inside90 if past.known else None,
        of=past.known or None,
    )


def _alarms(actor: Actor, area: AreaFact, disease: str) -> tuple[AlarmLine, ...]:
    standing = [
        alarm
        for state in (State.OPEN, State.ACKNOWLEDGED, State.FOLLOWED)
        for alarm in forecasts.alarms(actor, area.id, state=state).items
        if alarm.disease == disease
    ]
    names = {one.id: one.full_name for one in places.areas({alarm.area_id for alarm in standing})}
    return tuple(_alarm(alarm, names[alarm.area_id]) for alarm in standing)


def _alarm(alarm: AlarmFact, place: str) -> AlarmLine:
    return AlarmLine(
        id=str(alarm.id), place=place, disease=said.disease(alarm.disease), since=alarm.opened_on,
        state=said.STATES[alarm.state], reason=alarm.reason,
    )  # fmt: skip


def _debts(actor: Actor, area: AreaFact, day: date, late: int) -> tuple[Debt, ...]:
    sums = debt.meter(actor, area.id, debt.Days.ever(day)).whole.sums
    link = f"/debt/?area={area.id}"
    return (
        Debt(DEBTS["missing"], sums.missing, link),
        Debt(DEBTS["unmatched"], max(0, sums.recorded - sums.matched), link),
        Debt(DEBTS["unsigned"], max(0, sums.recorded - sums.signed), link),
        Debt(DEBTS["late"], late, "/outbreak/capacity/"),
    )


def _quality(actor: Actor, area: AreaFact, shared: _Shared) -> tuple[Words, ...]:
    """What the reader must know of the figures: until when they are counted, what is late, what was not published."""
    lines = [said.counted(shared.counted)]
    late = forecasts.nowcast(actor, area.id, "cases", disease=shared.disease)
    if isinstance(late, NowcastFact):
        lines += said.late(late)
    last = shared.standing.last
    if shared.standing.blocked and last is not None:
        lines.append(said.reason(last.reason, last.params))
    return tuple(lines)
