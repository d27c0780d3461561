"""What everyone sees of their own sign-in: second factors, devices, roles that end soon; the way back in by code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import operations, queries, second_factor
from lachan.access.doors import needs
from lachan.access.rules import SECOND_FACTOR_ROLES
from lachan.kernel.outcomes import REFUSED
from lachan.web.parts.administration import words
from lachan.web.parts.administration.desk import acting


@require_GET
@needs()
def security(request: HttpRequest) -> HttpResponse:
    """How I sign in, where I am signed in, what was done to my account. Six queries."""
    actor, now = acting(request), timezone.now()
    factors: dict[str, Any] = {"passkeys": []}
    for row in Authenticator.objects.filter(user_id=actor.id).order_by("created_at"):
        if row.type == Authenticator.Type.WEBAUTHN:
            factors["passkeys"].append({"pk": row.pk, "name": row.wrap().name, "row": row})
        else:
            factors[row.type] = row
    has_factor = bool(factors["passkeys"]) or "totp" in factors
    must = second_factor.required() and not actor.roles.isdisjoint(SECOND_FACTOR_ROLES)
    context = {
        "factors": factors,
        "has_factor": has_factor,
        "must": must,
        "locked": second_factor.missing(request, actor),
        "codes_left": _codes_left(factors.get("recovery_codes")),
        "sessions": queries.sessions_of(actor.id, now, request.session.session_key or ""),
        "done": [(words.KINDS[row.kind], row) for row in queries.done_to(actor.id)],
        "ending": [words.ending(row) for row in queries.expiring(None, timezone.localdate(), user_id=actor.id)],
    }
    return render(request, "web/administration/security.html", context)


def _codes_left(row: Any) -> int:
    return len(row.wrap().get_unused_codes()) if row is not None else 0


@require_POST
@needs()
def end_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Sign one of my own devices out."""
    outcome = operations.end_own(device_id, actor=acting(request), now=timezone.now())
    if outcome.status is REFUSED:
        messages.warning(request, words.why(outcome))
    else:
        messages.success(request, _("That device is signed out."))
    return redirect("mfa_index")


class CodeForm(forms.Form):
    """User name, the code an administrator handed over, and the password of one's own choice."""

    username = forms.CharField(label=gettext_lazy("User name"), max_length=60)
    code = forms.CharField(label=gettext_lazy("One-time code"), max_length=40)
    password = forms.CharField(label=gettext_lazy("New password"), max_length=128, widget=forms.PasswordInput)
    again = forms.CharField(label=gettext_lazy("New password, again"), max_length=128, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, kind in (("username", "username"), ("code", "off"), ("password", "new-password")):
            self.fields[name].widget.attrs["autocomplete"] = kind
        self.fields["again"].widget.attrs["autocomplete"] = "new-password"
        self.fields["username"].widget.attrs["autocapitalize"] = "none"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return given


@login_not_required
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Set a password with a one-time code. Throttled like sign-in, by address and by name."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if not ratelimit.consume(request, action="login_failed", key=f"code-{given['username'].lower()}"):
            form.add_error(None, _("Too many attempts in a short time. Wait five minutes, then try again."))
        else:
            outcome = operations.use_code(given["username"], given["code"], given["password"], now=timezone.now())
            if outcome.status is not REFUSED:
                messages.success(request, _("Your new password is set. Sign in with it."))
                return redirect("account_login")
            form.add_error("password" if outcome.reason == "password_weak" else "code", words.why(outcome))
    return render(request, "web/administration/recover.html", {"form": form}, status=422 if form.errors else 200)
