"""The report of 19:00 as it was: read on the page, as a PDF, beside yesterday's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.reach import home, may_see
from lachan.access.rules import may
from lachan.analytics.maps import map_on, on_map
from lachan.forecasting.report import archive, jobs, mapped
from lachan.forecasting.report.archive import DECIDE, Kept, Language
from lachan.forecasting.report.content import Content, Figure, against
from lachan.forecasting.report.paper import alarms_said, difference, fan, growth, outlook_lines, value_text
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.report.links import address

VERB: Final = "report.read"
FIRST: Final = date(2020, 1, 1)  # no report is older
_LANGUAGES: Final[dict[str, Language]] = {"vi": "vi", "en": "en"}


@require_GET
@needs(VERB)
def mine(request: HttpRequest) -> HttpResponse:
    """To the report of the widest place that is the reader's."""
    actor = actor_here(request)
    own = home(actor, VERB)
    if own is None:
        raise PermissionDenied
    # reports are made of the map in force; a grant may be of an area of the other one
    there = on_map(own.id, map_on(timezone.localdate()))
    return redirect("report", there.id if there is not None and may_see(actor, VERB, there.id) else own.id)


@gzip_page
@require_GET
@needs(VERB)
def page(request: HttpRequest, area_id: int) -> HttpResponse:
    """The report of a place on a day, or the latest before it, as it was first drawn."""
    actor, day = actor_here(request), day_of(request)
    area = area_of(actor, area_id)
    kept = archive.read(actor, area_id, day)
    filed = archive.archive(actor, area_id, day + timedelta(days=1))
    context: dict[str, Any] = {
        "area": area, "kept": kept, "filed": filed, "day": day, "tab": "report", "decides": decides(actor, area_id),
    }  # fmt: skip
    if kept is not None:
        before = archive.read(actor, area_id, kept.day - timedelta(days=1))
        context |= {
            "drawn": mark_safe(_html(kept).decode()),  # our own template's output, kept and sealed by digest
            "compared": _compared(kept.content, before.content if before else None),
            "before": before,
        }  # fmt: skip
    return render(request, "web/report/page.html", context)


@require_GET
@needs(VERB)
def paper(request: HttpRequest, area_id: int) -> HttpResponse:
    """The PDF of a report, as it was first drawn."""
    actor = actor_here(request)
    area_of(actor, area_id)
    kept = archive.read(actor, area_id, day_of(request))
    if kept is None:
        return redirect("report", area_id)
    language = _language(request.GET.get("language", ""))
    answer = HttpResponse(jobs.pdf(kept, language, timezone.now()), content_type="application/pdf")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = f'inline; filename="lachan-{area_id}-{kept.day}-{language}.pdf"'
    return answer


def back(area_id: int, name: str, day: date) -> HttpResponseRedirect:
    """To a page of the report of that day."""
    answer = redirect(name, area_id)
    answer["Location"] += f"?day={day}"
    return HttpResponseRedirect(answer["Location"])


def area_of(actor: Actor, area_id: int, verb: str = VERB) -> AreaFact:
    """The area, if the actor may do this there: 404 where there is none, 403 out of scope."""
    area = places.area(area_id)
    if area is None:
        raise Http404
    if not scopes.area_in_scope(actor, area_id, verb):
        raise PermissionDenied
    return area


def day_of(request: HttpRequest) -> date:
    """The day asked for, today where none or nonsense is, and where it has not come yet."""
    today = timezone.localdate()
    try:
        return max(min(date.fromisoformat(request.GET.get("day", "") or request.POST.get("day", "")), today), FIRST)
    except ValueError:
        return today


def decides(actor: Actor, area_id: int) -> bool:
    """Whether the reader may write questions and decisions here."""
    return may(actor, DECIDE) and scopes.area_in_scope(actor, area_id, DECIDE)


def shown(figure: Figure, language: Language) -> dict[str, Any]:
    """A figure as pages show it."""
    return {
        "id": figure.id,
        "name": figure.name.into(language),
        "value": value_text(figure.kind, figure.value),
        "difference": difference(figure),
        "worse": _worse(figure),
        "why": figure.why.into(language) if figure.why else "",
    }


def language_now() -> Language:
    """The reader's language."""
    return _language(get_language() or "")


def _worse(figure: Figure) -> bool | None:
    if figure.value is None or figure.before is None or figure.value == figure.before or not figure.good:
        return None
    return (figure.value > figure.before) != (figure.good > 0)


def _language(text: str) -> Language:
    return _LANGUAGES.get(text[:2], "vi" if (get_language() or "vi").startswith("vi") else "en")


def _html(kept: Kept) -> bytes:
    return archive.drawn(kept, "html", language_now(), _draw, timezone.now())


def _draw(content: Content, language: Language) -> bytes:
    with override(language):
        chart = fan(content.outlook, content.day, language)
        context = {
            "figures": [shown(figure, language) for figure in content.figures],
            "changes": [(line.text.into(language), address(line.where)) for line in content.changes],
            "map": mapped.draw(content.map, language) if content.map else None,
            "chart": chart,
            "outlook": outlook_lines(content.outlook, language),
            "places": [(row, growth(row)) for row in content.places],
            "alarms": [
                {"place": one.place, "disease": one.disease.into(language), "since": one.since,
                 "state": one.state.into(language), "reason": one.reason, "observed": one.observed}
                for one in content.alarms
            ],
            "alarms_said": alarms_said(content, len(content.alarms), language),
            "debts": [(one.name.into(language), one.value, address(one.where)) for one in content.debts],
            "quality": [line.into(language) for line in content.quality],
            "notes": content.notes,
        }  # fmt: skip
        return render_to_string("web/report/body.html", context).encode()


def _compared(today: Content, before: Content | None) -> list[dict[str, Any]]:
    """Each figure of today, of yesterday's report, and of yesterday as it is known today."""
    language = language_now()
    return [
        {
            "name": change.figure.name.into(language), "now": value_text(change.figure.kind, change.figure.value),
            "then": value_text(change.figure.kind, change.then),
            "said": value_text(change.figure.kind, change.now_said),
            "revised": change.then is not None and change.now_said is not None and change.then != change.now_said,
        }
        for change in against(today, before)
    ]  # fmt: skip
