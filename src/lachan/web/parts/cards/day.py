"""A station prints its day: the certificates about doses given on a day, as one PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.certificates import follower
from lachan.certificates.paper import MOST_CARDS
from lachan.certificates.queries import signing
from lachan.certificates.queries.cards import MOST_PRINTED, CardFacts, cards_of, print_list
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.web.parts.cards import sheets
from lachan.web.parts.people.reached import acting
from lachan.web.words import span

SOON: Final = timedelta(seconds=5)  # what waits for less is there when the list has been read
MOST_PLACES: Final = 200  # stations with doses that day, shown to an officer


@dataclass(frozen=True, slots=True)
class Part:
    """One PDF of a day that is longer than a PDF may be."""

    number: int
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate in the list."""

    card: CardFacts
    person: PersonFacts
    waited: str


@dataclass(frozen=True, slots=True)
class Station:
    """A station an officer may print for."""

    id: int
    name: str
    row: signing.SigningDay


@require_GET
@needs(sheets.PRINT)
def page(request: HttpRequest) -> HttpResponse:
    """The list of a station's day with one button; officers choose the station first."""
    actor = acting(request)
    facility_id, on = _place(request.GET, actor), _day(request.GET.get("day", ""))
    if facility_id is None:
        return _stations(request, actor, on)
    wanted = print_list(facility_id, on)
    parts = _parts(len(wanted))
    part = _part(parts, request.GET.get("part", ""))
    lines = _lines(actor, wanted[part.first - 1 : part.last]) if part is not None else []
    rows = signing.days([facility_id], on)
    since, now = follower.waiting_since(), timezone.now()
    context = {
        "place": _name(facility_id),
        "facility_id": facility_id,
        "day": on,
        "several": len(scopes.facility_array(actor, sheets.PRINT) or []) > 1,
        "row": next((row for row in rows if row.day == on), None),
        "count": len(wanted),
        "full": len(wanted) == MOST_PRINTED,
        "lines": lines,
        "part": part,
        "parts": parts,
        "may_sign": scopes.may_at(actor, "day.sign", facility_id),
        "to_sign": f"{reverse('signing-list', args=[facility_id])}?from={on}",
        "being_made": since if since is not None and now - since > SOON else None,
        "now": now,
    }
    return render(request, "web/cards/day.html", context)


@require_POST
@needs(sheets.PRINT)
def printed(request: HttpRequest) -> HttpResponse:
    """One part of the day as a PDF; the look at everybody in it is logged."""
    actor = acting(request)
    facility_id, on = _place(request.POST, actor), _day(request.POST.get("day", ""))
    choice = sheets.chosen(request)
    if facility_id is None or choice is None:
        return redirect("cards-day")
    wanted = print_list(facility_id, on)
    part = _part(_parts(len(wanted)), request.POST.get("part", ""))
    answer = None
    if part is not None:
        listed = wanted[part.first - 1 : part.last]
        log_looks(actor, sorted({person for person, _card in listed}), sheets.PURPOSE, sheets.PRINTED, timezone.now())
        answer = sheets.pdf(listed, *choice, f"certificates-{on:%Y-%m-%d}-{part.number}.pdf")
    if answer is None:
        messages.warning(request, _("There is nothing to print for this day any more."))
        return redirect(f"/cards/day/?facility={facility_id}&day={on}")
    return answer


def _stations(request: HttpRequest, actor: Actor, on: date) -> HttpResponse:
    mine = scopes.facility_array(actor, sheets.PRINT) or []
    rows = [row for row in signing.days(mine, on) if row.day == on] if mine else []
    found = sorted((Station(row.facility_id, _name(row.facility_id), row) for row in rows), key=lambda one: one.name)
    context = {"stations": found[:MOST_PLACES], "more": len(found) - MOST_PLACES, "day": on}
    return render(request, "web/cards/stations.html", context)


def _lines(actor: Actor, listed: list[tuple[UUID, UUID]]) -> list[Line]:
    people = persons({person_id for person_id, _card in listed})
    log_looks(actor, sorted(people), sheets.PURPOSE, sheets.SHOWN, timezone.now())
    cards = {card.id: card for found in cards_of(people).values() for card in found}
    return [
        Line(cards[card_id], people[person_id], span(cards[card_id].issued_at - cards[card_id].cause_at))
        for person_id, card_id in listed
        if card_id in cards and person_id in people
    ]


def _parts(count: int) -> list[Part]:
    starts = range(0, count, MOST_CARDS)
    return [Part(number, at + 1, min(at + MOST_CARDS, count)) for number, at in enumerate(starts, 1)]


def _part(parts: list[Part], asked: str) -> Part | None:
    return next((part for part in parts if str(part.number) == asked), parts[0] if parts else None)


def _place(sent: QueryDict, actor: Actor) -> int | None:
    """The station asked for, or the actor's only one; None: they have several and named none."""
    mine = scopes.facility_array(actor, sheets.PRINT) or []
    text = sent.get("facility", "")
    if not text:
        return mine[0] if len(mine) == 1 else None
    facility_id = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if facility_id not in mine:
        raise PermissionDenied
    return facility_id


def _name(facility_id: int) -> str:
    facility = places.facility(facility_id)
    return facility.name if facility is not None else ""


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return timezone.localdate()
