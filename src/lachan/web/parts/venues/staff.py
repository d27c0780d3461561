"""Venues of the places an officer answers for: the list, one of them, its devices."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, search_form
from lachan.places.venues import venue_by_code
from lachan.places.venues.kinds import kinds
from lachan.places.venues.queries import VenueFacts, contact_of, rooms_of, venues, venues_in
from lachan.tracing.visits import devices
from lachan.tracing.visits.charge import in_charge
from lachan.tracing.visits.queries import refused_today
from lachan.web.parts.board.desk import actor_here, command_id, happened_at

PAGE: Final = 100
MOST_COMMUNES: Final = 700  # offered in one list; somebody of a larger area chooses by name


@require_GET
@needs("venue.read")
def listing(request: HttpRequest) -> HttpResponse:
    """Venues by name within the actor's areas, a hundred a page."""
    actor = actor_here(request)
    text, kind = request.GET.get("q", "")[:80], request.GET.get("kind", "")
    closed = request.GET.get("show") == "closed"
    found = venues_in(
        scopes.area_ids(actor, "venue.read"), text, kind=kind if kind in kinds() else "", active=not closed,
        limit=PAGE + 1, after=_after(request),
    )  # fmt: skip
    shown = found[:PAGE]
    context = {
        "rows": [(venue, _kind(venue), places.address(venue.area_id)) for venue in shown], "q": text, "kind": kind,
        "kinds": _kinds(), "closed": closed, "more": shown[-1] if len(found) > PAGE else None,
        "may_register": _communes(actor) is not None,
    }  # fmt: skip
    return render(request, "web/venues/list.html", context)


def _after(request: HttpRequest) -> tuple[str, int]:
    """Where the page before ended: the venue whose code is given."""
    last = _named(request, "after")
    if last is None:
        return ("", 0)
    return (search_form(last.name), last.id)


def _named(request: HttpRequest, name: str) -> VenueFacts | None:
    """The venue whose code stands in the address, where it is one."""
    code = request.GET.get(name, "")[:12]
    return venue_by_code(code) if code else None


def _kind(venue: VenueFacts) -> str:
    kind = kinds().get(venue.kind)
    return kind.name(get_language() or "vi") if kind is not None else venue.kind


def _kinds() -> list[tuple[str, str]]:
    return [(kind.id, kind.name(get_language() or "vi")) for kind in kinds().values()]


def _communes(actor: Actor) -> list[AreaFact] | None:
    """Communes of today the actor may register venues in; None: none at all."""
    today = timezone.localdate()
    scope = scopes.area_ids(actor, "venue.register")
    if scope is None:
        return []
    found = [area for key in scope if (area := places.area(key)) and area.level == COMMUNE and area.valid(today)]
    return sorted(found, key=lambda area: area.search_name)[:MOST_COMMUNES] if found else None


class VenueForm(forms.Form):
    """What may be said of a venue again later."""

    name = forms.CharField(label=gettext_lazy("Name on the poster"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of venue"), choices=_kinds)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    closed = forms.ChoiceField(
        label=gettext_lazy("Space"),
        choices=[("yes", gettext_lazy("Closed space, shared air")), ("no", gettext_lazy("Open air"))],
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("People at once"), min_value=1, max_value=1_000_000, required=False
    )
    phone = forms.CharField(label=gettext_lazy("Telephone of whoever answers"), max_length=20, required=False)

    def body(self) -> dict[str, Any]:
        """The body of ``venue.change``: what was emptied is taken back."""
        return self.cleaned_data | {
            "closed": self.cleaned_data["closed"] == "yes", "capacity": self.cleaned_data["capacity"] or 0,
        }  # fmt: skip


class NewVenueForm(VenueForm):
    """What is asked about a new venue; most of it may be left to its kind."""

    area = forms.TypedChoiceField(label=gettext_lazy("Commune"), coerce=int)
    closed = forms.ChoiceField(
        label=gettext_lazy("Space"), required=False,
        choices=[("", gettext_lazy("As usual for its kind")), ("yes", gettext_lazy("Closed space, shared air")),
                 ("no", gettext_lazy("Open air"))],
    )  # fmt: skip
    stay_minutes = forms.IntegerField(
        label=gettext_lazy("Usual stay in minutes"), min_value=5, max_value=720, required=False
    )
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False)
    rotate_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Code"), coerce=int, required=False, empty_value=None,
        choices=[(0, gettext_lazy("One code, on a poster")), (5, gettext_lazy("Changes every 5 minutes, on a screen")),
                 (15, gettext_lazy("Changes every 15 minutes, on a screen")),
                 (60, gettext_lazy("Changes every hour, on a screen"))],
    )  # fmt: skip
    field_order = ("name", "kind", "area", "address", "closed", "capacity", "stay_minutes", "phone")

    def __init__(self, *args: Any, communes: list[AreaFact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [(area.id, area.full_name) for area in communes]  # type: ignore[attr-defined]

    def body(self) -> dict[str, Any]:
        """The body of ``venue.register``: what was left empty is left out."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return said | ({"closed": said["closed"] == "yes"} if "closed" in said else {})


@require_http_methods(["GET", "POST"])
@needs("venue.register")
def new(request: HttpRequest) -> HttpResponse:
    """Register a venue, or a room of one (``parent``)."""
    actor = actor_here(request)
    parent = _named(request, "parent")
    communes = _communes(actor) or []
    if parent is not None and (area := places.area(parent.area_id)) is not None:
        communes = [area]
    form = NewVenueForm(request.POST or None, communes=communes)
    if request.method == "POST" and form.is_valid():
        body = form.body() | ({"parent": parent.code} if parent is not None else {})
        outcome = _send(request, "venue.register", body)
        if outcome.status in (ACCEPTED, DUPLICATE) and outcome.params:
            if "code" in outcome.params:
                return redirect("venue", venue_code=outcome.params["code"])
            return redirect("venues")
        form.add_error(None, sentence(outcome.reason or "", outcome.params))
    context = {"form": form, "command_id": new_id(), "now": timezone.now(), "parent": parent}
    return render(request, "web/venues/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("venue.change")
def edit(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Change what is said of a venue."""
    venue = _in_charge_here(request, venue_code, "venue.change")
    said = venue._asdict() | {"closed": "yes" if venue.closed else "no", "phone": contact_of(venue.id)}
    form = VenueForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        outcome = _send(request, "venue.change", {"venue": venue.code} | form.body())
        if outcome.status in (ACCEPTED, DUPLICATE):
            messages.success(request, _("The venue is changed."))
            return redirect("venue", venue_code=venue.code)
        form.add_error(None, sentence(outcome.reason or "", outcome.params))
    context = {"form": form, "command_id": new_id(), "now": timezone.now(), "venue": venue}
    return render(request, "web/venues/form.html", context, status=422 if form.errors else 200)


def _send(request: HttpRequest, verb: str, body: dict[str, Any]) -> Outcome:
    """One command through the door; a form sent twice is one command."""
    now = timezone.now()
    command = Command(command_id(request), verb, happened_at(request, now), body)
    [outcome] = execute([command], actor=actor_here(request), now=now)
    return outcome


def venue_here(request: HttpRequest, venue_code: str) -> VenueFacts:
    """A venue within the actor's areas; 404 for one that is not there, 403 for another's."""
    venue = venue_by_code(venue_code)
    if venue is None:
        raise Http404
    if not scopes.area_in_scope(actor_here(request), venue.area_id, "venue.read"):
        raise PermissionDenied
    return venue


def _in_charge_here(request: HttpRequest, venue_code: str, verb: str) -> VenueFacts:
    """A venue the actor may do this at; 404 and 403 as above."""
    venue = venue_here(request, venue_code)
    if not in_charge(actor_here(request), venue, verb):
        raise PermissionDenied
    return venue


@require_GET
@needs("venue.read")
def one(request: HttpRequest, venue_code: str) -> HttpResponse:
    """A venue: what is known of it, its rooms, its devices."""
    return _page(request, venue_here(request, venue_code))


def _page(request: HttpRequest, venue: VenueFacts, *, made: devices.Made | None = None) -> HttpResponse:
    actor = actor_here(request)
    may_change, now = in_charge(actor, venue, "venue.change"), timezone.now()
    refused = refused_today(venue.id, now) if may_change else []
    context = {
        "venue": venue, "kind": _kind(venue), "address": places.address(venue.area_id),
        "parent": venues([venue.parent_id]).get(venue.parent_id) if venue.parent_id else None,
        "rooms": [(room, _kind(room)) for room in rooms_of(venue.id)], "stay": venue.stay // 60,
        "contact": contact_of(venue.id) if may_change else "", "devices": devices.devices_at(venue.id),
        "may_change": may_change, "made": made, "door": request.build_absolute_uri("/door/"), "now": now,
        "command_id": new_id(), "refused": [(sentence(reason, None), count) for reason, count in refused],
    }  # fmt: skip
    return render(request, "web/venues/one.html", context)


@require_POST
@needs("venue.change")
def change(request: HttpRequest, venue_code: str) -> HttpResponse:
    """A new code after a poster was stolen or copied: those of before are refused."""
    venue = _in_charge_here(request, venue_code, "venue.change")
    outcome = _send(request, "venue.change", {"venue": venue.code, "new_code": True})
    _say(request, outcome, _("Print the new poster now: codes of before are refused."))
    return redirect("venue", venue_code=venue.code)


@require_POST
@needs("venue.close")
def close(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Close a venue, or open it again."""
    venue = _in_charge_here(request, venue_code, "venue.close")
    outcome = _send(request, "venue.close", {"venue": venue.code, "reopen": not venue.active})
    _say(request, outcome, _("The venue is closed.") if venue.active else _("The venue is open again."))
    return redirect("venue", venue_code=venue.code)


def _say(request: HttpRequest, outcome: Outcome, good: str) -> None:
    if outcome.status in (ACCEPTED, DUPLICATE):
        messages.success(request, good)
    else:
        messages.error(request, sentence(outcome.reason or "", outcome.params))


@require_POST
@needs("venue.change")
def device(request: HttpRequest, venue_code: str) -> HttpResponse:
    """A device for the door of this venue and its rooms: the page shows its pairing code, once."""
    venue = _in_charge_here(request, venue_code, "venue.change")
    label = request.POST.get("label", "").strip()[:80] or venue.name
    served = [venue.id, *(room.id for room in rooms_of(venue.id))][: devices.MOST_VENUES]
    made = devices.make(label, served, actor_id=actor_here(request).id, now=timezone.now())
    response = _page(request, venue, made=made)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("venue.change")
def end_device(request: HttpRequest, venue_code: str, door_device_id: UUID) -> HttpResponse:
    """End a device that was lost, or is no longer at the door."""
    venue = _in_charge_here(request, venue_code, "venue.change")
    if door_device_id not in {row.id for row in devices.devices_at(venue.id)}:
        raise Http404
    devices.revoke(door_device_id, actor_id=actor_here(request).id, now=timezone.now())
    messages.success(request, _("The device is ended. What it still sends is refused."))
    return redirect("venue", venue_code=venue.code)
