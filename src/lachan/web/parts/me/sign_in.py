"""Signing in to one's own record: citizen id and a contact, then the code that was sent there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.access import devices
from lachan.access.addresses import address_of
from lachan.immunization.operations import one_time
from lachan.people.cards import Card, parse_card
from lachan.people.self_service import codes, demo, rules, sessions
from lachan.web.person_door import COOKIE, let_in, let_out, visitor_of

ASKING: Final = "lachan_code"  # the browser that asked; worth nothing without the code
LONGEST: Final = 600  # characters of a card's code

WRONG_NUMBER: Final = {
    "leading_zero_lost": gettext_lazy("A zero at the front is missing: type all 12 digits of your card."),
    "wrong_length": gettext_lazy("A citizen id has 12 digits. Type all of them, as on your card."),
    "letters": gettext_lazy("A citizen id has 12 digits and no letters."),
}


@login_not_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Who, and where to send the code. The answer is the same whether or not we know them."""
    if request.method == "GET":
        return redirect("me") if visitor_of(request) else _first(request, {})
    number, wrong_number = _number(request.POST.get("number", ""))
    typed = request.POST.get("contact", "")[:LONGEST]
    contact = rules.contact_of(typed)
    if not number or contact is None:
        wrong_contact = "" if contact else _("Type the phone number or e-mail address that you gave at the station.")
        said = {"number": number or request.POST.get("number", "")[:LONGEST], "contact": typed}
        return _first(request, {"wrong_number": wrong_number, "wrong_contact": wrong_contact, "said": said}, 422)
    asked = codes.ask(
        number=number, contact=contact, language=get_language() or "vi", address=address_of(request), now=timezone.now()
    )
    if asked.wait is not None:
        return _first(request, {"wait": minutes(asked.wait)}, 429)
    one_time.send_soon(asked.digest)
    response = HttpResponseRedirect(reverse("me-code"))
    response.set_cookie(
        ASKING, asked.token, max_age=int(rules.CODE_LIFE.total_seconds()), path=reverse("me-sign-in"), httponly=True,
        samesite="Strict", secure=settings.CONF.https,
    )  # fmt: skip
    return response


@login_not_required
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """The code. Right: a session of its own; wrong five times: another code has to be asked for."""
    token = request.COOKIES.get(ASKING, "")
    if not token:
        return redirect("me-sign-in")
    if request.method == "GET":
        return _second(request, {})
    now = timezone.now()
    proved = codes.prove(token, request.POST.get("code", "")[:20], address=address_of(request), now=now)
    if proved.person_id is None:
        wait = minutes(proved.wait) if proved.wait else 0
        context = {"reason": proved.reason, "tries_left": proved.tries_left, "wait": wait}
        return _second(request, context, 429 if proved.reason == "wait" else 422)
    shared = request.POST.get("own_device") != "yes"
    before = visitor_of(request)
    if before is not None:
        sessions.end(before.session_id, now)
    device = devices.words_of(request.META.get("HTTP_USER_AGENT", ""))
    opened = sessions.begin(proved.person_id, shared=shared, device=device, now=now)
    rotate_token(request)  # what a page from before the sign-in could send is worth nothing now
    response = HttpResponseRedirect(reverse("me"))
    response.delete_cookie(ASKING, path=reverse("me-sign-in"), samesite="Strict")
    let_in(response, opened, shared=shared)
    return response


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out here, or everywhere; twice does no harm. A browser without a session is cleared all the same."""
    visitor = visitor_of(request)
    now = timezone.now()
    if visitor is not None:
        if request.POST.get("where") == "everywhere":
            sessions.end_all(visitor.person_id, now)
        else:
            sessions.end(visitor.session_id, now)
    response = HttpResponseRedirect(reverse("me-sign-in"))
    let_out(response, shared=visitor is None or visitor.shared)
    return response


def minutes(wait: timedelta) -> int:
    """For people: whole minutes, at least one."""
    return max(1, -(-int(wait.total_seconds()) // 60))


def _number(text: str) -> tuple[str, str]:
    """(citizen id, what is wrong) of what was typed, or scanned from the card."""
    card = parse_card(text[:LONGEST])
    if isinstance(card, Card):
        return card.citizen_id, "" if card.citizen_id else str(WRONG_NUMBER["wrong_length"])
    return "", str(WRONG_NUMBER.get(card.reason) or _("Type the 12 digits of your citizen id, or scan your card."))


def _first(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    invented = demo.PERSONS if settings.LACHAN_DEMO else ()
    ended = "closed" in request.GET and COOKIE in request.COOKIES
    context = {"said": {}, **context, "invented": invented, "ended": ended}
    return render(request, "web/me/sign_in.html", context, status=status)


def _second(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context |= {"life": int(rules.CODE_LIFE.total_seconds() // 60)}
    return render(request, "web/me/code.html", context, status=status)
