"""Whether the communes can do what is asked of them; figures without names, for every officer up to the nation."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.tracing.outbreak import capacity
from lachan.tracing.outbreak.capacity import Load
from lachan.web.parts.board.desk import actor_here, command_id
from lachan.web.parts.outbreak import asking
from lachan.web.parts.outbreak.listing import place_of
from lachan.web.parts.tracing.desk import number_of

MOST_ROWS: Final = 60  # places on a page, those in need first; the rest is counted


@require_GET
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """Each commune of my places, the most that cannot be called first; of the whole nation its provinces first."""
    actor, now = actor_here(request), timezone.now()
    area_id = asking.area(request.GET.get("area", ""))
    if area_id is not None and not scopes.area_in_scope(actor, area_id, "outbreak.read"):
        area_id = None
    found = capacity.loads(actor, now, area_id)
    nation = scopes.area_ids(actor, "outbreak.read") is None and area_id is None
    rows = capacity.by_province(found) if nation else found
    context = {
        "rows": [_row(one, nation, may(actor, "contact.capacity")) for one in rows[:MOST_ROWS]],
        "hidden": max(len(rows) - MOST_ROWS, 0), "whole": capacity.total(found), "nation": nation,
        "area": place_of(area_id) if area_id is not None else "", "lists": may(actor, "contact.read"), "now": now,
    }  # fmt: skip
    return render(request, "web/outbreak/capacity.html", context)


def _row(one: Load, nation: bool, sets: bool) -> dict[str, Any]:
    area = places.area(one.area_id)
    province = nation and area is not None and area.level == 1
    return {
        "load": one, "name": place_of(one.area_id), "href": f"?area={one.area_id}" if province else "",
        "sets": sets and not province, "command_id": new_id(),
        "share": min(round(100 * (one.done + one.households - one.below) / max(one.done + one.households, 1)), 100),
    }  # fmt: skip


@require_POST
@needs("contact.capacity")
def set_calls(request: HttpRequest) -> HttpResponse:
    """How many households a commune can call in a day, said by its officer or one above."""
    actor, now = actor_here(request), timezone.now()
    area, calls = number_of(request.POST.get("area", "")), number_of(request.POST.get("calls", ""))
    if area is None or calls is None:
        messages.warning(request, _("Write how many calls a day, as a number."))
    else:
        body = {"area_id": area, "calls_a_day": calls}
        told = execute([Command(command_id(request), "contact.capacity", now, body)], actor=actor, now=now)
        if asking.recorded(request, told):
            messages.success(request, _("The line of the list is drawn anew."))
    within = number_of(request.POST.get("within", ""))
    return redirect(reverse("outbreak-capacity") + (f"?area={within}" if within is not None else ""))
