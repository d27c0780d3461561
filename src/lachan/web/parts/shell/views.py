"""Home by role, and the choice of language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from lachan.access.actors import actor_of
from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.certificates.corrections import queries as corrections

_A_YEAR_S = 365 * 24 * 3600


@require_GET
@needs()
def home(request: HttpRequest) -> HttpResponse:
    """The next actions of this person, the likeliest first and largest."""
    return render(request, "web/shell/home.html", {"now": timezone.localtime(), "badges": _badges(request)})


def _badges(request: HttpRequest) -> dict[str, tuple[int, int]]:
    """What waits behind a door, by its path: (overdue, open). One query, for those who work on requests."""
    actor = actor_of(request)
    if actor is None or not may(actor, "correction.handle"):
        return {}
    counts = corrections.counts(actor, timezone.now())
    return {"/corrections/": (counts.late, counts.open)}


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language for this browser, and for the person when someone is signed in; works before signing in."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        if request.user.is_authenticated and request.user.language != language:
            request.user.language = language
            request.user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=_A_YEAR_S, samesite="Lax", secure=request.is_secure()
        )
    return response
