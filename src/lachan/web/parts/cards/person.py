"""The certificates of one person: what stands, what ended and why, how long each took; on paper with one press."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.certificates.queries.cards import CardFacts, cards_of
from lachan.web.parts.cards import sheets, words
from lachan.web.parts.people.person import Opened, opens
from lachan.web.parts.people.reached import acting
from lachan.web.words import span


@dataclass(frozen=True, slots=True)
class Line:
    """A card as the page shows it. ``state``: current, over (its time has run out), superseded or revoked; ``waited``:
    from the fact that made it due."""

    card: CardFacts
    kind: str
    state: str
    why: str
    cause: str
    waited: str

    @property
    def short(self) -> str:
        """The identifier without what all have in common: it fits a phone."""
        return self.card.identifier.rpartition(":")[2]


@require_GET
@needs(sheets.READ)
@opens("cards")
def page(request: HttpRequest, person_id: UUID, opened: Opened) -> HttpResponse:
    """Every card of the person, what stands first; the look is logged."""
    actor, now = acting(request), timezone.now()
    log_looks(actor, [person_id], opened.purpose, sheets.SHOWN, now)
    lines = [_line(card, now) for card in cards_of([person_id]).get(person_id, [])]
    order = list(words.KINDS)
    context = {
        "person": opened.profile.person,
        "standing": sorted(
            (line for line in lines if line.state == "current"), key=lambda line: order.index(line.card.kind)
        ),
        "ended": [line for line in lines if line.state != "current"],
        "may_print": may(actor, sheets.PRINT),
        "has_doses": any(dose.status == "active" for dose in opened.history.doses),
    }
    return render(request, "web/cards/person.html", context)


@require_POST
@needs(sheets.PRINT)
@opens("cards")
def printed(request: HttpRequest, person_id: UUID, opened: Opened) -> HttpResponse:
    """One card that stands, as a PDF."""
    choice, now = sheets.chosen(request), timezone.now()
    mine = [card for card in cards_of([person_id]).get(person_id, []) if words.state_of(card, now) == "current"]
    card = next((card for card in mine if str(card.id) == request.POST.get("card", "")), None)
    answer = None
    if choice is not None and card is not None:
        log_looks(acting(request), [person_id], opened.purpose, sheets.PRINTED, now)
        answer = sheets.pdf([(person_id, card.id)], *choice, f"certificate-{choice[0]}.pdf")
    if answer is None:
        messages.warning(request, _("That certificate does not stand any more. The list below is as it is now."))
        return redirect("cards", person_id=person_id)
    return answer


def _line(card: CardFacts, now: datetime) -> Line:
    cause, waited = str(words.CAUSES.get(card.cause, "")), span(card.issued_at - card.cause_at)
    kind = str(words.KINDS[card.kind][0])
    return Line(card, kind, words.state_of(card, now), words.why_of(card, now), cause, waited)
