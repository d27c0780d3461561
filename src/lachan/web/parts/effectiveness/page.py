"""Vaccine effectiveness of nation and province: two designs beside each other, with what speaks against them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.analytics.epidemic.definitions import indicator
from lachan.analytics.maps import map_on
from lachan.forecasting.effectiveness import queries, sentences
from lachan.forecasting.effectiveness.facts import OUTCOMES
from lachan.forecasting.facts import CannotSay
from lachan.forecasting.sentences import SENTENCES
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COUNTRY_ID, PROVINCE
from lachan.web.parts.effectiveness import drawn
from lachan.web.parts.picture.address import day_of
from lachan.web.reading import actor_for, plainly

BEGINNING: Final = date(2020, 1, 23)  # first cases in Vietnam


@dataclass(frozen=True, slots=True)
class Ask:
    """``as_of``: only what was known on that day; None: what is known now."""

    area_id: int
    outcome: str
    as_of: date | None

    @property
    def address(self) -> str:
        parts = {
            "outcome": "" if self.outcome == OUTCOMES[0] else self.outcome,
            "as_of": self.as_of.isoformat() if self.as_of else "",
        }
        query = urlencode({key: value for key, value in parts.items() if value})
        return reverse("effectiveness-area", args=[self.area_id]) + (f"?{query}" if query else "")


@require_GET
@needs("epidemic.read")
def home(request: HttpRequest) -> HttpResponse:
    """To the widest place the reader has."""
    found = reach.home(actor_for(request), queries.VERB)
    if found is None:
        raise PermissionDenied
    return HttpResponseRedirect(_ask(request, found.id).address)


@gzip_page
@require_GET
@needs("epidemic.read")
def page(request: HttpRequest, area_id: int) -> HttpResponse:
    """One place. Three statements for the nation, two for a province, however many provinces and states there are."""
    actor, ask, today = actor_for(request), _ask(request, area_id), timezone.localdate()
    with plainly():
        found = queries.found(actor, area_id, ask.outcome, today=today, as_of=ask.as_of)
        days = queries.days(actor, area_id)
        below = _below(actor, ask, today) if area_id == COUNTRY_ID else None
    area = places.area(area_id)
    assert area is not None
    made = None if isinstance(found, CannotSay) else next(iter(found.values()))
    said = {} if isinstance(found, CannotSay) else found
    language = get_language() or "vi"
    what = indicator("effectiveness")
    context = {
        "ask": ask, "area": area, "name": _name(area), "path": _path(actor, ask, area), "made": made, "days": days,
        "outcomes": [
            (name, replace(ask, outcome=code).address, code == ask.outcome) for code, name in sentences.OUTCOMES.items()
        ],
        "outcome": sentences.OUTCOMES[ask.outcome],
        "why_not": SENTENCES[found.reason] if isinstance(found, CannotSay) else "",
        "nothing": _nothing(said), "chart": drawn.chart(said) if said else None,
        "reading": drawn.reading(said, ask.outcome), "biases": drawn.biases(said), "below": below,
        "columns": [sentences.STATES[code] for code in drawn.SHOWN],
        "about": {"name": what.name(language), "text": what.definition(language), "basis": what.basis(language)},
    }  # fmt: skip
    return render(request, "web/effectiveness/page.html", context)


def _ask(request: HttpRequest, area_id: int) -> Ask:
    outcome = request.GET.get("outcome", "")
    day = day_of(request.GET.get("as_of", ""), BEGINNING, timezone.localdate())
    return Ask(area_id, outcome if outcome in OUTCOMES else OUTCOMES[0], day)


def _nothing(found: queries.Designs) -> list[tuple[Any, Any]]:
    """Designs that can say nothing at all, each with the reason."""
    return [
        (sentences.DESIGNS[design], sentences.why(one.why_not) if one.why_not else _("for each state another reason"))
        for design, one in found.items()
        if not one.said
    ]


def _below(actor: Actor, ask: Ask, today: date) -> drawn.Below | None:
    of = map_on(ask.as_of or today)
    found = queries.below(actor, ask.outcome, of=of, as_of=ask.as_of)
    if not found:
        return None
    return drawn.below(
        [
            (area.full_name, replace(ask, area_id=area.id).address, found[area.id])
            for area in places.provinces(of.day)
            if area.id in found
        ]
    )


def _name(area: AreaFact) -> str:
    return area.full_name if area.level else str(_("Viet Nam"))


def _path(actor: Actor, ask: Ask, area: AreaFact) -> list[tuple[str, str]]:
    """The way up, as far as the reader may see."""
    above = [step for step in reversed(places.path(area.id)) if step.id != area.id and step.level == PROVINCE]
    steps = [(_name(step), replace(ask, area_id=step.id).address) for step in above if queries.may_see(actor, step.id)]
    if area.level and queries.may_see(actor, COUNTRY_ID):
        steps.insert(0, (str(_("Viet Nam")), replace(ask, area_id=COUNTRY_ID).address))
    return steps
