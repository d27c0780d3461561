"""Sign-in as allauth asks for it: no public sign-up, the cost of a password check, what a new session notes."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from lachan.access import devices
from lachan.access.django_settings import SESSION_DEVICE, SESSION_FACTOR, SESSION_SEEN, SESSION_SINCE
from lachan.access.messages import WHAT_HAPPENED

FRESH = 5 * 60  # seconds after sign-in in which nobody is asked for the password again


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

    def is_reauthentication_required(self, *, app: str) -> bool:
        """A change of second factors asks for the password again, but not right after signing in."""
        since = self.request.session.get(SESSION_SINCE, 0)
        return bool(super().is_reauthentication_required(app=app) and time.time() - since > FRESH)


def note_sign_in(sender: object, request: HttpRequest, user: Any, **more: Any) -> None:
    """A session begins (signal ``user_logged_in``): since when, on what, and whether with a second factor."""
    session, now = request.session, int(time.time())
    session[SESSION_SINCE] = session[SESSION_SEEN] = now
    session[SESSION_DEVICE] = devices.words_of(request.META.get("HTTP_USER_AGENT", ""))
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    if "mfa" in methods:
        session[SESSION_FACTOR] = True
    _tell(request, user)


def _tell(request: HttpRequest, user: Any) -> None:
    """What administrators did to this account since its owner was last here."""
    from lachan.access import operations, queries

    done = operations.told(user.pk, timezone.now())
    names = queries.labels({who for row in done for who in (row.asked_by, row.confirmed_by) if who is not None})
    for row in done:
        by = {names.get(who, _("the command line")) for who in (row.asked_by, row.confirmed_by) if who is not None}
        said = {"what": WHAT_HAPPENED[row.kind], "who": ", ".join(sorted(by)), "why": row.reason or "–"}
        sentence = _("%(what)s By: %(who)s. Reason: %(why)s. If you know nothing of it, tell your auditor at once.")
        messages.warning(request, sentence % said, fail_silently=True)
