"""Runs: what was made of every day, how far one under way is, days without a run; asking for one, publishing one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.forecasting import operations, queries
from lachan.forecasting.charts.numbers import day as day_text
from lachan.forecasting.charts.numbers import number
from lachan.forecasting.facts import REPLAY, Progress, RunFact, Status
from lachan.kernel.errors import Forbidden
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.forecast import words
from lachan.web.parts.forecast.ask import BEGINNING, SOURCES
from lachan.web.parts.picture.address import number as number_in
from lachan.web.reading import actor_for

MOST_REASON: Final = 500
MOST_DAYS: Final = 31  # without a run, that the page names


@dataclass(frozen=True, slots=True)
class Row:
    """A run in words. ``again``: it may be asked for once more; ``waits``: somebody may publish it."""

    run: RunFact
    sign: tuple[str, Any]
    why: str
    done: int
    at: str
    seconds: str
    again: bool
    waits: bool


@require_GET
@needs("forecast.read")
def page(request: HttpRequest) -> HttpResponse:
    """Every attempt with its verdict, the latest first, 50 a page; days of the last four weeks without one. At most
    three statements."""
    actor, source = actor_for(request), _source(request.GET.get("source", ""))
    number_of = max(number_in(request.GET.get("page", "")) or 1, 1)
    found = queries.runs(actor, source=source, page=number_of)
    yesterday = timezone.localdate() - timedelta(days=1)
    context = {
        "rows": list(_rows(actor, found)), "replayed": source == REPLAY, "source": _name(source),
        "missing": queries.without_run(actor, yesterday)[-MOST_DAYS:] if source != REPLAY and found else (),
        "may_ask": may(actor, operations.VERB), "may_publish": reach.may_see(actor, operations.VERB, COUNTRY_ID),
        "kept": operations.CAUGHT_UP, "yesterday": yesterday, "beginning": BEGINNING, "least": operations.LEAST_REASON,
        "most": MOST_REASON, "page": number_of, "more": len(found) == queries.PAGE,
    }  # fmt: skip
    return render(request, "web/forecast/runs.html", context)


@require_POST
@needs("forecast.run")
def make(request: HttpRequest) -> HttpResponse:
    """Let the worker make the run of a day; once while it waits."""
    source = _source(request.POST.get("source", ""))
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
        if day < BEGINNING:
            raise ValueError
        operations.ask(source, day, actor=actor_for(request), today=timezone.localdate())
    except ValueError:
        messages.warning(request, _("Choose a day that is over: a run is made of whole days."))
    else:
        said = _(
            "The run of {day} is asked for. The worker makes it as soon as it is free; load the page to see how far."
        )
        messages.success(request, said.format(day=day_text(day)))
    return redirect(_back(source))


@require_POST
@needs("forecast.run")
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a blocked run as it was made; the reason stays with it, and whose it is."""
    try:
        run_id = UUID(request.POST.get("run", ""))
    except ValueError:
        raise Http404 from None
    reason = request.POST.get("reason", "")[:MOST_REASON]
    try:
        [done] = operations.publish([run_id], actor=actor_for(request), reason=reason, now=timezone.now())
    except Forbidden as refused:
        raise PermissionDenied from refused
    if done.status in (ACCEPTED, DUPLICATE):
        messages.success(request, _("The run is published, with your reason beside it."))
    else:
        messages.warning(request, words.why(done.reason or ""))
    return redirect(_back(_source(request.POST.get("source", ""))))


def _rows(actor: Actor, found: Sequence[RunFact]) -> Iterator[Row]:
    under_way = [run.id for run in found if run.status in (Status.RUNNING, Status.FAILED)]
    progress = queries.progress(actor, under_way)
    for run in found:
        done = progress.get(run.id, ())
        yield Row(
            run, words.RUNS[run.status], words.why(run.reason, run.params) if run.reason else "", len(done),
            _part(done), number(sum(part.seconds for part in done)), run.status is not Status.PUBLISHED,
            run.status is Status.BLOCKED and bool(run.seal),
        )  # fmt: skip


def _part(done: Sequence[Progress]) -> str:
    """The last part that is done, in words."""
    if not done:
        return ""
    kind, _sep, measure = done[-1].part.partition(":")
    name = str(words.PARTS.get(kind, kind))
    return f"{name}: {str(words.measure(measure)).lower()}" if measure else name


def _source(text: str) -> str:
    return SOURCES.get(text, SOURCES["register"])


def _name(source: str) -> str:
    return next(name for name, known in SOURCES.items() if known == source)


def _back(source: str) -> str:
    address = reverse("forecast-runs")
    return f"{address}?source=replay" if source == REPLAY else address
