"""The demonstration's letter box: what was sent to its invented people."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lachan.immunization.messaging import outbox
from lachan.immunization.messaging.shown import recent


@login_not_required
@require_GET
def mail(request: HttpRequest) -> HttpResponse:
    """Letters and text messages, the newest first; not there outside the demonstration."""
    if not settings.LACHAN_DEMO:
        raise Http404
    return render(request, "web/me/mail.html", {"messages_shown": recent(outbox())})
