"""Second factors as allauth.mfa asks for them: who must have one, where their secrets lie, what the journal hears.

One-time codes (RFC 6238) and passkeys (WebAuthn level 2). A role of ``rules.SECOND_FACTOR_ROLES`` opens no page before
its holder has proved a second factor in this session; the middleware asks :func:`missing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.access.actors import Actor
from lachan.access.django_settings import SESSION_FACTOR
from lachan.access.rules import SECOND_FACTOR_ROLES
from lachan.kernel import sealing

_CONTEXT: Final = "access_factorsecret.sealed"

# What someone may open who has yet to prove a second factor: proving it, and going away.
OPEN_ROUTES: Final = frozenset(
    {
        "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn", "account_reauthenticate", "account_logout", "account_login", "language",
    }
)  # fmt: skip


def required() -> bool:
    """Whether this installation asks for second factors; only a demonstration may do without."""
    return bool(settings.LACHAN_SECOND_FACTOR)


def missing(request: HttpRequest, actor: Actor) -> bool:
    """Whether this person must prove a second factor before any page opens. No query."""
    return (
        actor.kind == "user"
        and required()
        and not actor.roles.isdisjoint(SECOND_FACTOR_ROLES)
        and not request.session.get(SESSION_FACTOR)
    )


def held_by(user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the users who have a second factor (recovery codes alone are none). One query."""
    from allauth.mfa.models import Authenticator

    rows = Authenticator.objects.filter(user_id__in=list(user_ids)).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(rows.values_list("user_id", flat=True))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed in a table of ours; allauth's own holds the id of the row."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code is not right, or was used already. Wait for the next one and type it."
        ),
    }

    def encrypt(self, text: str) -> str:
        from lachan.access.models import FactorSecret

        return str(FactorSecret.objects.create(sealed=sealing.seal(text, _CONTEXT)).id)

    def decrypt(self, encrypted_text: str) -> str:
        from lachan.access.models import FactorSecret

        return sealing.unseal(bytes(FactorSecret.objects.get(id=encrypted_text).sealed), _CONTEXT)

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a passkey is called when its owner gives it no name: the day it was made."""
        return _("Passkey of %(day)s") % {"day": f"{timezone.localdate():%d/%m/%Y}"}

    def _get_site_name(self) -> str:
        return "Lá Chắn"


def forget_secret(sender: object, instance: Any, **more: Any) -> None:
    """An authenticator is gone: so is what it was made of (signal ``post_delete``)."""
    from lachan.access.models import FactorSecret

    ids = [instance.data[name] for name in ("secret", "seed") if name in instance.data]
    FactorSecret.objects.filter(id__in=ids).delete()


def note_added(sender: object, instance: Any, created: bool, **more: Any) -> None:
    """Enrolling the first one proves possession: this session has its second factor (signal ``post_save``, which comes
    before the answer; allauth's own signal comes after the commit).

    A further one proves nothing about the first, which may be somebody else's.
    """
    if not created:
        return
    request = context.request
    if request is not None and instance.type != instance.Type.RECOVERY_CODES:
        others = type(instance).objects.filter(user_id=instance.user_id).exclude(pk=instance.pk)
        if not others.exclude(type=instance.Type.RECOVERY_CODES).exists():
            request.session[SESSION_FACTOR] = True
    _journal(instance.user, "user.factor_added", instance)


def note_used(sender: object, request: HttpRequest, user: Any, authenticator: Any, **more: Any) -> None:
    """Proved once more within a session, after the role was widened."""
    if request.user.is_authenticated:
        request.session[SESSION_FACTOR] = True


def note_removed(sender: object, request: HttpRequest, user: Any, authenticator: Any, **more: Any) -> None:
    """Whoever removed the last one is asked to enrol again."""
    if not held_by([user.pk]):
        request.session.pop(SESSION_FACTOR, None)
    _journal(user, "user.factor_removed", authenticator)


def note_reset(sender: object, request: HttpRequest, user: Any, authenticator: Any, **more: Any) -> None:
    _journal(user, "user.recovery_codes_made", authenticator)


def _journal(user: Any, verb: str, authenticator: Any) -> None:
    from lachan.access.operations._common import write_journal
    from lachan.kernel.database import hot_cursor

    actor = Actor(user.pk, "user", user.label(), ())
    with hot_cursor() as cursor:
        write_journal(cursor, actor, timezone.now(), [(verb, user.pk, {"kind": str(authenticator.type)})])
