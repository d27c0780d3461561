"""Facilities of the own area: found, opened, renamed, closed. Keys of stations and partners: made, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import operations, queries, scopes
from lachan.access.doors import needs
from lachan.access.operations import facilities as facility_operations
from lachan.access.uploads.carry_out import place_of
from lachan.kernel.outcomes import DUPLICATE, REFUSED, Outcome
from lachan.kernel.text import fold
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.places.operations_facilities import Change, NewFacility
from lachan.web.parts.administration import words
from lachan.web.parts.administration.desk import PAGE, acting, page_number, paged


@require_GET
@needs("facility.manage")
def facilities(request: HttpRequest) -> HttpResponse:
    """Facilities of the area by name or code; open ones unless asked otherwise."""
    actor = acting(request)
    text, state = fold(request.GET.get("q", "")[:80]), request.GET.get("state", "open")
    scope, today = scopes.facility_ids(actor, "facility.manage"), timezone.localdate()
    found = sorted(
        (
            row
            for row in places.facility_table().values()
            if (scope is None or row.id in scope) and _fits(row, text, state, today)
        ),
        key=lambda row: (row.area_id, row.name),
    )
    page = page_number(request)
    shown = found[(page - 1) * PAGE : page * PAGE]
    rows = [{"row": row, "where": places.address(row.area_id), "closed": _closed(row, today)} for row in shown]
    context = {"rows": rows, "page": paged(rows, len(found), page), "total": len(found), "q": request.GET.get("q", "")}
    return render(request, "web/administration/facilities.html", context | {"state": state})


def _fits(row: FacilityRow, text: str, state: str, today: Any) -> bool:
    if text and text not in row.search_name and text != row.code.lower():
        return False
    return state == "all" or (state == "closed") == _closed(row, today)


def _closed(row: FacilityRow, today: Any) -> bool:
    return row.closed_on is not None and row.closed_on <= today


@require_http_methods(["GET", "POST"])
@needs("facility.manage")
def new_facility(request: HttpRequest) -> HttpResponse:
    """Open a station or hospital in a commune."""
    given: Any = request.POST
    problem = ""
    if request.method == "POST":
        today = timezone.localdate()
        place = place_of(given.get("commune", "").strip(), today) or _commune(given.get("commune", ""))
        item = NewFacility(
            given.get("code", ""), given.get("name", ""), given.get("kind", ""), (place and place[1]) or 0,
            words.day_of(given.get("opened", "")) or today,
        )  # fmt: skip
        if place is None or place[1] is None:
            outcome = Outcome(REFUSED, "facility_needs_commune")
        else:
            [outcome] = facility_operations.open_up([item], actor=acting(request), now=timezone.now())
        if outcome.status is not REFUSED:
            messages.success(request, _("The facility is open. Give its head a role, and its devices a key."))
            return redirect("admin-facility", facility_id=(outcome.params or {})["id"])
        problem = words.why(outcome)
    context = {"given": given, "problem": problem, "today": timezone.localdate()}
    return render(request, "web/administration/facility_new.html", context, status=422 if problem else 200)


def _commune(text: str) -> tuple[None, int] | None:
    found = places.search(text, timezone.localdate(), levels=(3,), limit=2)
    return (None, found[0].id) if len(found) == 1 else None


@require_http_methods(["GET", "POST"])
@needs("facility.manage")
def facility(request: HttpRequest, facility_id: int) -> HttpResponse:
    """One facility: rename, close, open again; who works there."""
    actor = acting(request)
    row = places.facility(facility_id)
    if row is None or not scopes.facility_in_scope(actor, facility_id, "facility.manage"):
        raise Http404
    if request.method == "POST":
        what = request.POST.get("action", "")
        change = {
            "rename": Change(facility_id, name=request.POST.get("name", "")),
            "close": Change(facility_id, closed_on=words.day_of(request.POST.get("closed", ""))),
            "reopen": Change(facility_id, reopen=True),
        }.get(what)
        if change is None:
            raise Http404
        [outcome] = facility_operations.change([change], actor=actor, now=timezone.now())
        if outcome.status is REFUSED:
            messages.error(request, words.why(outcome))
        elif outcome.status is DUPLICATE:
            messages.info(request, _("That was so already. Nothing was changed."))
        else:
            messages.success(request, _("The facility was changed."))
        return redirect("admin-facility", facility_id=facility_id)
    today = timezone.localdate()
    staff, total = queries.find_users(actor, queries.UserWish(facility_id=facility_id), today=today)
    context = {
        "row": row, "where": places.address(row.area_id), "closed": _closed(row, today), "today": today,
        "staff": [
            {"user": one, "held": [words.held(g, today) for g in one.grants if g.facility_id == facility_id]}
            for one in staff
        ],
        "total": total,
    }  # fmt: skip
    return render(request, "web/administration/facility.html", context)


@require_http_methods(["GET", "POST"])
@needs("key.manage")
def keys(request: HttpRequest) -> HttpResponse:
    """Keys within the area; making one shows its token this once."""
    actor, now = acting(request), timezone.now()
    token, problem = None, ""
    if request.method == "POST":
        made = _make(request)
        token, problem = made.token, "" if made.token else words.why(made.outcome)
    today = timezone.localdate()
    rows = [
        {"key": key, "held": [words.held(grant, today) for grant in key.grants if not grant.revoked_at],
         "state": "taken" if key.revoked_at else "over" if key.expires_at <= now else "now",
         "soon": key.revoked_at is None and now < key.expires_at <= now + timedelta(days=30)}
        for key in reversed(queries.keys_in_scope(actor))
    ]  # fmt: skip
    context = {"rows": rows, "token": token, "problem": problem, "given": request.POST}
    return render(request, "web/administration/keys.html", context, status=422 if problem else 200)


def _make(request: HttpRequest) -> operations.KeyMade:
    given, now = request.POST, timezone.now()
    code, text = given.get("place", "").strip(), given.get("days", "365")
    place = place_of(code, timezone.localdate(now))
    if place is None:
        return operations.KeyMade(Outcome(REFUSED, "place_unknown", params={"code": code}), None)
    days = int(text) if text.isdigit() and len(text) < 5 else 0
    facility_ids = () if place[0] is None else (place[0],)
    area_ids = () if place[1] is None else (place[1],)
    item = operations.NewApiKey(
        given.get("label", ""), given.get("kind", ""), now + timedelta(days=days), facility_ids, area_ids
    )
    [made] = operations.create_api_keys([item], actor=acting(request), now=now)
    return made


@require_POST
@needs("key.manage")
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End a key."""
    [outcome] = operations.revoke_api_keys([key_id], actor=acting(request), now=timezone.now())
    if outcome.status is REFUSED:
        messages.error(request, words.why(outcome))
    else:
        messages.success(request, _("The key has ended. Processes that remember it let it in for 30 seconds more."))
    return redirect("admin-keys")
