"""What is more than chance would show: the list of signals, and the evidence of one in plain words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.operations.signals import find_signals
from lachan.immunization.queries import catalogue, harm
from lachan.immunization.queries.harm import Filter
from lachan.immunization.queries.signals import HarmSignal, lots_by_id, standing
from lachan.immunization.queries.signals import signal as signal_by_id
from lachan.immunization.rules import clusters
from lachan.immunization.verbs import VERBS
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.harm import words
from lachan.web.parts.harm.lists import PURPOSE, lines
from lachan.web.templatetags.lachan import num

MOST = 200


@require_GET
@needs("harm.read")
def signals(request: HttpRequest) -> HttpResponse:
    """Signals at my places, and of lots that were used there or anywhere (a lot is nobody's alone)."""
    whose = harm.places_of(actor_here(request))
    mine = [row for row in standing(MOST * 5) if _mine(row, whose)][:MOST]
    lots = lots_by_id(row.lot_id for row in mine)
    latest = max((row.latest_found_at for row in mine), default=None)
    context = {
        "rows": [_shown(row, lots) for row in mine], "latest": latest,
        "may_run": may(actor_here(request), "harm.download"),
        "least": clusters.LEAST_CASES, "rate": round(clusters.FALSE_DISCOVERIES * 100), "command_id": new_id(),
    }  # fmt: skip
    return render(request, "web/harm/signals.html", context)


@require_GET
@needs("harm.read")
def signal(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """The evidence of one signal: the numbers, what they mean, and the cases behind it."""
    actor, now = actor_here(request), timezone.now()
    whose = harm.places_of(actor)
    row = signal_by_id(signal_id)
    if row is None or not _mine(row, whose):
        raise Http404
    lots = lots_by_id([row.lot_id])
    lot = lots.get(row.lot_id) if row.lot_id else None
    wanted = Filter(
        serious=row.measure == "serious", product=row.product_id or 0, facility=row.facility_id or 0,
        session=row.session_id, lot=lot.number if lot else "",
    )  # fmt: skip
    found = lines(harm.cases(whose, wanted, now=now, sort="onset", limit=100), actor, now)
    log_looks(actor, [line.person.id for line in found if line.person is not None], PURPOSE, "reactions", now)
    context = {
        "row": row, "shown": _shown(row, lots), "lines": found, "lot": lot, "named": may(actor, "reaction.read"),
        "product": catalogue().product(row.product_id) if row.product_id else None,
        "may_quarantine": lot is not None and "lot.quarantine" in VERBS and may(actor, "lot.quarantine"),
        "texts": words.texts(), "now": now,
    }  # fmt: skip
    return render(request, "web/harm/signal.html", context)


@require_POST
@needs("harm.download")
def run(request: HttpRequest) -> HttpResponse:
    """Look again now."""
    count = find_signals(timezone.now(), actor_here(request).id)
    messages.success(request, _("Looked again: %(count)s stand out.") % {"count": count})
    return redirect("reaction-signals")


def _mine(row: HarmSignal, whose: harm.Places) -> bool:
    return whose.facilities is None or row.facility_id is None or row.facility_id in whose.facilities


def _shown(row: HarmSignal, lots: dict[int, Any]) -> dict[str, Any]:
    facility = places.facility(row.facility_id) if row.facility_id else None
    lot = lots[row.lot_id].number if row.lot_id in lots else ""
    product = catalogue().name(row.product_id) if row.product_id else ""
    ratio = row.observed / row.expected if row.expected else None
    about = {
        "lot": _("Lot %(lot)s") % {"lot": lot},
        "facility": facility.name if facility else "",
        "lot_facility": _("Lot %(lot)s at %(facility)s") % {"lot": lot, "facility": facility.name if facility else ""},
        "session": _("Session at %(facility)s") % {"facility": facility.name if facility else ""},
    }[row.kind]
    measure = {
        "all": _("all reactions"), "serious": _("serious reactions"), "stress": _("signs of stress within minutes"),
    }[row.measure]  # fmt: skip
    said = {
        "observed": row.observed, "doses": num(row.doses), "expected": _number(row.expected),
        "chance": _chance(row.p_value), "compared": num(row.compared), "about": about,
    }  # fmt: skip
    if row.kind == "session":
        text = _(
            "In this session %(observed)s of %(doses)s people had signs of stress within 15 minutes of each other. At "
            "the usual rate %(expected)s would be expected. By chance alone this happens %(chance)s."
        )
    else:
        text = _(
            "%(observed)s reactions after %(doses)s doses. At the rate of all other doses of the same product "
            "%(expected)s would be expected. By chance alone this happens %(chance)s; %(compared)s were compared."
        )
    return {
        "row": row, "about": about, "product": product, "measure": measure, "ratio": ratio, "text": text % said,
        "kind": words.KINDS[row.kind], "expected": _number(row.expected),
    }  # fmt: skip


def _number(value: float) -> str:
    return num(round(value, 1), 1) if value < 100 else num(round(value))


def _chance(p: float) -> str:
    """A probability as people say it."""
    if p <= 0 or 1 / p > 1e9:
        return _("less than once in a billion times")
    once = 1 / p
    rounded = int(float(f"{once:.1g}"))
    return _("about once in %(times)s times") % {"times": num(rounded)}
