"""For the auditor: who looked at whom, what looks unusual, and the limits of that."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import queries, scopes
from lachan.access.doors import needs
from lachan.access.operations import watch
from lachan.access.queries import LookWish
from lachan.access.queries.watch import MOST_EXPORTED
from lachan.access.uploads.parse import written
from lachan.access.watching.rules import LIMITS
from lachan.kernel.outcomes import DUPLICATE, REFUSED, Outcome
from lachan.web.parts.administration import words
from lachan.web.parts.administration.desk import PAGE, acting


@require_http_methods(["GET", "POST"])
@needs("watch.read")
def looks(request: HttpRequest) -> HttpResponse:
    """Looks by who, whom, when and why; a further page by POST keeps ids out of addresses that are passed on."""
    actor = acting(request)
    given = request.POST if request.method == "POST" else request.GET
    wish, problem = _wish(given)
    found = queries.find_looks(actor, wish, limit=PAGE + 1)
    if given.get("as") == "csv":
        return _csv(queries.find_looks(actor, wish, limit=MOST_EXPORTED))
    context = {
        "rows": [words.look(row) for row in found[:PAGE]],
        "more": found[PAGE - 1].id if len(found) > PAGE else None,
        "given": given,
        "since": wish.since, "until": wish.until - timedelta(days=1), "problem": problem,
        "purposes": words.PURPOSES, "most": MOST_EXPORTED,
    }  # fmt: skip
    return render(request, "web/administration/looks.html", context)


def _wish(given: Any) -> tuple[LookWish, str]:
    """What is looked for, and what could not be read of it. A week unless said otherwise."""
    today = timezone.localdate()
    last = words.day_of(given.get("until", "")) or today
    first = words.day_of(given.get("since", "")) or last - timedelta(days=6)
    problem, actor_id = "", None
    name = given.get("user", "").strip()
    if name:
        user = queries.user_by_name(name)
        key = None if user else queries.key_by_prefix(name.removeprefix("lk_"))
        actor_id = user.id if user else key.id if key else None
        if actor_id is None:
            problem = _("Nobody has the user name or key %(name)s.") % {"name": name[:60]}
            actor_id = UUID(int=0)
    person, unread = _id(given.get("person", ""))
    wish = LookWish(
        _midnight(first), _midnight(last + timedelta(days=1)), actor_id, person,
        given.get("purpose", "")[:200], _id(given.get("before", ""))[0],
    )  # fmt: skip
    return wish, problem or (_("This is no id of a person. Open it from the person's page.") if unread else "")


def _id(text: str) -> tuple[UUID | None, bool]:
    try:
        return (UUID(text.strip()) if text.strip() else None), False
    except ValueError:
        return UUID(int=0), True


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _csv(rows: list[queries.LookFact]) -> HttpResponse:
    lines = [
        [timezone.localtime(row.at).isoformat(), row.actor_label, str(row.actor_id), str(row.person_id), row.purpose,
         row.what]
        for row in rows
    ]  # fmt: skip
    text = written(["at", "who", "who_id", "person_id", "purpose", "what"], lines)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lachan-looks.csv"'
    return response


@require_GET
@needs("watch.read")
def alerts(request: HttpRequest) -> HttpResponse:
    """What looks unusual, with its evidence; what was answered; limits; names kept."""
    actor = acting(request)
    answered = request.GET.get("state") == "answered"
    found = (queries.answered_alerts if answered else queries.open_alerts)(actor)
    held = watch.limits_on(timezone.localdate())
    context = {
        "rows": [words.alert(fact) for fact in found],
        "answered": answered,
        "limits": [
            {
                "name": name,
                "word": words.LIMITS[name],
                "value": held[name],
                "shipped": shipped,
                "low": low,
                "high": high,
            }
            for name, (shipped, low, high) in LIMITS.items()
        ],
        "names": queries.names_kept(actor),
        "everywhere": scopes.area_ids(actor, "watch.keep") is None,
    }
    return render(request, "web/administration/alerts.html", context)


@require_POST
@needs("watch.keep")
def answer(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Answer an alert with what came of it."""
    outcome = watch.answer(alert_id, request.POST.get("answer", ""), actor=acting(request), now=timezone.now())
    return _answered(request, outcome, _("The alert is answered."))


@require_POST
@needs("watch.keep")
def keep(request: HttpRequest) -> HttpResponse:
    """Set a limit, keep or drop a name, or hold the looks of today against the rules now. For auditors of the nation:
    limits and names hold everywhere."""
    actor, now = acting(request), timezone.now()
    if scopes.area_ids(actor, "watch.keep") is not None:
        raise PermissionDenied
    what = request.POST.get("action", "")
    if what == "now":
        watch.watch(timezone.localdate(), now=now)
        messages.success(request, _("Today's looks were held against the rules."))
        return redirect("admin-alerts")
    if what == "limit":
        outcome = watch.set_limit(request.POST.get("name", ""), _number(request), actor=actor, now=now)
        return _answered(request, outcome, _("The limit holds from today."))
    person, unread = _id(request.POST.get("person", ""))
    if unread or person is None:
        messages.error(request, _("This is no id of a person. Open it from the person's page."))
        return redirect("admin-alerts")
    if what == "drop":
        return _answered(request, watch.drop_name(person, actor=actor, now=now), _("Taken off the list."))
    note = request.POST.get("note", "")
    return _answered(request, watch.keep_name(person, note, actor=actor, now=now), _("On the list from now on."))


def _number(request: HttpRequest) -> float:
    try:
        return float(request.POST.get("value", "").replace(",", "."))
    except ValueError:
        return -1.0


def _answered(request: HttpRequest, outcome: Outcome, done: str) -> HttpResponse:
    if outcome.status is REFUSED:
        messages.error(request, words.why(outcome))
    elif outcome.status is DUPLICATE:
        messages.info(request, _("That was so already. Nothing was changed."))
    else:
        messages.success(request, done)
    return redirect("admin-alerts")
