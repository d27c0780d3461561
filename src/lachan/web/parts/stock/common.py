"""What every page of the stock book begins with: whose book it is, who may write in it, and how an entry is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.desk import command_id, happened_at

SOON = timedelta(days=30)  # expires so soon: shown
MOST_STATIONS = 400
WRITING = ("stock.move", "stock.count", "stock.explain", "transfer.send", "transfer.receive", "vial.open", "gtin.teach")


def facility_asked(request: HttpRequest, actor: Actor, verb: str) -> FacilityRow:
    """The facility named in the call, or the actor's only one; 404 for one out of reach or when it is not clear."""
    found = facility_or_none(request, actor, verb)
    if found is None:
        raise Http404
    return found


def facility_or_none(request: HttpRequest, actor: Actor, verb: str) -> FacilityRow | None:
    """The same; None when none is named and there are several."""
    code = request.POST.get("facility") or request.GET.get("facility") or ""
    if code:
        row = places.facilities_by_code([code[:40]]).get(code[:40])
        if row is None or not scopes.facility_in_scope(actor, row.id, verb):
            raise Http404
        return row
    scope = scopes.facility_ids(actor, verb)
    if scope is not None and len(scope) == 1:
        return places.facility_table().get(next(iter(scope)))
    return None


def facilities_of(actor: Actor, verb: str) -> list[FacilityRow]:
    """Where the actor may do it, one's own station first."""
    scope, table = scopes.facility_ids(actor, verb), places.facility_table()
    rows = [table[one] for one in scope if one in table] if scope is not None else []
    return sorted(rows, key=lambda row: (row.kind != "station", row.name))[:MOST_STATIONS]


def rights_at(actor: Actor, facility_id: int) -> dict[str, bool]:
    """What the actor may write here, by verb with an underscore for the template."""
    return {verb.replace(".", "_"): scopes.may_at(actor, verb, facility_id) for verb in WRITING}


def send_all(request: HttpRequest, actor: Actor, wanted: Sequence[tuple[str, dict[str, Any]]]) -> list[Outcome]:
    """Send entries of one form. The first carries the page's own command id, the others ids made from it, so that a
    form sent twice is entered once."""
    now = timezone.now()
    first, at = command_id(request), happened_at(request, now)
    commands = [
        Command(first if number == 0 else UUID(int=(first.int + number) % (1 << 128)), verb, at, body)
        for number, (verb, body) in enumerate(wanted)
    ]
    return execute(commands, actor=actor, now=now)


def to_stock(facility: FacilityRow) -> HttpResponse:
    """Back to the book of the facility."""
    response = redirect("stock")
    response["Location"] = f"{reverse('stock')}?facility={facility.code}"
    return response


def page(facility: FacilityRow, **more: Any) -> dict[str, Any]:
    """What a form page needs."""
    return {"facility": facility, "command_id": new_id(), "now": timezone.now(), **more}


def whole(text: str) -> int | None:
    """A number of doses as it is typed: 1.170 and 1,170 are one thousand one hundred and seventy."""
    digits = text.strip().replace(".", "").replace(",", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 7 else None
