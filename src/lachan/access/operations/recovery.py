"""Letting someone in again, and making administrators: one asks, another confirms, the user is told.

The command line (``Actor.system``) needs no second person: whoever has a shell on the server could do anything anyway,
and a house with one administrator must not lock itself out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.models import Request, User
from lachan.access.operations._common import Fact, beyond_scope, write_journal
from lachan.access.operations.grants import NewGrant, grant
from lachan.access.operations.sessions import end_all
from lachan.access.operations.users import password_fault
from lachan.access.rules import Role, may
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome

CONFIRM_WITHIN: Final = timedelta(hours=24)
CODE_LASTS: Final = timedelta(hours=24)
FIRST_CODE_LASTS: Final = timedelta(days=7)  # a new colleague may start next week
_WITH_PASSWORD: Final = frozenset({"password", "both", "first"})
_WITH_FACTOR: Final = frozenset({"factor", "both"})
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters, none that looks like another


class Confirmed(NamedTuple):
    """``code`` is shown this once to whoever confirmed; None when refused, or when nothing is to be typed."""

    outcome: Outcome
    code: str | None = None


def ask(kind: str, user_id: UUID, reason: str, *, actor: Actor, now: datetime, area_id: int | None = None) -> Outcome:
    """One administrator asks; nothing happens to the user yet. Duplicate while the same question is open.

    Refusals: not_allowed, unknown_user, out_of_scope, own_account, reason_missing, unknown_area.
    """
    fault = _ask_fault(kind, user_id, reason, actor, area_id)
    if fault is not None:
        return Outcome(REFUSED, fault)
    with hot_cursor() as cursor:
        # what nobody confirmed in time makes room for a new question
        Request.objects.filter(
            user_id=user_id, kind=kind, confirmed_at=None, withdrawn_at=None, expires_at__lte=now
        ).update(withdrawn_at=now)
        request = Request(
            kind=kind, user_id=user_id, area_id=area_id, reason=reason.strip()[:200], asked_by=actor.id, asked_at=now,
            expires_at=now + CONFIRM_WITHIN,
        )  # fmt: skip
        Request.objects.bulk_create([request], ignore_conflicts=True)
        if not Request.objects.filter(id=request.id).exists():
            return Outcome(DUPLICATE)
        write_journal(cursor, actor, now, [_fact("recovery.asked", request)])
    return Outcome(ACCEPTED, id=request.id)


def _ask_fault(kind: str, user_id: UUID, reason: str, actor: Actor, area_id: int | None) -> str | None:
    if not may(actor, "user.manage") or kind == "first":
        return "not_allowed"
    if not User.objects.filter(id=user_id).exists():
        return "unknown_user"
    if actor.id == user_id:
        return "own_account"
    if beyond_scope(actor, [user_id]):
        return "out_of_scope"
    if not reason.strip():
        return "reason_missing"
    if kind == "administrator":
        if area_id is None:
            return "unknown_area"
        if not scopes.area_in_scope(actor, area_id, "user.manage"):
            return "out_of_scope"
    return None


def confirm(request_id: UUID, *, actor: Actor, now: datetime) -> Confirmed:
    """Another administrator, whose area holds the user too, confirms within a day; then it happens.

    The user's sessions end. A reset password is unusable from now on; the code sets a new one. Refusals: not_allowed,
    unknown_request, same_person, own_account, out_of_scope, too_late, already_decided, and those of ``grant``.
    """
    with hot_cursor() as cursor:
        request = Request.objects.select_for_update(of=("self",)).select_related("user").filter(id=request_id).first()
        fault = _confirm_fault(request, actor, now)
        if fault is not None or request is None:
            return Confirmed(Outcome(REFUSED, fault))
        if request.kind == "administrator":
            wanted = NewGrant(Role.ADMINISTRATOR, user_id=request.user_id, area_id=request.area_id)
            [given] = grant([wanted], actor=actor, now=now, by_two=True)
            if given.status is REFUSED:
                return Confirmed(given)
        code = _carry_out(request, actor, now)
        write_journal(cursor, actor, now, [_fact("recovery.confirmed", request)])
    return Confirmed(Outcome(ACCEPTED, id=request.id), code)


def _confirm_fault(request: Request | None, actor: Actor, now: datetime) -> str | None:
    if not may(actor, "user.manage"):
        return "not_allowed"
    if request is None:
        return "unknown_request"
    if request.confirmed_at is not None or request.withdrawn_at is not None:
        return "already_decided"
    if actor.kind != "user" or actor.id == request.asked_by:
        return "same_person"
    if actor.id == request.user_id:
        return "own_account"
    if beyond_scope(actor, [request.user_id]):
        return "out_of_scope"
    return "too_late" if now >= request.expires_at else None


def _carry_out(request: Request, actor: Actor, now: datetime) -> str | None:
    """What was asked for, in the caller's transaction; the code when there is one."""
    from allauth.mfa.models import Authenticator

    code = None
    if request.kind in _WITH_FACTOR:
        Authenticator.objects.filter(user_id=request.user_id).delete()
    if request.kind in _WITH_PASSWORD:
        code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
        request.code_hash = _digest(code)
        request.expires_at = now + (FIRST_CODE_LASTS if request.kind == "first" else CODE_LASTS)
        request.user.password = make_password(None)
        request.user.save(update_fields=["password"])
        # an older code must not open the door beside the new one
        others = Request.objects.filter(user_id=request.user_id, used_at=None).exclude(id=request.id)
        others.update(code_hash=None)
    if request.kind != "administrator":
        end_all([request.user_id])
    request.confirmed_by, request.confirmed_at = actor.id, now
    request.save()
    return code


def withdraw(request_id: UUID, *, actor: Actor, now: datetime) -> Outcome:
    """Take a question back, or say no to it. Refusals: not_allowed, unknown_request, out_of_scope, already_decided."""
    if not may(actor, "user.manage"):
        return Outcome(REFUSED, "not_allowed")
    with hot_cursor() as cursor:
        request = Request.objects.select_for_update().filter(id=request_id).first()
        if request is None:
            return Outcome(REFUSED, "unknown_request")
        if request.confirmed_at is not None or request.withdrawn_at is not None:
            return Outcome(REFUSED, "already_decided")
        if beyond_scope(actor, [request.user_id]):
            return Outcome(REFUSED, "out_of_scope")
        request.withdrawn_by, request.withdrawn_at = actor.id, now
        request.save()
        write_journal(cursor, actor, now, [_fact("recovery.withdrawn", request)])
    return Outcome(ACCEPTED, id=request_id)


def first_code(user_id: UUID, *, actor: Actor, now: datetime) -> Confirmed:
    """The code by which a new colleague sets a first password. Refusals: not_allowed, unknown_user, out_of_scope,
    signed_in_before (then it takes two)."""
    user = User.objects.filter(id=user_id).first()
    if not may(actor, "user.manage"):
        return Confirmed(Outcome(REFUSED, "not_allowed"))
    if user is None:
        return Confirmed(Outcome(REFUSED, "unknown_user"))
    if beyond_scope(actor, [user_id]):
        return Confirmed(Outcome(REFUSED, "out_of_scope"))
    if user.last_login is not None or user.has_usable_password():
        return Confirmed(Outcome(REFUSED, "signed_in_before"))
    return _at_once("first", user, actor, now)


def recover(user_id: UUID, *, factor: bool, actor: Actor, now: datetime) -> Confirmed:
    """From the command line only: a code for a new password, with ``factor`` the second factor goes too."""
    user = User.objects.filter(id=user_id).first()
    if actor.kind != "system":
        return Confirmed(Outcome(REFUSED, "needs_two"))
    if user is None:
        return Confirmed(Outcome(REFUSED, "unknown_user"))
    kind = {True: "both", False: "password"}[factor]
    return _at_once(kind, user, actor, now)


def _at_once(kind: str, user: User, actor: Actor, now: datetime) -> Confirmed:
    """Asked and confirmed in one step."""
    asked_by = actor.id if kind == "first" else Actor.system("a shell on the server").id
    with hot_cursor() as cursor:
        open_ones = Request.objects.filter(user_id=user.id, kind=kind, confirmed_at=None, withdrawn_at=None)
        open_ones.update(withdrawn_by=actor.id, withdrawn_at=now)
        request = Request(
            kind=kind, user=user, asked_by=asked_by, asked_at=now, expires_at=now + CODE_LASTS,
            told_at=now if kind == "first" else None,
        )  # fmt: skip
        request.save(force_insert=True)
        code = _carry_out(request, actor, now)
        write_journal(cursor, actor, now, [_fact("recovery.confirmed", request)])
    return Confirmed(Outcome(ACCEPTED, id=request.id), code)


def use_code(username: str, code: str, password: str, *, now: datetime) -> Outcome:
    """Set a new password with a one-time code. Refusals: code_wrong (unknown name; wrong, used or old code: nobody is
    told which), password_weak (the code stays good)."""
    with hot_cursor() as cursor:
        found = Request.objects.select_for_update(of=("self",)).select_related("user").filter(
            user__username=username.strip().lower(), user__is_active=True, used_at=None, expires_at__gt=now
        ).exclude(code_hash=None).order_by("-id").first()  # fmt: skip
        stored = b"" if found is None or found.code_hash is None else bytes(found.code_hash)
        if not hmac.compare_digest(stored, _digest(code)) or found is None:
            return Outcome(REFUSED, "code_wrong")
        fault = password_fault(password, found.user.username, found.user.display_name)
        if fault is not None:
            return fault
        found.user.password = make_password(password)
        found.user.save(update_fields=["password"])
        found.used_at = now
        found.save()
        end_all([found.user_id])
        actor = Actor(found.user_id, "user", found.user.label(), ())
        write_journal(cursor, actor, now, [_fact("recovery.code_used", found)])
    return Outcome(ACCEPTED, id=found.user_id)


def told(user_id: UUID, now: datetime) -> list[Request]:
    """What happened to this account since its owner was last told; told now. One statement when nothing did."""
    rows = list(Request.objects.filter(user_id=user_id, told_at=None).exclude(confirmed_at=None).order_by("id"))
    if rows:
        Request.objects.filter(id__in=[row.id for row in rows]).update(told_at=now)
    return rows


def _digest(code: str) -> bytes:
    return hashlib.sha256("".join(code.upper().split()).replace("-", "").encode()).digest()


def _fact(verb: str, request: Request) -> Fact:
    return verb, request.user_id, {"request": str(request.id), "kind": request.kind}
