"""The what-if workbench: two scenarios of one place, compared draw by draw; ranges always, assumptions beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.forecasting import charts, queries, workbench
from lachan.forecasting.charts.numbers import between, number
from lachan.forecasting.engines.whatif import BadScenario, Difference, Ranges
from lachan.forecasting.engines.whatif.assumptions import Assumption, Floats, raw
from lachan.forecasting.facts import REPLAY
from lachan.forecasting.workbench import Beginning, Busy, Compared, TooLong
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID
from lachan.web.parts.forecast import words
from lachan.web.parts.forecast.ask import SOURCES, home_of
from lachan.web.parts.forecast.assumed import told
from lachan.web.parts.forecast.scenario import ScenarioForm, notes_of, said_of
from lachan.web.reading import actor_for, plainly

DRAWN: Final = ("reported", "in_hospital", "icu", "deaths")
LISTED: Final = ("infections", "reported", "admissions", "in_hospital", "icu", "oxygen", "deaths")
EVERY: Final = 3  # days: what is drawn of a daily course
PACE_DAYS: Final = 7


@require_http_methods(["GET", "POST"])
@needs("forecast.read")
def page(request: HttpRequest) -> HttpResponse:
    """The form with what the place begins from; after a press the same with what came out. Nothing is stored."""
    actor = actor_for(request)
    asked = request.POST if request.method == "POST" else request.GET
    area_id = _number(asked.get("area", "")) or home_of(actor)
    source = SOURCES.get(asked.get("source", ""), SOURCES["register"])
    area = places.area(area_id)
    if area is None:
        raise Http404
    with plainly():
        begun = workbench.beginning(actor, area_id, source=source, today=timezone.localdate())
    given = request.POST if request.method == "POST" else None
    form = ScenarioForm(given, beginning=begun, pace=_pace(begun))
    context: dict[str, Any] = {
        "form": form, "area": area, "name": area.full_name if area.level else _("Viet Nam"), "begun": begun,
        "why": words.why(begun.reason) if begun.reason else "", "source": "replay" if source == REPLAY else "register",
        "places": _places(actor), "weekly": sum(begun.cases[-7:]),
        "structure": [said_of(row) for row in raw()["structure"]],
        "limit": round(workbench.LIMIT_S), "last": begun.start - timedelta(days=1),
    }  # fmt: skip
    status = 200
    if given is not None:
        status = _answer(form, context)
    return render(request, "web/forecast/whatif.html", context, status=status)


def _answer(form: ScenarioForm, context: dict[str, Any]) -> int:
    """Work out a valid form into the context; the status of the page."""
    if not form.is_valid():
        return 422
    try:
        found = workbench.compared(form.scenario("a"), form.scenario("b"))
    except BadScenario as fault:
        context["problem"] = (_("These scenarios cannot be worked out"), str(fault))
        return 422
    except Busy:
        context["problem"] = (
            _("Another what-if is being worked out"),
            _("Wait half a minute, then press again; what you filled in is kept."),
        )
        return 503
    except TooLong:
        context["problem"] = (
            _("This took too long and was stopped"),
            _("Choose fewer days, or work it out on the command line: lachan forecast whatif."),
        )
        return 503
    context["found"] = _found(found)
    return 200


def _found(found: Compared) -> dict[str, Any]:
    first, second = found.ranges
    known = raw()["measures"]
    notes = list(dict.fromkeys((*first.notes, *second.notes)))
    return {
        "charts": [
            (name, charts.ranges(
                {one.name: _bands(one.days, one.measures[name]) for one in found.ranges},
                unit=str(words.unit(known[name]["unit"])), title=_title(name),
            ))
            for name in DRAWN
        ],
        "apart": charts.line(
            _points(found.difference, "reported"), unit=str(words.unit(known["reported"]["unit"])), at=0.0,
            title=_("{second} minus {first}: reported cases").format(second=second.name, first=first.name),
            measure="cases",
        ),
        "names": (first.name, second.name),
        "totals": [_total(name, first, second, found.difference) for name in LISTED],
        "said": _said(found),
        "notes": notes_of(tuple(notes)) + ([] if found.difference.paired else [_unpaired()]),
        "assumptions": [told(row) for row in found.scenarios[0].assumptions() if not _differs(row)],
        "own": [(one.name, [told(row) for row in one.assumptions() if _differs(row)]) for one in found.scenarios],
        "seconds": number(found.seconds, 1), "draws": number(found.scenarios[0].draws),
    }  # fmt: skip


def _differs(row: Assumption) -> bool:
    """What a scenario has of its own: its measures and doses."""
    return row.field.startswith("measures.") or row.field == "doses"


def _unpaired() -> str:
    return _("The scenarios did not begin from the same draws: their difference is only rough.")


def _title(name: str) -> str:
    text = said_of(raw()["measures"][name])
    return text[:1].upper() + text[1:]


def _bands(days: Any, values: Floats) -> list[charts.Band]:
    """Every third day up to the last one."""
    at = range((len(days) - 1) % EVERY, len(days), EVERY)
    return [charts.Band(days[n].astype(date), *(round(float(value), 2) for value in values[:, n])) for n in at]


def _points(found: Difference, name: str) -> list[charts.Point]:
    values = found.measures[name]
    at = range((len(found.days) - 1) % EVERY, len(found.days), EVERY)
    return [
        charts.Point(
            found.days[n].astype(date), *(round(float(values[level, n]), 1) for level in (2, 0, 4))
        )
        for n in at
    ]  # fmt: skip


def _total(name: str, first: Ranges, second: Ranges, apart: Difference) -> dict[str, Any]:
    known = raw()["measures"][name]
    peak = known["total"] == "peak"
    return {
        "name": _title(name),
        "what": _("highest day, {unit}").format(unit=words.unit(known["unit"])) if peak else _("sum"),
        "first": _outer(first.totals[name]), "second": _outer(second.totals[name]),
        "apart": _signed(apart.totals[name]), "less": _percent(apart.less[name]),
    }  # fmt: skip


def _outer(values: Floats) -> str:
    return between(round(float(values[0])), round(float(values[4])))


def _signed(values: Floats) -> str:
    """Nine tenths of a difference; each end with its sign."""
    low, high = round(float(values[0])), round(float(values[4]))
    signs = [("+" if end > 0 else "−" if end < 0 else "") + number(abs(end)) for end in (low, high)]
    return _("{low} to {high}").format(low=signs[0], high=signs[1])


def _said(found: Compared) -> list[str]:
    """What the comparison says, in sentences; no single number stands alone."""
    first, second = found.ranges
    lines = []
    for name in ("reported", "deaths"):
        low, high = (round(float(found.difference.totals[name][level])) for level in (0, 4))
        what = said_of(raw()["measures"][name])
        lines.append(
            _(
                "{second} against {first}, {what}: fewer in {percent} % of the draws; "
                "the difference is {low} to {high} in nine of ten."
            ).format(
                second=second.name, first=first.name, what=what, percent=_percent(found.difference.less[name]),
                low=_plus(low), high=_plus(high),
            )
        )  # fmt: skip
    return lines


def _plus(value: int) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + number(abs(value))


def _pace(begun: Beginning) -> int:
    """First doses a day in the last week the register knows."""
    since = (begun.start - timedelta(days=PACE_DAYS)).isoformat()
    return round(sum(row["count"] for row in begun.given if row["dose"] == 1 and row["day"] >= since) / PACE_DAYS)


def _places(actor: Actor) -> Sequence[AreaFact]:
    """Places to choose from: the provinces for whoever sees the nation, else communes of one's own area."""
    home = places.area(home_of(actor))
    today = timezone.localdate()
    if home is None or home.level == COMMUNE:
        return []
    below = places.provinces(today) if home.id == COUNTRY_ID else places.communes(home.id, today)
    return [area for area in (home, *below) if queries.may_see(actor, area.id)]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None


def _percent(share: float) -> str:
    """A share of the draws; all of them only where it is all."""
    return number(min(round(100 * share), 99) if share < 1 else 100)
