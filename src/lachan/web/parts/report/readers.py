"""Who gets the report of a place by e-mail."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.forecasting.report import post
from lachan.forecasting.report.archive import DECIDE, Language
from lachan.kernel.outcomes import ACCEPTED, REFUSED
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.report.views import area_of
from lachan.web.parts.report.words import REFUSALS

_MOST_AT_ONCE = 50


@require_http_methods(["GET", "POST"])
@needs(DECIDE)
def page(request: HttpRequest, area_id: int) -> HttpResponse:
    """The list; a post adds addresses (one a line) or takes one away."""
    actor = actor_here(request)
    area = area_of(actor, area_id, DECIDE)
    if request.method == "POST":
        if request.POST.get("end"):
            _end(request, actor, area_id)
        else:
            _add(request, actor, area_id)
        return redirect("report-readers", area_id)
    readers = post.readers(actor, area_id)
    return render(
        request, "web/report/readers.html", {"area": area, "readers": readers, "tab": "readers", "decides": True}
    )


def _add(request: HttpRequest, actor: Actor, area_id: int) -> None:
    addresses = request.POST.get("addresses", "").replace(",", "\n").replace(";", "\n").split()[:_MOST_AT_ONCE]
    language: Language = "en" if request.POST.get("language") == "en" else "vi"
    outcomes = post.add(addresses, area_id=area_id, language=language, actor=actor, now=timezone.now())
    for address, outcome in zip(addresses, outcomes, strict=True):
        if outcome.status is REFUSED:
            said = str(REFUSALS[outcome.reason or ""])
            messages.warning(request, said.format(address=address, **(outcome.params or {})))
    added = sum(outcome.status is ACCEPTED for outcome in outcomes)
    if added:
        messages.success(request, _("{count} addresses get the report from now on.").format(count=added))


def _end(request: HttpRequest, actor: Actor, area_id: int) -> None:
    try:
        ids = [UUID(request.POST.get("end", ""))]
    except ValueError:
        return
    [outcome] = post.end(ids, area_id=area_id, actor=actor, now=timezone.now())
    if outcome.status is REFUSED:
        messages.warning(request, str(REFUSALS[outcome.reason or ""]))
    else:
        messages.success(request, _("This address gets no more reports."))
