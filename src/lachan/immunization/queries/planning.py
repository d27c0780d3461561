"""Sessions to come: a week as planned, and a proposal made from who is due and what is in the refrigerator."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from lachan.access.staff import StaffFact, facilities_of, staff_of
from lachan.immunization.queries import board, catalogue
from lachan.immunization.rules.bands import AGE_BANDS
from lachan.immunization.rules.planning import PARTS, Proposal, Slot, Supply, clash, propose
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.published import residents

MOST_SESSIONS: Final = 500  # of a page
FIRST_OPEN: Final = 5  # years: nobody younger is called by this campaign's texts, whatever a product's rule


class WeekSession(NamedTuple):
    """A session of the week. ``doses`` as planned, by product key."""

    id: UUID
    facility_id: int
    date: date
    part: str
    status: str
    capacity: int
    staff: list[dict[str, Any]]
    doses: dict[str, int]
    reason: str


class Planned(NamedTuple):
    """Sessions planned or held at a facility, people they can serve, sessions called off."""

    sessions: int
    capacity: int
    cancelled: int


class Target(NamedTuple):
    """Residents who may get a dose: ``product_id`` of their latest one, None for a first; age by band, -1 unknown."""

    product_id: int | None
    group: int | None
    band: int
    overdue: bool
    people: int


class Targets(NamedTuple):
    """Who is due in a commune until a day. ``too_young``: people without any dose below the age of every product."""

    until: date
    lines: tuple[Target, ...]
    too_young: int

    @property
    def first(self) -> int:
        return sum(line.people for line in self.lines if line.product_id is None)

    @property
    def due(self) -> dict[int, int]:
        found: Counter[int] = Counter()
        for line in self.lines:
            if line.product_id is not None:
                found[line.product_id] += line.people
        return dict(found)

    @property
    def overdue(self) -> int:
        return sum(line.people for line in self.lines if line.overdue)


class Clash(NamedTuple):
    """Someone who is at another session at that time."""

    name: str
    session_id: UUID
    facility_id: int
    date: date
    part: str


def week_of(first: date) -> tuple[date, date]:
    """Monday and Sunday of the week a day lies in."""
    monday = first - timedelta(days=first.weekday())
    return monday, monday + timedelta(days=6)


def sessions_between(first: date, last: date, facilities: Sequence[int] | None) -> list[WeekSession]:
    """Sessions of a range of days in the order of time; one query."""
    known = {"first": first, "last": last, "facilities": facilities and list(facilities), "most": MOST_SESSIONS}
    return [WeekSession._make((*row[:6], _json(row[6]), _json(row[7]) or {}, row[8] or "")) for row in
            _rows("week_of_facilities", known)]  # fmt: skip


def planned_by_facility(first: date, last: date, facilities: Collection[int]) -> dict[int, Planned]:
    """How much each facility has planned; one query."""
    known = {"first": first, "last": last, "facilities": sorted(facilities)}
    return {row[0]: Planned(*row[1:]) for row in _rows("weeks_by_facility", known)}


def targets(residences: Collection[int], until: date, today: date) -> Targets:
    """Residents of areas who may get a dose until a day; one query for the people, one for the doses of each 5,000."""
    youngest = _youngest(until)
    lines: Counter[tuple[int | None, int | None, int, bool]] = Counter()
    too_young = 0
    for page in residents(residences, until):
        with hot_cursor() as cursor:
            arrays.execute(cursor, load("immunization", "latest_doses"), [[person.id for person in page]])
            latest = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
        for person in page:
            product, due = latest.get(person.id, (None, None))
            if product is not None and (due is None or due > until):
                continue
            if product is None and person.age is not None and person.age < youngest:
                too_young += 1
                continue
            lines[product, person.group, _band(person.age), due is not None and due < today] += 1
    ordered = sorted(lines.items(), key=lambda entry: (entry[0][0] or 0, entry[0][1] or 99, entry[0][2], entry[0][3]))
    return Targets(until, tuple(Target(*key, people) for key, people in ordered), too_young)


def _youngest(on: date) -> int:
    """The youngest age any product may be given at on that day."""
    known = catalogue()
    ages = [found.rule.min_age for p in known.products() if (found := known.rule_on(p.id, on)) and not found.in_force]
    return max(min(ages, default=18), FIRST_OPEN)


def _band(age: int | None) -> int:
    return -1 if age is None else max(band for band in AGE_BANDS if band <= max(age, 0))


def proposal(
    facility_id: int, due: Targets, monday: date, today: date, capacity: int, taken: Iterable[tuple[date, str]]
) -> Proposal:
    """A week's sessions for a station: working days of the week still to come, halves already planned left out."""
    stock = [
        Supply(line.product_id, line.balance, line.expires_on)
        for line in board.stock_of(facility_id)
        if line.balance > 0 and line.usable(max(monday, today))
    ]
    begun = list(taken)
    slots = [
        Slot(day, part)
        for day in (monday + timedelta(days=step) for step in range(6))
        if day >= today
        for part in PARTS
        if not any(clash((day, part), when) for when in begun)
    ]
    return propose(due.due, due.first, stock, slots, capacity)


def staff_for(facility_id: int, on: date) -> list[StaffFact]:
    """Who may be assigned to a desk of the facility. One query."""
    return staff_of(facility_id, on)


def clashes(
    session_id: UUID | None, when: tuple[date, str], users: Collection[UUID], names: dict[UUID, str], today: date
) -> list[Clash]:
    """Who of these people is at another session then; asked before a plan is sent, so that it can be answered. Two
    queries."""
    held = facilities_of(users, today)
    facilities = sorted(set().union(*held.values())) if held else []
    if not facilities:
        return []
    found: dict[UUID, list[Clash]] = defaultdict(list)
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("immunization", "sessions_with_staff"), [facilities, [when[0]]])
        for key, facility_id, day, part, staff in cursor.fetchall():
            if key == session_id or not clash((day, part), when):
                continue
            for entry in _json(staff):
                user = UUID(entry["user"]) if "user" in entry else None
                if user in users and user is not None:
                    found[user].append(Clash(names.get(user, entry.get("name", "")), key, facility_id, day, part))
    return [clashing for user in users for clashing in found[user]]


def _rows(name: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", name), parameters)
        return list(cursor.fetchall())


def _json(stored: Any) -> Any:
    return msgspec.json.decode(stored) if isinstance(stored, str) else stored
