"""Certificates of one's own: listed, shown full screen, on paper and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.certificates import paper
from lachan.certificates.codecs import qr, shc
from lachan.certificates.operations.renewal import health_card_of
from lachan.certificates.queries.cards import CardFacts, cards_of, wire
from lachan.certificates.queries.printables import printables
from lachan.immunization.queries.published import CountingDose, doses_that_count
from lachan.kernel.database import hot_cursor
from lachan.people.facts import PersonFacts
from lachan.people.self_service import sessions
from lachan.web.parts.cards import words
from lachan.web.person_door import Visitor, draw, here, needs_person

# Level M: at the size of a telephone's width the modules stay large, and a cracked screen is borne.
LEVEL: Final[qr.Level] = "M"


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as its row shows it. ``state``: current, over (its time has run out), superseded or revoked."""

    id: UUID
    kind: str
    name: str
    purpose: str
    state: str
    why: str
    issued_at: datetime
    valid_until: datetime


@require_GET
@needs_person
def certificates(request: HttpRequest) -> HttpResponse:
    """Certificates of whose record is shown: those to show first, those that ended with the reason."""
    visitor = here(request)
    cards = cards_of([visitor.showing_id]).get(visitor.showing_id, [])
    with hot_cursor() as cursor:
        doses = doses_that_count(cursor, [visitor.showing_id])
    shown = [_shown(card, timezone.now()) for card in cards]
    current = sorted(
        (one for one in shown if one.state == "current"), key=lambda one: list(words.KINDS).index(one.kind)
    )
    return draw(
        request, "web/me/certificates.html", "certificates", cards=current,
        ended=[one for one in shown if one.state != "current"], waiting=_waiting(cards, doses), doses=doses,
        may_ask=bool(doses) and all(one.kind != "shc" for one in current),
    )  # fmt: skip


@require_GET
@needs_person
def full_screen(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """The code large on white, with name and birth date: what somebody at a door looks at. Works without script."""
    visitor = here(request)
    card, person = _own(visitor, card_id)
    return draw(
        request, "web/me/full_screen.html", "certificates", card=_shown(card, timezone.now()), person=person,
        codes=[_picture(text) for text in _texts(card)],
    )  # fmt: skip


@require_GET
@needs_person
def on_paper(request: HttpRequest, card_id: UUID, sheet: str) -> HttpResponse:
    """The certificate as a PDF: a page of A4 to fold, or in pocket size."""
    card, _person = _own(here(request), card_id)
    form = next((form for form in get_args(paper.Form) if form == sheet), None)
    if form is None:
        raise Http404
    drawn = paper.draw(printables([(card.person_id, card.id)]), form=form)
    return _download(drawn, "application/pdf", f"giay-xac-nhan-{sheet}.pdf")


@require_GET
@needs_person
def health_card_file(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """A SMART Health Card as wallets of telephones take it."""
    card, _person = _own(here(request), card_id)
    text = wire(card.person_id, card.id)
    if card.kind != "shc" or text is None:
        raise Http404
    return _download(shc.file(text), shc.MEDIA_TYPE, "giay-xac-nhan.smart-health-card")


@require_POST
@needs_person
def ask_health_card(request: HttpRequest) -> HttpResponse:
    """A SMART Health Card, which is made for whoever wants one."""
    if health_card_of(here(request).showing_id, now=timezone.now()) is None:
        messages.warning(request, _("There is none yet: the head of the station has not signed the dose so far."))
    return redirect("me-certificates")


def _own(visitor: Visitor, card_id: UUID) -> tuple[CardFacts, PersonFacts]:
    """A card of the household and whose it is; Http404 for anybody else's, as for one that is not there."""
    for person_id, cards in cards_of(visitor.own).items():
        for card in cards:
            if card.id == card_id:
                return card, visitor.member(person_id)
    sessions.asked_for_anothers(visitor.session_id, timezone.now())
    raise Http404


def _texts(card: CardFacts) -> list[str]:
    text = wire(card.person_id, card.id)
    if text is None:
        raise Http404
    return shc.qr_texts(text) if card.kind == "shc" else [text]


def _picture(text: str) -> SafeString:
    return mark_safe(qr.svg(text, LEVEL))


def _shown(card: CardFacts, now: datetime) -> Shown:
    name, purpose = words.KINDS[card.kind]
    return Shown(
        card.id, card.kind, str(name), str(purpose), words.state_of(card, now), words.why_of(card, now), card.issued_at,
        card.valid_until,
    )  # fmt: skip


def _waiting(cards: list[CardFacts], doses: list[CountingDose]) -> CountingDose | None:
    """The latest dose while no vaccine passport is about it: the head of the station has yet to sign it. For what was
    given elsewhere whoever gave it vouches."""
    latest = max((dose for dose in doses if dose.source == "here"), key=lambda dose: dose.number, default=None)
    if latest is None or any(c.kind == "hcert" and c.state == "current" and c.dose_id == latest.id for c in cards):
        return None
    return latest


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
