"""Roles given and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from lachan.access.actors import Actor, clear_key_memory
from lachan.access.models import ApiKey, Grant, User
from lachan.access.operations._common import bounded, scope_fault, write_journal
from lachan.access.rules import Role, default_last_day, grant_fault, may
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.places import queries as places


class NewGrant(NamedTuple):
    """A role for a user or a key, at a facility or in an area; ``valid_from`` None is today."""

    role: str
    user_id: UUID | None = None
    api_key_id: UUID | None = None
    facility_id: int | None = None
    area_id: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def grant(items: Sequence[NewGrant], *, actor: Actor, now: datetime, by_two: bool = False) -> list[Outcome]:
    """Give roles. Duplicate when the same open-ended grant is in force. ``by_two``: another administrator asked for it
    (``recovery.confirm``), without which nobody makes administrators. Refusals: not_allowed, needs_two, out_of_scope,
    unknown_user, unknown_key, unknown_facility, unknown_area, wrong_level, and the codes of ``rules.grant_fault``."""
    bounded(items)
    areas = places.areas([item.area_id for item in items if item.area_id is not None])
    levels = {area.id: area.level for area in areas}
    users = set(User.objects.filter(id__in=[item.user_id for item in items]).values_list("id", flat=True))
    keys = set(ApiKey.objects.filter(id__in=[item.api_key_id for item in items]).values_list("id", flat=True))
    today = timezone.localdate(now)
    outcomes: list[Outcome] = []
    new: list[Grant] = []
    for item in items:
        item = item._replace(valid_from=item.valid_from or today)
        if item.valid_to is None and actor.kind == "user" and item.valid_from is not None:
            item = item._replace(valid_to=default_last_day(item.role, max(item.valid_from, today)))
        reason = _grant_fault(item, actor, levels, users, keys)
        if reason is None and item.role == Role.ADMINISTRATOR and actor.kind == "user" and not by_two:
            reason = "needs_two"
        if reason is None:
            new.append(Grant(**item._asdict(), created_at=now, created_by=actor.id))
            outcomes.append(Outcome(ACCEPTED, id=new[-1].id))
        else:
            outcomes.append(Outcome(REFUSED, reason, params={"role": item.role}))
    with hot_cursor() as cursor:
        Grant.objects.bulk_create(new, ignore_conflicts=True)  # the same open grant twice is no second grant
        made = set(Grant.objects.filter(id__in=[row.id for row in new]).values_list("id", flat=True))
        entries = [("grant.made", row.user_id or row.api_key_id, grant_body(row)) for row in new if row.id in made]
        write_journal(cursor, actor, now, entries)
    return [Outcome(DUPLICATE) if o.id is not None and o.id not in made else o for o in outcomes]


def _grant_fault(item: NewGrant, actor: Actor, levels: dict[int, int], users: set[UUID], keys: set[UUID]) -> str | None:
    for_key = item.api_key_id is not None
    if not may(actor, "key.manage" if for_key else "user.manage"):
        return "not_allowed"
    if for_key:
        if item.api_key_id not in keys or item.user_id is not None:
            return "unknown_key"
    elif item.user_id not in users:
        return "unknown_user"
    elif item.user_id == actor.id:
        return "own_account"  # an administrator sees no person; nor by a role of their own making
    assert item.valid_from is not None
    if item.facility_id is not None and item.facility_id not in places.facility_table():
        return "unknown_facility"
    if item.area_id is not None and item.area_id not in levels:
        return "unknown_area"
    return grant_fault(
        item.role,
        for_key=for_key,
        facility=item.facility_id is not None,
        area_level=None if item.area_id is None else levels[item.area_id],
        valid_from=item.valid_from,
        valid_to=item.valid_to,
    ) or scope_fault(actor, item.facility_id, item.area_id, "key.manage" if for_key else "user.manage")


def grant_body(row: Grant) -> dict[str, Any]:
    return {
        "grant": str(row.id),
        "role": row.role,
        "facility": row.facility_id,
        "area": row.area_id,
        "from": str(row.valid_from),
        "to": None if row.valid_to is None else str(row.valid_to),
    }


def revoke_grants(ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Outcome]:
    """End grants at once; the rows stay as history. Refusals: not_allowed, unknown_grant, out_of_scope."""
    bounded(ids)
    outcomes, entries = [], []
    with hot_cursor() as cursor:
        rows = {row.id: row for row in Grant.objects.select_for_update().filter(id__in=ids).order_by("id")}
        for grant_id in ids:
            row = rows.get(grant_id)
            verb = "key.manage" if row and row.api_key_id else "user.manage"
            if not may(actor, verb):
                outcomes.append(Outcome(REFUSED, "not_allowed"))
            elif row is None:
                outcomes.append(Outcome(REFUSED, "unknown_grant"))
            elif fault := scope_fault(actor, row.facility_id, row.area_id, verb):
                outcomes.append(Outcome(REFUSED, fault))
            elif row.revoked_at is not None:
                outcomes.append(Outcome(DUPLICATE, id=grant_id))
            else:
                row.revoked_at = now
                entries.append(("grant.revoked", row.user_id or row.api_key_id, {"grant": str(grant_id)}))
                outcomes.append(Outcome(ACCEPTED, id=grant_id))
        Grant.objects.bulk_update(rows.values(), ["revoked_at"])
        write_journal(cursor, actor, now, entries)
    clear_key_memory()
    return outcomes


def extend_grants(items: Sequence[tuple[UUID, date]], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Give grants another last day. Refusals: not_allowed, unknown_grant (taken back too), own_account, out_of_scope,
    dates_reversed."""
    bounded(items)
    outcomes, facts = [], []
    with hot_cursor() as cursor:
        ids = [grant_id for grant_id, _ in items]
        rows = {row.id: row for row in Grant.objects.select_for_update().filter(id__in=ids).order_by("id")}
        for grant_id, last in items:
            row = rows.get(grant_id)
            fault = _extend_fault(row, last, actor, timezone.localdate(now))
            if fault is not None or row is None:
                outcomes.append(Outcome(REFUSED, fault))
            elif row.valid_to == last:
                outcomes.append(Outcome(DUPLICATE, id=grant_id))
            else:
                row.valid_to = last
                facts.append(("grant.extended", row.user_id or row.api_key_id, grant_body(row)))
                outcomes.append(Outcome(ACCEPTED, id=grant_id))
        Grant.objects.bulk_update(rows.values(), ["valid_to"])
        write_journal(cursor, actor, now, facts)
    clear_key_memory()
    return outcomes


def _extend_fault(row: Grant | None, last: date, actor: Actor, today: date) -> str | None:
    verb = "key.manage" if row and row.api_key_id else "user.manage"
    if not may(actor, verb):
        return "not_allowed"
    if row is None or row.revoked_at is not None:
        return "unknown_grant"
    if row.user_id == actor.id:
        return "own_account"  # nobody keeps themselves in office
    if last < max(row.valid_from, today):
        return "dates_reversed"
    return scope_fault(actor, row.facility_id, row.area_id, verb)
