"""Addresses of sign-in, mounted at ``/accounts/``.

Only what staff need: allauth's own list would also publish sign-up, e-mail and reset pages. A forgotten password is set
anew by an administrator (``lachan user password``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import path, reverse_lazy
from django.views.decorators.http import require_http_methods

_forms = require_http_methods(["GET", "HEAD", "POST"])  # allauth's form views would also take PUT for POST


def _or_overview(view: Callable[..., Any]) -> Callable[..., Any]:
    """What is about a factor that is gone leads back to the list of those there are."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **more: Any) -> Any:
        try:
            return view(request, *args, **more)
        except Http404:
            return redirect("mfa_index")

    return _forms(answered)


_removed = passkeys.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))

urlpatterns = [
    path("login/", _forms(views.login), name="account_login"),
    path("logout/", _forms(views.logout), name="account_logout"),
    path("password/change/", _forms(views.password_change), name="account_change_password"),
    path("again/", _forms(views.reauthenticate), name="account_reauthenticate"),
    path("second-factor/again/", _forms(factor.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/ask/", _forms(factor.authenticate), name="mfa_authenticate"),
    path("second-factor/codes/", _forms(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/codes/remove/", _or_overview(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/recovery/", _or_overview(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("second-factor/recovery/new/", _forms(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("passkeys/sign-in/", _forms(login_not_required(passkeys.login_webauthn)), name="mfa_login_webauthn"),
    path("passkeys/add/", _forms(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/again/", _forms(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", _or_overview(_removed), name="mfa_remove_webauthn"),
]
