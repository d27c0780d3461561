"""Open sessions ended: one's own, or everybody's of a user by an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.models import Session, User
from lachan.access.models.sessions import digest
from lachan.access.operations._common import Fact, beyond_scope, bounded, write_journal
from lachan.access.rules import may
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome


def sign_out(user_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Outcome]:
    """End every session of these users; their next click asks them to sign in. Refusals: not_allowed, unknown_user,
    out_of_scope."""
    bounded(user_ids)
    outcomes: list[Outcome] = []
    facts: list[Fact] = []
    known = set(User.objects.filter(id__in=user_ids).values_list("id", flat=True))
    beyond = beyond_scope(actor, user_ids)
    with hot_cursor() as cursor:
        for user_id in user_ids:
            if not may(actor, "user.manage"):
                outcomes.append(Outcome(REFUSED, "not_allowed"))
            elif user_id not in known:
                outcomes.append(Outcome(REFUSED, "unknown_user"))
            elif user_id in beyond:
                outcomes.append(Outcome(REFUSED, "out_of_scope"))
            else:
                facts.append(("user.signed_out", user_id, {}))
                outcomes.append(Outcome(ACCEPTED, id=user_id))
        end_all([user_id for _, user_id, _ in facts if user_id is not None])
        write_journal(cursor, actor, now, facts)
    return outcomes


def end_all(user_ids: Sequence[UUID]) -> int:
    """End every session of these users, within the caller's transaction; how many there were."""
    return Session.objects.filter(user_id__in=user_ids).delete()[0] if user_ids else 0


def end_own(session_id: UUID, *, actor: Actor, now: datetime) -> Outcome:
    """End one of the actor's own sessions (``queries.sessions_of`` names them). Refusal: unknown_session."""
    with hot_cursor() as cursor:
        if not Session.objects.filter(session_key=session_id.hex, user_id=actor.id).delete()[0]:
            return Outcome(REFUSED, "unknown_session")
        write_journal(cursor, actor, now, [("user.device_signed_out", actor.id, {})])
    return Outcome(ACCEPTED, id=session_id)


def end_the_others(sender: object, request: HttpRequest, user: Any, **more: Any) -> None:
    """Someone changed their own password: their other sessions end (signal ``password_changed``)."""
    key = request.session.session_key
    with hot_cursor() as cursor:
        Session.objects.filter(user_id=user.pk).exclude(session_key=digest(key or "")).delete()
        actor = Actor(user.pk, "user", user.label(), ())
        write_journal(cursor, actor, timezone.now(), [("user.password_changed", user.pk, {})])
