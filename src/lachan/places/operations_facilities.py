"""Facilities of this installation: opened, renamed, closed. Whether somebody may is decided by whoever calls.

Running processes learn of it: the one that wrote at once, others when they ask ``queries.refresh`` (the web does, once
a minute).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.statements import load
from lachan.places import queries
from lachan.places.models import Facility
from lachan.places.rules import COMMUNE, DISTRICT, PROVINCE, search_form

# Stations and hospitals of the reference data have ids below; what an installation opens itself begins here.
FIRST_OWN_ID: Final = 10_000_000
MOST_ITEMS: Final = 1_000
KINDS: Final = ("station", "hospital")
_SPACE: Final = UUID("5bd3f1f4-52a2-5c3a-9a51-1b0d5a1f0002")


class NewFacility(NamedTuple):
    """A station or hospital in a commune of the day it opens."""

    code: str
    name: str
    kind: str  # station | hospital
    area_id: int
    opened_on: date


class Change(NamedTuple):
    """``name`` and ``closed_on`` None: as it is. ``reopen`` takes a closing back."""

    facility_id: int
    name: str | None = None
    closed_on: date | None = None
    reopen: bool = False


def subject_of(facility_id: int) -> UUID:
    """The id under which the journal knows a facility."""
    return uuid5(_SPACE, str(facility_id))


def open_facilities(items: Sequence[NewFacility], *, actor_id: UUID, now: datetime) -> list[Outcome]:
    """Open facilities, one outcome each, the id in ``params``. Duplicate when the code is there with the same name,
    kind and commune. Refusals: facility_code_malformed, facility_code_taken, name_missing, facility_kind_unknown,
    facility_needs_commune."""
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} facilities at once; the limit is {MOST_ITEMS}")
    outcomes, facts = [], []
    with hot_cursor() as cursor:
        cursor.execute(load("places", "lock_facilities"))
        known = {row.code: row for row in Facility.objects.filter(code__in=[item.code.strip() for item in items])}
        last = Facility.objects.filter(id__gte=FIRST_OWN_ID).order_by("-id").values_list("id", flat=True).first()
        next_id = (last or FIRST_OWN_ID - 1) + 1
        for item in items:
            reason = _fault(item)
            there = known.get(item.code.strip())
            if reason is None and there is not None:
                same = (there.name, there.kind, there.area_id) == (item.name.strip(), item.kind, item.area_id)
                outcomes.append(
                    Outcome(DUPLICATE, params={"id": there.id})
                    if same
                    else Outcome(REFUSED, "facility_code_taken", params={"code": item.code})
                )
                continue
            if reason is not None:
                outcomes.append(Outcome(REFUSED, reason, params={"code": item.code}))
                continue
            row = _row(next_id, item)
            row.save(force_insert=True)
            known[row.code] = row
            facts.append(_fact("facility.opened", row.id, actor_id, now, {"code": row.code, "name": row.name}))
            outcomes.append(Outcome(ACCEPTED, params={"id": row.id}))
            next_id += 1
        journal.append(cursor, facts)
    queries.forget_facilities()
    return outcomes


def _fault(item: NewFacility) -> str | None:
    code = item.code.strip()
    if not (2 <= len(code) <= 20 and code.isascii() and code.replace("-", "").isalnum()):
        return "facility_code_malformed"
    if not item.name.strip():
        return "name_missing"
    if item.kind not in KINDS:
        return "facility_kind_unknown"
    area = queries.area(item.area_id)
    return None if area is not None and area.level == COMMUNE else "facility_needs_commune"


def _row(facility_id: int, item: NewFacility) -> Facility:
    area = queries.area(item.area_id)
    assert area is not None
    above = {step.level: step.id for step in queries.path(item.area_id, area.valid_from)}
    return Facility(
        id=facility_id, code=item.code.strip(), name=item.name.strip()[:120], search_name=search_form(item.name),
        kind=item.kind, area_id=item.area_id, district_id=above.get(DISTRICT), province_id=above[PROVINCE],
        opened_on=item.opened_on,
    )  # fmt: skip


def change_facilities(items: Sequence[Change], *, actor_id: UUID, now: datetime) -> list[Outcome]:
    """Rename, close or reopen. Facts that point at a closed facility stay. Refusals: unknown_facility, name_missing,
    dates_reversed (closed before it opened)."""
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{len(items)} facilities at once; the limit is {MOST_ITEMS}")
    outcomes, facts = [], []
    with hot_cursor() as cursor:
        ids = [item.facility_id for item in items]
        rows = {row.id: row for row in Facility.objects.select_for_update().filter(id__in=ids).order_by("id")}
        for item in items:
            row = rows.get(item.facility_id)
            if row is None:
                outcomes.append(Outcome(REFUSED, "unknown_facility"))
                continue
            outcome, body = _change(row, item)
            if outcome.status is ACCEPTED:
                row.save(update_fields=["name", "search_name", "own_name", "closed_on"])
                facts.append(_fact("facility.changed", row.id, actor_id, now, body))
            outcomes.append(outcome)
        journal.append(cursor, facts)
    queries.forget_facilities()
    return outcomes


def _change(row: Facility, item: Change) -> tuple[Outcome, dict[str, Any]]:
    body: dict[str, Any] = {}
    if item.name is not None and not item.name.strip():
        return Outcome(REFUSED, "name_missing"), body
    if item.closed_on is not None and item.closed_on <= row.opened_on:
        return Outcome(REFUSED, "dates_reversed"), body
    if item.name is not None and item.name.strip() != row.name:
        body["name"] = [row.name, item.name.strip()[:120]]
        row.name, row.search_name, row.own_name = item.name.strip()[:120], search_form(item.name), True
    if item.closed_on is not None and item.closed_on != row.closed_on:
        body["closed_on"] = item.closed_on.isoformat()
        row.closed_on = item.closed_on
    if item.reopen and row.closed_on is not None:
        body["closed_on"] = None
        row.closed_on = None
    return Outcome(ACCEPTED if body else DUPLICATE, params={"id": row.id}), body


def _fact(verb: str, facility_id: int, actor_id: UUID, now: datetime, body: dict[str, Any]) -> journal.Entry:
    text = json.dumps(body | {"facility": facility_id}, ensure_ascii=False)
    return journal.Entry(verb, subject_of(facility_id), now, actor_id, text)
