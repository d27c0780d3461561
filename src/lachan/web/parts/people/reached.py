"""How somebody came to a person's record, and under which purpose the look is logged.

Who presented a document is served from anywhere in the country. That opens one record for one sitting: it is kept in
the session of the person at the desk, for half an hour, and cannot be claimed by an address.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.access import scopes
from lachan.access.actors import Actor, actor_of
from lachan.access.operations import SERVED

SERVED_FOR_S: Final = 1_800
MOST: Final = 60
_KEY: Final = "people_served"

# Purposes as they stand in the log, by the way someone came; shown in the reader's language.
WAYS: Final = {
    "search": "found by name",
    "worklist": "worklist",
    "registered": "registration",
    "duplicates": "duplicates",
    "signing": "signing of the day",
    "": "opened by address",
}

RECEIVED: Final = "received at the own station"  # came from the board, where the address says nothing

# What someone may state before numbers and telephone numbers are shown in full.
PURPOSES: Final[dict[str, str | Promise]] = {
    "compare with the document": _("Compare with the document in hand"),
    "call the person": _("Call the person or the guardian"),
    "correct the record": _("Correct the record"),
    "answer the person": _("Answer a question of the person"),
    "audit": _("Audit"),
}

PURPOSE_WORDS: Final[dict[str, str | Promise]] = {
    **PURPOSES,
    SERVED: _("served at the door"),
    "found by name": _("found by name"),
    "worklist": _("worklist"),
    "duplicates": _("looking for people who are there twice"),
    RECEIVED: _("received at the own station"),
    "registration": _("registration"),
    "opened by address": _("opened by address"),
    "repair list": _("to mend the record"),
    "correction": _("to answer a request for a correction"),
    "health declarations": _("to look after those who may be ill"),
    "following cases of illness": _("to follow cases of illness"),
    "contact tracing": _("to call and follow contacts of a case"),
    "outbreak investigation": _("to investigate an outbreak"),
    "report to the authority above": _("to report to the authority above"),
    "signing of the day": _("to sign the doses of the day"),
    "printing of the day": _("to print the certificates of the day"),
}

WHAT_WORDS: Final[dict[str, str | Promise]] = {
    "page": _("the page"),
    "identifier": _("numbers and contacts in full"),
    "search": _("search result"),
    "possible match": _("shown as a possible match"),
    "slip": _("the slip with the provisional number"),
    "worklist": _("an entry of the worklist"),
    "repair list": _("the list of records to be mended"),
    "corrections": _("a request for a correction"),
    "calls": _("the list of calls"),
    "tracing": _("the history as a contact"),
    "handovers": _("the list of hand-overs"),
    "photo": _("a photo sent with a request"),
    "certificates": _("the certificates"),
    "declarations": _("health declarations"),
    "case": _("a case of illness"),
    "list of cases": _("the list of cases"),
    "line list": _("the list of contacts under watch"),
    "list of a case": _("the contacts of a case"),
    "why on a list": _("why somebody is on a list or is not"),
    "exported line list": _("a list, as a file"),
    "list of orders": _("the list of orders"),
    "printed orders": _("orders, printed"),
    "printed certificates": _("certificates, printed"),
}


def acting(request: HttpRequest) -> Actor:
    """The actor behind a guarded page."""
    actor = actor_of(request)
    if actor is None:  # the door lets nobody through without one
        raise PermissionDenied
    return actor


def serve(request: HttpRequest, person_ids: Iterable[UUID]) -> None:
    """Remember that these people's documents were presented, or that they were compared with who stands here."""
    now = time.time()
    known: dict[str, float] = {k: at for k, at in request.session.get(_KEY, {}).items() if now - at < SERVED_FOR_S}
    known |= {str(person_id): now for person_id in person_ids}
    request.session[_KEY] = dict(sorted(known.items(), key=lambda entry: -entry[1])[:MOST])


def purpose_of(request: HttpRequest, person_id: UUID, residence_id: int | None, seen_at: Iterable[int]) -> str:
    """Under which purpose this record may be opened; "" when it may not."""
    actor = acting(request)
    at = request.session.get(_KEY, {}).get(str(person_id), 0.0)
    served = time.time() - at < SERVED_FOR_S and scopes.may_serve(actor)
    if served:
        return SERVED
    if not scopes.may_open_person(actor, residence_id=residence_id, seen_at=seen_at):
        return ""
    way = request.GET.get("from", "")
    if way in WAYS and way:
        return WAYS[way]
    mine = scopes.facility_ids(actor, "person.read")
    return RECEIVED if mine is not None and not mine.isdisjoint(seen_at) else WAYS[""]
