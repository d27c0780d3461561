"""My code: what a door's device scans instead of a card, and the telephone that remembers me at posters."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.certificates.codecs import qr
from lachan.places.venues import keys
from lachan.tracing.visits import intake
from lachan.tracing.visits.facts import PHONE_SIGNED_IN
from lachan.web.parts.venues import checkin
from lachan.web.person_door import draw, here, needs_person

RENEWED_AFTER: Final = 300  # seconds: half of what a code is good for


@require_GET
@needs_person
def code(request: HttpRequest) -> HttpResponse:
    """The code of whoever is shown, good for ten minutes; the page fetches a new one in time."""
    now, whom = timezone.now(), here(request).showing_id
    text = intake.own_code(whom, int(now.timestamp()), keys.signing_key(now))
    response = draw(
        request, "web/venues/me_code.html", "record", picture=mark_safe(qr.svg(text)), until=now,
        minutes=intake.PERSON_CODE_LIFE // 60,
    )  # fmt: skip
    response["Refresh"] = str(RENEWED_AFTER)
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
@needs_person
def remember(request: HttpRequest) -> HttpResponse:
    """From now on this browser says who it is when it scans a poster."""
    visitor = here(request)
    response = redirect("me-own-code")
    if visitor.shared:
        messages.error(request, _("This is a shared device. Nothing is remembered here."))
        return response
    checkin.remember_in(response, intake.Whose(visitor.person_id, None, PHONE_SIGNED_IN))
    messages.success(request, _("This telephone remembers you. Scan a poster and press one button."))
    return response
