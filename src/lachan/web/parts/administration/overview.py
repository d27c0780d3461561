"""The first page of administration, what waits for two, what ends soon."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import operations, queries
from lachan.access.doors import needs
from lachan.access.queries import UserWish
from lachan.access.rules import may
from lachan.kernel.outcomes import REFUSED
from lachan.web.parts.administration import words
from lachan.web.parts.administration.desk import acting


@require_GET
@needs("user.read", "user.manage")
def overview(request: HttpRequest) -> HttpResponse:
    """What wants attention today, and the ways into the lists."""
    actor, now, today = acting(request), timezone.now(), timezone.localdate()
    manages = may(actor, "user.manage")
    watches = may(actor, "watch.read")
    _rows, everyone = queries.find_users(actor, UserWish(), today=today, size=1)
    _rows, fresh = queries.find_users(actor, UserWish(state="new"), today=today, size=1)
    context = {
        "users": everyone,
        "fresh": fresh,
        "waiting": [words.asked(row, actor) for row in queries.open_requests(actor, now)] if manages else [],
        "ending": [words.ending(row) for row in queries.expiring(actor, today)],
        "alerts": [words.alert(fact) for fact in queries.open_alerts(actor, limit=5)] if watches else [],
        "manages": manages,
        "watches": watches,
    }
    return render(request, "web/administration/overview.html", context)


@require_POST
@needs("user.manage")
def decide(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Confirm what another administrator asked for, or turn it down. A code is shown this once."""
    actor, now = acting(request), timezone.now()
    if request.POST.get("action") != "confirm":
        outcome = operations.withdraw(request_id, actor=actor, now=now)
        if outcome.status is REFUSED:
            messages.error(request, words.why(outcome))
        else:
            messages.success(request, _("Turned down. Nothing was changed."))
        return redirect("administration")
    outcome, code = operations.confirm(request_id, actor=actor, now=now)
    if outcome.status is REFUSED:
        messages.error(request, words.why(outcome))
        return redirect("administration")
    if code is None:
        messages.success(request, _("Done. The user is told at the next sign-in."))
        return redirect("administration")
    return render(request, "web/administration/code.html", {"code": code})


@require_POST
@needs("user.manage")
def ask(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Ask another administrator to let a user in again."""
    kind = request.POST.get("kind", "")
    if kind not in ("password", "factor", "both"):
        return redirect("admin-user", user_id=user_id)
    outcome = operations.ask(kind, user_id, request.POST.get("reason", ""), actor=acting(request), now=timezone.now())
    if outcome.status is REFUSED:
        messages.error(request, words.why(outcome))
    else:
        messages.success(request, _("Asked. Another administrator must confirm within 24 hours."))
    return redirect("admin-user", user_id=user_id)
