"""Two to five areas side by side, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import numpy as np
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.analytics import queries as coverage
from lachan.analytics.epidemic import queries as epidemic
from lachan.analytics.epidemic.facts import Table, Wanted
from lachan.analytics.maps import Map, map_of
from lachan.forecasting.charts import Chart, lines
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID, PROVINCE
from lachan.web.parts.picture.address import number
from lachan.web.parts.picture.epidemic.areas import PER, last_whole
from lachan.web.parts.picture.epidemic.ask import COMPARED, FEWEST, MOST, Ask, ask_of
from lachan.web.reading import actor_for, plainly

DAYS: Final = 56
WEEK: Final = 7


@dataclass(frozen=True)
class Side:
    """One area of the comparison: figures of the last seven days, ``change`` in percent against the seven before."""

    area: AreaFact
    href: str
    cases: int
    incidence: float | None
    change: int | None
    deaths: int
    in_hospital: int


@gzip_page
@require_GET
@needs("epidemic.read")
def page(request: HttpRequest) -> HttpResponse:
    """``in``: whose parts are offered; ``area``: those chosen, two to five of one map; ``measure``."""
    actor, ask = actor_for(request), ask_of(request)
    inside = _inside(actor, number(request.GET.get("in", "")))
    if inside.level == COMMUNE:  # nothing lies in it
        return HttpResponseRedirect(ask.of_area(inside.id))
    offered = _offered(actor, inside, ask)
    known = {area.id: area for area in offered}
    wanted = [key for text in request.GET.getlist("area") if (key := number(text)) in known]
    chosen = [known[key] for key in dict.fromkeys(wanted) if key is not None]
    measure = request.GET.get("measure", "")
    measure = measure if measure in COMPARED else COMPARED[0]
    context: dict[str, Any] = {
        "ask": ask, "inside": inside, "offered": [(area, area in chosen[:MOST]) for area in offered],
        "measures": [(key, name, key == measure) for key, name in names().items()], "most": MOST, "fewest": FEWEST,
        "too_many": len(chosen) > MOST, "too_few": len(chosen) == 1, "chart": None, "sides": [],
    }  # fmt: skip
    chosen = chosen[:MOST]
    if len(chosen) >= FEWEST:
        with plainly():
            found = _counts(actor, chosen, ask)
        context |= {"chart": _chart(found, chosen, measure), "sides": _sides(found, chosen, ask)}
    return render(request, "web/picture/epidemic/compare.html", context)


def names() -> dict[str, str]:
    """What can be compared; the first makes areas of any size comparable."""
    return {
        "incidence7": _("New cases of seven days per 100,000"),
        "cases": _("New cases of seven days"),
        "in_hospital": _("In hospital"),
        "deaths": _("Deaths of seven days"),
    }


def _inside(actor: Actor, area_id: int | None) -> AreaFact:
    """The area asked for, else where the actor begins; of a commune the province it lies in, if that may be seen."""
    wanted = area_id if area_id is not None else coverage.home_area(actor)
    found = places.area(wanted or COUNTRY_ID)
    if found is not None and found.level == COMMUNE and epidemic.may_see(actor, found.province_id or COUNTRY_ID):
        found = places.area(found.province_id or COUNTRY_ID)
    if found is None or not epidemic.may_see(actor, found.id):
        raise PermissionDenied
    return found


def _offered(actor: Actor, inside: AreaFact, ask: Ask) -> list[AreaFact]:
    if inside.id == COUNTRY_ID:
        return places.provinces(ask.of.day)
    of: Map = map_of(inside)
    if inside.level == PROVINCE:
        return [area for area in places.communes(inside.id, of.day) if epidemic.may_see(actor, area.id)]
    rows = coverage.coverage_by_commune(actor, inside.id, ask.day).rows
    return [row.area for row in rows if epidemic.may_see(actor, row.area.id)]


def _counts(actor: Actor, chosen: Sequence[AreaFact], ask: Ask) -> Table:
    until = last_whole(ask)
    wanted = Wanted(measures=("cases", "deaths", "in_hospital"), since=until - timedelta(days=DAYS + WEEK - 2),
                    until=until, area_ids=tuple(area.id for area in chosen), as_of=ask.as_of, map=ask.of)  # fmt: skip
    return epidemic.series(actor, wanted)


def _chart(found: Table, chosen: Sequence[AreaFact], measure: str) -> Chart:
    """Each day with the six before it, so that weekdays do not draw saws; of a stock each day itself."""
    stock = measure == "in_hospital"
    counts = found.of("cases" if measure == "incidence7" else measure)
    if stock:
        values = counts[:, WEEK - 1 :].astype(float)
    else:
        values = np.lib.stride_tricks.sliding_window_view(counts, WEEK, axis=1).sum(axis=2).astype(float)
    days = found.days[WEEK - 1 :].astype("datetime64[D]").tolist()
    drawn = {}
    for index, area in enumerate(chosen):
        row: list[float | None] = values[index].tolist()
        if measure == "incidence7":
            people = area.population
            row = [PER * (value or 0) / people if people else None for value in row]
        drawn[_name(area, chosen)] = list(zip(days, row, strict=True))
    unit = _("per 100,000 people") if measure == "incidence7" else _("people")
    return lines(drawn, unit=unit, title=names()[measure])


def _name(area: AreaFact, chosen: Sequence[AreaFact]) -> str:
    """Short, and still one area's own: two communes of one name are told apart by their code."""
    same = sum(other.name == area.name for other in chosen) > 1
    return f"{area.name} ({area.code})" if same else area.name


def _sides(found: Table, chosen: Sequence[AreaFact], ask: Ask) -> list[Side]:
    sides = []
    cases, deaths, hospital = (found.of(measure) for measure in ("cases", "deaths", "in_hospital"))
    for index, area in enumerate(chosen):
        week, before = int(cases[index, -WEEK:].sum()), int(cases[index, -2 * WEEK : -WEEK].sum())
        sides.append(
            Side(
                area,
                replace(ask, area_id=area.id).address(),
                week,
                PER * week / area.population if area.population else None,
                round(100 * (week / before - 1)) if before >= 10 else None,
                int(deaths[index, -WEEK:].sum()),
                int(hospital[index, -1]),
            )
        )
    return sides
