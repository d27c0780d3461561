"""A lot: where it may not be used, who got it, where its vials are, who has been told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from lachan.access.actors import Actor
from lachan.access.rules import STATION_ROLES, allowed
from lachan.access.scopes import NATION
from lachan.immunization.queries.reference import marks_at
from lachan.immunization.rules.facts import LotMark
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places

Facilities = Sequence[int] | None
Scope = frozenset[int] | None


class LotFacts(NamedTuple):
    """A lot and its product."""

    id: int
    number: str
    expires_on: date | None
    product_id: int
    product: str
    product_name: str


class MarkRow(NamedTuple):
    """A quarantine or recall with all that was said, ended (``until``) or not."""

    id: UUID
    lot_id: int
    area_id: int | None
    facility_id: int | None
    status: str
    since: datetime
    until: datetime | None
    reason: str
    document: str
    actor_id: UUID
    recorded_at: datetime
    ended_by: UUID | None
    ended_reason: str
    ended_document: str
    number: str
    product: str
    product_name: str
    queued_at: datetime | None

    @property
    def mark(self) -> LotMark:
        return LotMark(self.status, self.since, self.until, self.area_id, self.facility_id)


class Used(NamedTuple):
    """Doses of a lot at a facility; the facility is None for what was given elsewhere."""

    facility_id: int | None
    doses: int
    people: int
    first_on: date
    latest_on: date


class Held(NamedTuple):
    """A lot at a facility, in doses: what it has, how much of that is in open vials, and what is on the way to it."""

    facility_id: int
    balance: int
    in_open_vials: int
    coming: int


class Progress(NamedTuple):
    """Messages about a cause by what became of them."""

    total: int
    queued: int
    sent: int
    failed: int
    withdrawn: int
    reached: int

    @property
    def to_reach(self) -> int:
        return self.total - self.withdrawn - self.reached


class ToReach(NamedTuple):
    """Someone nobody has reached yet."""

    person_id: UUID
    state: str
    reason: str
    outcome: str
    outcome_at: datetime | None
    facility_id: int | None
    given_on: date | None
    sent_at: datetime | None


def lot_by_id(lot_id: int) -> LotFacts | None:
    """One lot; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "lot_by_id"), [lot_id])
        row = cursor.fetchone()
    return LotFacts(*row) if row else None


def lots_like(text: str, most: int = 20) -> list[LotFacts]:
    """Lots whose number begins with a text; one query."""
    wanted = text.strip().upper().replace("\\", "").replace("%", "").replace("_", "")
    if not wanted:
        return []
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "lots_like"), [wanted + "%", most])
        return [LotFacts(*row) for row in cursor.fetchall()]


def history(lot_id: int) -> list[MarkRow]:
    """Every quarantine and recall of a lot, the latest first; one query."""
    return _marks("lot_history", [lot_id])


def standing(scope: Scope) -> list[MarkRow]:
    """What is not ended and touches the facilities (None: anywhere), the latest first; one query."""
    rows = _marks("lot_marks_standing", [])
    return [row for row in rows if touches(row, scope)]


def mark_by_id(status_id: UUID) -> MarkRow | None:
    """One quarantine or recall; one query."""
    return next(iter(_marks("lot_mark", [status_id])), None)


def touches(row: MarkRow, scope: Scope) -> bool:
    """Whether a mark holds at one of the facilities at least."""
    if scope is None or row.area_id == NATION:
        return True
    if row.facility_id is not None:
        return row.facility_id in scope
    return not places.facilities_in(row.area_id or 0).isdisjoint(scope)


def holds_at(rows: Sequence[MarkRow], facility_id: int) -> list[MarkRow]:
    """Those of rows that hold at a facility now."""
    return [row for row in rows if row.until is None and marks_at((row.mark,), facility_id)]


def used(lot_id: int, facilities: Facilities) -> list[Used]:
    """Doses that count of a lot by facility, the most first; one query by the lot's index."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "lot_used"), {"lot": lot_id, "facilities": _array(facilities)})
        return [Used(*row) for row in cursor.fetchall()]


def used_by_day(lot_id: int, facilities: Facilities) -> list[tuple[date, int]]:
    """(day, doses) of a lot, in order; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "lot_used_by_day"), {"lot": lot_id, "facilities": _array(facilities)})
        return [(row[0], row[1]) for row in cursor.fetchall()]


def people(lot_id: int, facilities: Facilities) -> int:
    """How many people had a dose of a lot that counts; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "lot_people"), {"lot": lot_id, "facilities": _array(facilities)})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def held(lot_id: int, facilities: Facilities) -> list[Held]:
    """Facilities that hold vials of a lot or have some on the way, the most first; three queries, for stock, open vials
    and transfers lie apart on a cluster."""
    asked = {"lot": lot_id, "facilities": _array(facilities)}
    with hot_cursor() as cursor:
        found: dict[int, list[int]] = {}
        for place, name in enumerate(("lot_balances", "lot_in_open_vials", "lot_on_the_way")):
            cursor.execute(load("immunization", name), asked)
            for facility_id, doses in cursor.fetchall():
                found.setdefault(facility_id, [0, 0, 0])[place] = doses
    rows = [Held(facility_id, *doses) for facility_id, doses in found.items() if any(doses)]
    return sorted(rows, key=lambda row: (-row.balance, -row.coming, row.facility_id))


def sessions_using(lot_number: str, product: str, day: date, facilities: Facilities) -> list[tuple[UUID, int]]:
    """(session, facility) of open sessions of a day whose lots of today name this lot; one query."""
    asked = {"day": day, "product": product, "lot": lot_number, "facilities": _array(facilities)}
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "sessions_using_lot"), asked)
        return [(row[0], row[1]) for row in cursor.fetchall()]


def progress(cause_id: UUID, areas: Scope = None, facilities: Scope = None) -> Progress:
    """How far telling people has come, in an actor's reach (None: everybody); one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "message_progress"), _reach(cause_id, areas, facilities))
        row = cursor.fetchone()
    return Progress(*row) if row else Progress(0, 0, 0, 0, 0, 0)


def progress_by_facility(cause_id: UUID) -> dict[int | None, tuple[int, int]]:
    """Facility -> (people, of them reached); one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "message_progress_by_facility"), [cause_id])
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def to_reach(cause_id: UUID, areas: Scope, facilities: Scope, *, after: UUID, most: int) -> list[ToReach]:
    """People in reach whom nobody has reached, by id; ``after`` is the last of the page before. One query."""
    asked = _reach(cause_id, areas, facilities) | {"after": after, "most": most}
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "messages_unreached"), asked)
        return [ToReach(*row) for row in cursor.fetchall()]


def reach_scope(actor: Actor) -> tuple[Scope, Scope]:
    """(areas whose residents, facilities whose vaccinated people) an actor calls or visits; None is the nation.

    Narrower than whom a nurse may look up by name: a station calls those it vaccinated, an officer the residents too.
    """
    if actor.kind == "system":
        return None, None
    areas: frozenset[int] = frozenset()
    facilities: frozenset[int] = frozenset()
    for grant in actor.grants:
        if grant.role not in allowed("message.reach"):
            continue
        if grant.role in STATION_ROLES and grant.facility_id is not None:
            facilities |= {grant.facility_id}
        elif grant.area_id is not None:
            areas |= places.areas_under(grant.area_id)
            facilities |= places.facilities_in(grant.area_id)
    return areas, facilities


def _reach(cause_id: UUID, areas: Scope, facilities: Scope) -> dict[str, Any]:
    everybody = areas is None or facilities is None
    return {
        "cause": cause_id, "everybody": everybody, "areas": sorted(areas or ()), "facilities": sorted(facilities or ()),
    }  # fmt: skip


def _marks(name: str, parameters: list[Any]) -> list[MarkRow]:
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", name), parameters)
        return [MarkRow(*row) for row in cursor.fetchall()]


def _array(facilities: Facilities) -> list[int] | None:
    return None if facilities is None else sorted(facilities)
