"""Reads for other systems: lists with their scope in the query, pages that end at a key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from lachan.immunization.models import BoosterRule, MixingRule, Product, ProductRule, ScreeningForm
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

MOST = 500  # rows a page


class SessionFacts(NamedTuple):
    """A session as other systems see it; ``lots`` is product key to lot number."""

    id: UUID
    facility_id: int
    date: date
    part: str
    status: str
    capacity: int
    lots: dict[str, str]
    opened_at: datetime | None
    closed_at: datetime | None


class DoseFacts(NamedTuple):
    """A dose with the correction that ended it, if one did."""

    person_id: UUID
    id: UUID
    product_id: int
    lot_number: str
    dose_number: int
    given_on: date
    given_at: datetime
    facility_id: int | None
    session_id: UUID | None
    site: str
    route: str
    source: str
    country: str
    next_due_on: date | None
    completes: bool
    status: str
    recorded_at: datetime
    correction_kind: str | None
    replacement_id: UUID | None
    correction_reason: str | None
    corrected_at: datetime | None


class ProductFacts(NamedTuple):
    """A product with its dated rules, as plain columns."""

    product: Product
    rules: list[dict[str, Any]]
    mixing: list[dict[str, Any]]


def sessions(
    facility_ids: Sequence[int], *, day: date | None = None, after: tuple[date, UUID] | None = None, limit: int = 100
) -> list[SessionFacts]:
    """Sessions of these facilities (the caller's scope), newest first, behind ``after``; one query."""
    with hot_cursor() as cursor:
        cursor.execute(
            load("immunization", "api_sessions"),
            {
                "facilities": list(facility_ids),
                "day": day,
                "after_day": after[0] if after else None,
                "after_id": after[1] if after else None,
                "most": min(limit, MOST + 1),
            },
        )
        return [_session(row) for row in cursor.fetchall()]


def session(session_id: UUID, facility_ids: Sequence[int] | None) -> SessionFacts | None:
    """One session, if it is of these facilities (None: of any); one query."""
    with hot_cursor() as cursor:
        facilities = None if facility_ids is None else list(facility_ids)
        cursor.execute(load("immunization", "api_session"), {"id": session_id, "facilities": facilities})
        row = cursor.fetchone()
    return _session(row) if row else None


def doses(person_ids: Sequence[UUID]) -> dict[UUID, list[DoseFacts]]:
    """Every dose of each person by day, voided and amended ones too; one query."""
    found: dict[UUID, list[DoseFacts]] = defaultdict(list)
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "api_doses"), {"persons": list(person_ids)})
        for row in cursor.fetchall():
            found[row[0]].append(DoseFacts(*row))
    return dict(found)


def seen_at(person_ids: Sequence[UUID]) -> dict[UUID, set[int]]:
    """Facilities at which each person was received or vaccinated; one query."""
    found: dict[UUID, set[int]] = defaultdict(set)
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "api_seen_at"), {"persons": list(person_ids)})
        for person_id, facility_id in cursor.fetchall():
            found[person_id].add(facility_id)
    return dict(found)


def products() -> tuple[list[ProductFacts], list[dict[str, Any]]]:
    """(products with their rules, booster rules), past rules too; four queries."""
    rules: dict[int, list[dict[str, Any]]] = defaultdict(list)
    mixing: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for rule in ProductRule.objects.order_by("product_id", "valid_from").values():
        rules[rule["product_id"]].append({**rule})
    for mix in MixingRule.objects.order_by("from_product_id", "to_product_id", "valid_from").values():
        mixing[mix["from_product_id"]].append({**mix})
    found = [ProductFacts(row, rules[row.id], mixing[row.id]) for row in Product.objects.order_by("id")]
    return found, [{**booster} for booster in BoosterRule.objects.order_by("valid_from", "id").values()]


def screening_forms() -> list[dict[str, Any]]:
    """Bodies of all screening forms, past ones too, by code and first day; one query."""
    return list(ScreeningForm.objects.order_by("code", "valid_from").values_list("body", flat=True))


def _session(row: Sequence[Any]) -> SessionFacts:
    facts = SessionFacts(*row)
    # Django's connection hands JSON over as text
    return facts._replace(lots=json.loads(facts.lots)) if isinstance(facts.lots, str) else facts
