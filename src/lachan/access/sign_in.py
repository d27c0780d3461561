"""Sign-in as allauth asks for it: no public sign-up, and the cost of a password check."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class StaffHasher(Argon2PasswordHasher):
    """argon2id with the parameters of the OWASP password storage cheat sheet (19 MiB, two passes, one lane).

    Django's own take 100 MiB a check: forty nurses signing in at eight o'clock would need 4 GB.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator, never by visitors."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Said only to someone who knew the password."""
        messages.error(request, _("This account is closed. Ask your administrator to open it again."))
        return redirect("account_login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "signed in as" banners: they would be the first thing in the way of a nurse."""
