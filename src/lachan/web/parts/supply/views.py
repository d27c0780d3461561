"""What holds now in the supply of an actor's places: lots set apart, excursions nobody has decided, plans."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.immunization.queries import cold as cold_reads
from lachan.immunization.queries import lots as reads
from lachan.immunization.queries import plans as plan_reads
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.supply import words

MOST_SHOWN = 50


@require_GET
@needs("supply.read")
def home(request: HttpRequest) -> HttpResponse:
    """Lots set apart, open excursions and plans within reach."""
    actor = actor_here(request)
    scope = scopes.facility_ids(actor, "supply.read")
    marks = reads.standing(scope)
    excursions = cold_reads.open_excursions(scope, MOST_SHOWN)
    areas = [grant.area_id for grant in actor.grants if grant.area_id is not None]
    plans = plan_reads.plans_of(areas, scope, MOST_SHOWN)
    return render(
        request,
        "web/supply/home.html",
        {
            "marks": [_mark(row) for row in marks[:MOST_SHOWN]],
            "excursions": [shown_excursion(row) for row in excursions],
            "plans": [(plan, words.PLAN_STATES[plan.state], words.place_name(plan.giver_id, None)) for plan in plans],
            "may_plan": may(actor, "allocation.plan"),
            "may_cold": may(actor, "cold.device") or may(actor, "excursion.decide"),
        },
    )


@require_POST
@needs("supply.read")
def find(request: HttpRequest) -> HttpResponse:
    """A lot by the beginning of its number; one found is opened at once. The number is sent, not put in an address."""
    text = request.POST.get("lot", "")[:60]
    found = reads.lots_like(text)
    exact = [lot for lot in found if lot.number == text.strip().upper()]
    if len(exact or found) == 1:
        return redirect("supply-lot", lot_id=(exact or found)[0].id)
    if not found:
        messages.warning(request, _("No lot begins with this number. A lot is known once it was delivered somewhere."))
        return redirect("supply")
    return render(request, "web/supply/found.html", {"found": found, "asked": text})


def shown_excursion(row: cold_reads.ExcursionRow) -> dict[str, Any]:
    """An excursion with its words."""
    kind, word = words.KINDS[row.kind]
    return {"row": row, "kind": kind, "word": word, "place": words.place_name(None, row.facility_id)}


def _mark(row: reads.MarkRow) -> dict[str, Any]:
    kind, word = words.STATUS[row.status]
    progress = reads.progress(row.id) if row.status == "recalled" else None
    return {
        "row": row, "kind": kind, "word": word, "place": words.place_name(row.area_id, row.facility_id),
        "progress": progress,
    }  # fmt: skip
