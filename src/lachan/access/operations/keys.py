"""Keys of station devices and partner systems."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.utils import timezone

from lachan.access import tokens
from lachan.access.actors import Actor, clear_key_memory
from lachan.access.models import ApiKey, Grant
from lachan.access.operations._common import Fact, bounded, scope_fault, write_journal
from lachan.access.operations.grants import grant_body
from lachan.access.rules import Role, may
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.places import queries as places

LONGEST_KEY: Final = timedelta(days=400)  # a year and time to notice
_KEY_ROLE = {"device": Role.STATION_DEVICE, "partner": Role.PARTNER}


class NewApiKey(NamedTuple):
    """A key and where it serves: a device or partner at facilities, or in an area."""

    label: str
    kind: str  # device | partner
    expires_at: datetime
    facility_ids: tuple[int, ...] = ()
    area_ids: tuple[int, ...] = ()


class KeyMade(NamedTuple):
    """``token`` is the only copy there will ever be; None when refused."""

    outcome: Outcome
    token: str | None


def create_api_keys(items: Sequence[NewApiKey], *, actor: Actor, now: datetime) -> list[KeyMade]:
    """Make keys with their grants. Refusals: not_allowed, name_missing, kind_unknown, expiry_out_of_range,
    role_needs_place, unknown_facility, unknown_area, out_of_scope."""
    bounded(items)
    wanted_areas = {area_id for item in items for area_id in item.area_ids}
    areas = {area.id for area in places.areas(wanted_areas)}
    made: list[KeyMade] = []
    keys: list[ApiKey] = []
    grants: list[Grant] = []
    for item in items:
        reason = _key_fault(item, areas, actor, now)
        if reason is not None:
            made.append(KeyMade(Outcome(REFUSED, reason, params={"label": item.label}), None))
            continue
        token = tokens.new_token()
        key = ApiKey(
            prefix=token.prefix, hash=token.hash, label=item.label.strip(), kind=item.kind,
            created_at=now, created_by=actor.id, expires_at=item.expires_at,
        )  # fmt: skip
        keys.append(key)
        pairs = [*((f, None) for f in sorted(set(item.facility_ids))), *((None, a) for a in sorted(set(item.area_ids)))]
        grants += [
            Grant(
                api_key_id=key.id, role=_KEY_ROLE[item.kind], facility_id=facility_id, area_id=area_id,
                valid_from=timezone.localdate(now), created_at=now, created_by=actor.id,
            )
            for facility_id, area_id in pairs
        ]  # fmt: skip
        made.append(KeyMade(Outcome(ACCEPTED, id=key.id), token.token))
    with hot_cursor() as cursor:
        ApiKey.objects.bulk_create(keys)
        Grant.objects.bulk_create(grants)
        entries = [("api_key.made", key.id, {"label": key.label, "kind": key.kind}) for key in keys]
        write_journal(cursor, actor, now, entries + [("grant.made", row.api_key_id, grant_body(row)) for row in grants])
    return made


def create_api_key(item: NewApiKey, *, actor: Actor, now: datetime) -> tuple[UUID, str]:
    """One key: (its id, the token, shown this once). A refusal raises :class:`Problem` with its reason code."""
    [(outcome, token)] = create_api_keys([item], actor=actor, now=now)
    if token is None or outcome.id is None:
        raise Problem(outcome.reason or "refused", "Key refused", f"{item.label}: {outcome.reason}")
    return outcome.id, token


def _key_fault(item: NewApiKey, areas: Collection[int], actor: Actor, now: datetime) -> str | None:
    if not may(actor, "key.manage"):
        return "not_allowed"
    if not item.label.strip():
        return "name_missing"
    if item.kind not in _KEY_ROLE:
        return "kind_unknown"
    if not now < item.expires_at <= now + LONGEST_KEY:
        return "expiry_out_of_range"
    if not item.facility_ids and not item.area_ids:
        return "role_needs_place"
    if not set(item.facility_ids) <= places.facility_table().keys():
        return "unknown_facility"
    if not set(item.area_ids) <= set(areas):
        return "unknown_area"
    faults = [scope_fault(actor, facility_id, None, "key.manage") for facility_id in item.facility_ids]
    faults += [scope_fault(actor, None, area_id, "key.manage") for area_id in item.area_ids]
    return next((fault for fault in faults if fault), None)


def revoke_api_keys(ids: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Outcome]:
    """End keys: here at once, in other processes within ``actors.KEY_MEMORY`` seconds. Refusals: not_allowed,
    unknown_key, out_of_scope."""
    bounded(ids)
    outcomes: list[Outcome] = []
    entries: list[Fact] = []
    with hot_cursor() as cursor:
        rows = {row.id: row for row in ApiKey.objects.select_for_update().filter(id__in=ids).order_by("id")}
        held: dict[UUID, list[Grant]] = {}
        for row in Grant.objects.filter(api_key_id__in=ids):
            held.setdefault(row.api_key_id, []).append(row)  # type: ignore[arg-type]
        for key_id in ids:
            key = rows.get(key_id)
            if not may(actor, "key.manage"):
                outcomes.append(Outcome(REFUSED, "not_allowed"))
            elif key is None:
                outcomes.append(Outcome(REFUSED, "unknown_key"))
            elif any(scope_fault(actor, g.facility_id, g.area_id, "key.manage") for g in held.get(key_id, ())):
                outcomes.append(Outcome(REFUSED, "out_of_scope"))
            elif key.revoked_at is not None:
                outcomes.append(Outcome(DUPLICATE, id=key_id))
            else:
                key.revoked_at = now
                entries.append(("api_key.revoked", key_id, {}))
                outcomes.append(Outcome(ACCEPTED, id=key_id))
        ApiKey.objects.bulk_update(rows.values(), ["revoked_at"])
        write_journal(cursor, actor, now, entries)
    clear_key_memory()
    return outcomes
