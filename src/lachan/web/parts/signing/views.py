"""The head's queue: days with unsigned doses, the list of one, one gesture for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.certificates import follower
from lachan.certificates.operations import signatures
from lachan.certificates.queries import signing
from lachan.immunization.queries import products
from lachan.immunization.queries.published import DayDose
from lachan.kernel.errors import Problem
from lachan.kernel.ids import new_id
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.web.parts.people.reached import WAYS, acting

BACK = timedelta(days=730)  # nothing a debt meter still names is out of the reach of who owes it
LATE_DAYS = 1  # after the day itself: people wait for what opens a border
VERB = signatures.VERB


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the queue."""

    row: signing.SigningDay
    place: str
    age: int

    @property
    def late(self) -> bool:
        return self.age > LATE_DAYS


@dataclass(frozen=True, slots=True)
class Line:
    """A dose in the list."""

    dose: DayDose
    person: PersonFacts | None
    product: str


@dataclass(frozen=True, slots=True)
class Part:
    """Doses of one product and lot: what a head compares with the vials."""

    product: str
    lot: str
    doses: int


@require_GET
@needs(VERB)
def days(request: HttpRequest) -> HttpResponse:
    """Days of the actor's facilities that have unsigned doses, the oldest first."""
    actor = acting(request)
    today = timezone.localdate()
    facilities = _facilities(actor)
    found = signing.days(facilities, today - BACK)
    waiting = [Day(row, _place(row.facility_id), (today - row.day).days) for row in found if row.unsigned]
    last = signing.gestures(facilities[0]) if len(facilities) == 1 else []
    context = {
        "days": waiting,
        "doses": sum(day.row.unsigned for day in waiting),
        "late": sum(day.row.unsigned for day in waiting if day.late),
        "several": len(facilities) > 1,
        "gestures": last,
        "follower_since": follower.waiting_since(),
        "span": _span(waiting) if len({day.row.facility_id for day in waiting}) == 1 and len(waiting) > 1 else None,
        "now": timezone.now(),
    }
    return render(request, "web/signing/days.html", context)


@require_GET
@needs(VERB)
def doses(request: HttpRequest, facility_id: int) -> HttpResponse:
    """The list of one or more days, whole, with everything its signer answers for."""
    actor = acting(request)
    if facility_id not in _facilities(actor):
        raise PermissionDenied
    first, last = _days(request)
    return _list(request, actor, facility_id, first, last)


@require_POST
@needs(VERB)
def sign(request: HttpRequest, facility_id: int) -> HttpResponse:
    """One gesture: everything on the list but what was unticked."""
    actor = acting(request)
    first, last = _days(request)
    listed, ticked = _ids(request, "listed"), _ids(request, "dose")
    try:
        done = signatures.sign_days(
            facility_id, first, last, batch_id=_command_id(request), seen=request.POST.get("seen", "")[:64],
            without=listed - ticked, actor=actor, now=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        if problem.code == "forbidden":
            raise PermissionDenied from None
        text = {
            "list_changed": _("Doses were added or corrected meanwhile. Read the list again, then sign it."),
            "nothing_to_sign": _("Nothing on this list is ticked."),
        }[problem.code]
        messages.error(request, text)
        if request.method == "POST" and problem.code == "nothing_to_sign":
            return _list(request, actor, facility_id, first, last, status=422)
        return redirect(f"/signing/{facility_id}/?from={first}&to={last}")
    said = ngettext("{n} dose signed.", "{n} doses signed.", done.doses).format(n=done.doses)
    if done.left:
        said += " " + ngettext("{n} stays unsigned.", "{n} stay unsigned.", done.left).format(n=done.left)
    messages.success(request, said + " " + _("The certificates are being made."))
    return redirect("signing")


@require_GET
@needs(VERB)
def progress(request: HttpRequest) -> HttpResponse:
    """How far the certificates have come; asked by the page while some are being made."""
    return render(
        request, "web/signing/progress.html", {"follower_since": follower.waiting_since(), "now": timezone.now()}
    )


def _list(
    request: HttpRequest, actor: Actor, facility_id: int, first: date, last: date, status: int = 200
) -> HttpResponse:
    found = signatures.unsigned(facility_id, first, last)
    people = persons({dose.person_id for dose in found})
    names = {product.id: product.short_name for product in products()}
    log_looks(actor, sorted(people), WAYS["signing"], "list", timezone.now())
    lines = [Line(dose, people.get(dose.person_id), names.get(dose.product_id, "")) for dose in found]
    context = {
        "lines": lines,
        "parts": _parts(lines),
        "place": _place(facility_id),
        "facility_id": facility_id,
        "first": first,
        "last": last,
        "seen": signatures.digest_of(found),
        "full": len(found) == signatures.MOST,
        "command_id": new_id(),
    }
    return render(request, "web/signing/list.html", context, status=status)


def _parts(lines: list[Line]) -> list[Part]:
    counts: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.product, line.dose.lot_number)
        counts[key] = counts.get(key, 0) + 1
    return [Part(product, lot, count) for (product, lot), count in sorted(counts.items())]


def _facilities(actor: Actor) -> list[int]:
    """Facilities the actor signs for: heads have one, rarely two."""
    return scopes.facility_array(actor, VERB) or []


def _place(facility_id: int) -> str:
    facility = places.facility(facility_id)
    return facility.name if facility is not None else ""


def _span(waiting: list[Day]) -> tuple[int, date, date]:
    return waiting[0].row.facility_id, waiting[0].row.day, waiting[-1].row.day


def _days(request: HttpRequest) -> tuple[date, date]:
    asked = request.POST if request.method == "POST" else request.GET
    first = _day(asked.get("from", "")) or timezone.localdate()
    last = _day(asked.get("to", "")) or first
    return (first, last) if first <= last else (last, first)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None


def _ids(request: HttpRequest, name: str) -> set[UUID]:
    found = set()
    for text in request.POST.getlist(name)[: signatures.MOST]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _command_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("command_id", ""))
    except ValueError:
        return new_id()
