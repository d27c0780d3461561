"""Plans with what they are decided by: stock, pace, sessions, and what the stock book says was sent and received."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places

PACE_DAYS: Final = 14
BACK: Final = timedelta(days=180)


class PlanRow(NamedTuple):
    """A plan and the sums of its lines."""

    id: UUID
    number: str
    giver_id: int
    parent_id: UUID | None
    product_id: int
    product: str
    product_name: str
    title: str
    available: int
    due_on: date
    state: str
    note: str
    actor_id: UUID
    created_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    over_reason: str
    asked: int
    given: int


class LineRow(NamedTuple):
    """What a place asked for and was given."""

    place: str
    area_id: int | None
    facility_id: int | None
    asked: int | None
    asked_by: UUID | None
    asked_at: datetime | None
    asked_note: str
    given: int | None
    given_by: UUID | None
    given_at: datetime | None


class Standing(NamedTuple):
    """How a facility stands with one product. ``planned``: places in sessions of the coming two weeks."""

    stock: int = 0
    doses: int = 0
    planned: int = 0
    sent: int = 0
    received: int = 0


def plan_by_id(plan_id: UUID) -> PlanRow | None:
    """One plan; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "plan_by_id"), [plan_id])
        row = cursor.fetchone()
    return PlanRow(*row) if row else None


def plans_of(areas: Sequence[int], scope: frozenset[int] | None, most: int) -> list[PlanRow]:
    """Plans of half a year that an actor decides or takes part in, the latest first; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "plans_since"), [datetime.now().astimezone() - BACK])
        rows = [PlanRow(*row) for row in cursor.fetchall()]
    return [row for row in rows if sees(row, areas, scope)][:most]


def sees(plan: PlanRow, areas: Collection[int], scope: frozenset[int] | None) -> bool:
    """Whether a plan concerns somebody: they decide it, or one of their facilities lies under the giver."""
    return scope is None or plan.giver_id in areas or not places.facilities_in(plan.giver_id).isdisjoint(scope)


def lines_of(plan_id: UUID) -> list[LineRow]:
    """The lines of a plan; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "plan_lines"), [plan_id])
        return [LineRow(*row) for row in cursor.fetchall()]


def standing(plan: PlanRow, facilities: Sequence[int], today: date) -> dict[int, Standing]:
    """How facilities stand with the plan's product. Five queries: stock, doses, sessions, transfers and deliveries lie
    apart on a cluster. Sent and received are found by the plan's number on their documents."""
    asked: dict[str, Any] = {
        "facilities": list(facilities), "product": plan.product_id, "since": today - timedelta(days=PACE_DAYS),
        "today": today, "until": today + timedelta(days=PACE_DAYS), "number": plan.number,
        "made": plan.created_at - timedelta(days=1),
    }  # fmt: skip
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    with hot_cursor() as cursor:
        for name, field in (("plan_stock", "stock"), ("plan_pace", "doses"), ("plan_places_to_come", "planned")):
            cursor.execute(load("immunization", name), asked)
            for facility_id, value in cursor.fetchall():
                sums[facility_id][field] = value
        cursor.execute(load("immunization", "plan_transfers"), asked)
        for facility_id, sent, received in cursor.fetchall():
            sums[facility_id] |= {"sent": sent, "received": received}
        cursor.execute(load("immunization", "plan_deliveries"), asked)
        for facility_id, received in cursor.fetchall():
            found = sums[facility_id]
            found["received"] = found.get("received", 0) + received
            found["sent"] = max(found.get("sent", 0), found["received"])
    return {facility_id: Standing(**values) for facility_id, values in sums.items()}
