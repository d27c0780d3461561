"""What a report says of a place, made of what was asked of the rooms that know it. No person is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from lachan.analytics.epidemic.changed import Line
from lachan.analytics.epidemic.facts import COVID
from lachan.analytics.epidemic.facts import Figure as Counted
from lachan.forecasting.facts import AlarmFact, CannotSay
from lachan.forecasting.report import mapped, said
from lachan.forecasting.report.asked import Asked, ask, unanswered
from lachan.forecasting.report.content import (
    AlarmCount,
    AlarmLine,
    Band,
    Content,
    Debt,
    Figure,
    Kind,
    Outlook,
    PlaceRow,
    Where,
)
from lachan.forecasting.report.words import DEBTS, FIGURES
from lachan.kernel.words import Words
from lachan.places import queries as places
from lachan.places.facts import AreaFact

WEEK: Final = 7
HISTORY: Final = 16  # weeks before the forecast
MOST_PLACES: Final = 40
MOST_ALARMS: Final = 50
# figure -> what kind it is, and whether a rise is good (1), bad (-1) or neither
EPIDEMIC: Final[Mapping[str, tuple[Kind, int]]] = {
    "cases": ("count", -1),
    "in_hospital": ("count", -1),
    "deaths": ("count", -1),
    "incidence7": ("rate", -1),
    "positivity": ("share", -1),
}


def gather(areas: Sequence[AreaFact], day: date, *, disease: str = COVID, now: datetime) -> list[Content]:
    """The report of each place as the system knows it now, in their order. ``day``: the day it is about."""
    if not areas:
        return []
    known = ask(areas, day, disease=disease, now=now)
    return [_of(area, known) for area in areas]


def _of(area: AreaFact, known: Asked) -> Content:
    late, rows = known.loads[area.id].late, _places(area, known)
    below = [Line(known.news["cases"][one.id], one.id, one.full_name) for one in known.below[area.id]]
    alarms = known.alarms[area.id]
    return Content(
        area_id=area.id,
        place=area.full_name,
        level=area.level,
        day=known.day,
        made_at=known.now,
        disease=known.disease,
        figures=(*_vaccination(area, known), *_epidemic(known.figures[area.id]), _tasks(area, known)),
        changes=tuple(said.changes(known.day, area, _lines(area, known), below, late)),
        places=tuple(sorted(rows, key=lambda row: -row.week)[:MOST_PLACES]),
        outlook=_outlook(area, known),
        alarms=_alarms(alarms[:MOST_ALARMS]),
        debts=_debts(area, known),
        quality=_quality(area, known),
        notes=known.notes.get(area.id, ()),
        map=mapped.of(known.below[area.id], known.day, {one.id: _rate(one, known) for one in known.below[area.id]}),
        alarm_count=AlarmCount(len(alarms), unanswered(alarms)),
    )


def _lines(area: AreaFact, known: Asked) -> list[Line]:
    """The place's own course: beds as they stood, cases and deaths by the day they became known."""
    beds = known.figures[area.id]["in_hospital"].spark
    lines = [Line([int(value or 0) for value in beds], measure="in_hospital")]
    return lines + [Line(days[area.id], measure=name) for name, days in known.news.items()]


def _vaccination(area: AreaFact, known: Asked) -> tuple[Figure, ...]:
    doses, before = known.doses[area.id], known.before.get(area.id, {})
    return (
        Figure(
            id="doses", name=FIGURES["doses"], value=doses[-1], before=doses[-2], good=1,
            spark=tuple(float(count) for count in doses),
        ),
        Figure(
            id="completed", name=FIGURES["completed"], value=known.completed[area.id], before=before.get("completed"),
            good=1,
        ),
    )  # fmt: skip


def _epidemic(figures: Mapping[str, Counted]) -> tuple[Figure, ...]:
    return tuple(_figure(name, figures[name], *as_what) for name, as_what in EPIDEMIC.items())


def _figure(name: str, counted: Counted, kind: Kind, good: int) -> Figure:
    why = said.FEW if counted.value is None else None
    return Figure(
        id=name, name=FIGURES[name], value=counted.value, before=counted.before, kind=kind, good=good,
        spark=counted.spark, why=why,
    )  # fmt: skip


def _tasks(area: AreaFact, known: Asked) -> Figure:
    """Open tasks have no history in the house: what yesterday's report said of them stands beside them."""
    before = known.before.get(area.id, {}).get("tasks")
    return Figure(id="tasks", name=FIGURES["tasks"], value=known.loads[area.id].due, before=before, good=-1)


def _ill(area: AreaFact, known: Asked) -> list[int]:
    """Cases by day of onset, four weeks."""
    return [int(value or 0) for value in known.figures[area.id]["cases"].spark]


def _rate(area: AreaFact, known: Asked) -> float | None:
    """Cases of seven days per 100,000; None where nobody knows how many live there."""
    return 100_000 * sum(_ill(area, known)[-WEEK:]) / area.population if area.population else None


def _places(area: AreaFact, known: Asked) -> list[PlaceRow]:
    """Places below with cases in two weeks, by code."""
    rows = []
    for one in known.below[area.id]:
        days = _ill(one, known)
        week, before = sum(days[-WEEK:]), sum(days[-2 * WEEK : -WEEK])
        if week or before:
            rows.append(
                PlaceRow(
                    area_id=one.id, name=one.full_name, today=days[-1], week=week, incidence=_rate(one, known),
                    growth=week / before if before else None, rt=known.rates.get(one.id),
                )
            )  # fmt: skip
    return rows


def _outlook(area: AreaFact, known: Asked) -> Outlook:
    found = known.ahead.get(area.id) or CannotSay("nothing_published" if known.standing.shown is None else "not_on_map")
    if isinstance(found, CannotSay):
        return Outlook(measure=said.CASES, blocked=said.reason(found.reason, found.params))
    bands = tuple(Band(*one) for one in found.bands)
    inside, of = known.inside.get(area.id, (None, None))
    return Outlook(
        measure=said.CASES,
        history=found.history[-HISTORY:],
        bands=bands,
        said=said.reading(bands),
        inside=inside,
        of=of,
    )


def _alarms(alarms: Sequence[AlarmFact]) -> tuple[AlarmLine, ...]:
    names = {one.id: one.full_name for one in places.areas({alarm.area_id for alarm in alarms})}
    return tuple(
        AlarmLine(
            id=str(alarm.id), place=names.get(alarm.area_id, ""), disease=said.disease(alarm.disease),
            since=alarm.opened_on, state=said.STATES[alarm.state], observed=alarm.observed, strength=alarm.strength,
        )
        for alarm in alarms
    )  # fmt: skip


def _debts(area: AreaFact, known: Asked) -> tuple[Debt, ...]:
    sums, where = known.owed[area.id], Where("debt", area.id)
    return (
        Debt(DEBTS["missing"], sums.missing, where),
        Debt(DEBTS["unmatched"], max(0, sums.unmatched), where),
        Debt(DEBTS["unsigned"], max(0, sums.unsigned), where),
        Debt(DEBTS["late"], known.loads[area.id].late, Where("tasks", area.id)),
    )


def _quality(area: AreaFact, known: Asked) -> tuple[Words, ...]:
    """What the reader must know of the figures: until when they are counted, what is late, what was not published."""
    lines = [said.counted(known.counted)]
    if (late := known.late.get(area.id)) is not None:
        lines += said.late(late)
    lines += said.doubted(known.card, known.drawn.get(area.id, area))
    last = known.standing.last
    if known.standing.blocked and last is not None:
        lines.append(said.reason(last.reason, last.params))
    return tuple(lines)
