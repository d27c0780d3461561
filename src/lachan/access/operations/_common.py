"""What every operation of this room does: bound its list, stay within the actor's scope, append to the journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.models import Grant
from lachan.kernel import journal

MOST_ITEMS: Final = 1_000

Fact = tuple[str, UUID | None, dict[str, Any]]  # verb, subject, body


def bounded(items: Sequence[object]) -> None:
    """ValueError above ``MOST_ITEMS``: a longer list is a mistake of the caller."""
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} items at once; the limit is {MOST_ITEMS}")


def scope_fault(actor: Actor, facility_id: int | None, area_id: int | None, verb: str) -> str | None:
    """``out_of_scope`` when the place lies beyond the actor's own: nobody gives away what they do not hold."""
    if facility_id is not None and not scopes.facility_in_scope(actor, facility_id, verb):
        return "out_of_scope"
    if area_id is not None and not scopes.area_in_scope(actor, area_id, verb):
        return "out_of_scope"
    return None


def beyond_scope(actor: Actor, user_ids: Sequence[UUID]) -> set[UUID]:
    """Users who hold something beyond the actor's own area: whoever sets a password could sign in as its owner."""
    held = Grant.objects.filter(user_id__in=user_ids, revoked_at=None).values_list("user_id", "facility_id", "area_id")
    return {
        user_id
        for user_id, facility_id, area_id in held
        if user_id is not None and scope_fault(actor, facility_id, area_id, "user.manage")
    }


def write_journal(cursor: psycopg.Cursor[Any], actor: Actor, now: datetime, facts: Sequence[Fact]) -> None:
    """One row per fact, one statement for all."""
    journal.append(
        cursor,
        [
            journal.Entry(verb, subject, now, actor.id, json.dumps(body, ensure_ascii=False))
            for verb, subject, body in facts
            if subject is not None
        ],
    )
