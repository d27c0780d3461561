"""Reads for the station: a session with everyone in it. Two queries however many people; names are people's to give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.immunization.queries.reference import catalogue, marks_at, marks_of
from lachan.immunization.rules import doses as dose_rules
from lachan.immunization.rules.encounter import EncounterFacts, EncounterState, state
from lachan.immunization.rules.facts import Decision, DoseFacts, Lot, LotMark, Override, Person, SessionFacts, moment
from lachan.immunization.rules.series import PriorDose
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts

Facilities = Sequence[int] | None
"""Facilities an actor may see; None is every one of the nation."""


class SessionView(msgspec.Struct, frozen=True):
    """A session; ``lots`` maps product keys to today's lot numbers, ``staff`` is as it was sent at the opening."""

    id: UUID
    facility_id: int
    date: date
    part: str
    status: str
    capacity: int
    lots: dict[str, str]
    staff: list[dict[str, Any]]
    opened_at: datetime | None
    closed_at: datetime | None
    halt_reason: str = ""  # why it was stopped before its time
    vials: bool = False  # its doses are drawn from vials said to be open

    @property
    def open(self) -> bool:
        return self.status == "open"

    @property
    def facts(self) -> SessionFacts:
        return SessionFacts(self.date, self.status, self.closed_at)


class StockLine(NamedTuple):
    """A lot at a facility, in doses."""

    product: str
    product_id: int
    product_name: str
    lot_id: int
    number: str
    expires_on: date | None
    marks: tuple[LotMark, ...]  # that hold here now
    component: int
    received: int
    used: int
    adjusted: int
    balance: int
    use_by: date | None = None  # last day of what has been thawed here
    vial_doses: int | None = None  # as the delivery note says

    @property
    def lot(self) -> Lot:
        return Lot(self.number, self.product_id, self.expires_on, self.marks, self.component)

    @property
    def status(self) -> str:
        """The gravest of what holds here now: recalled, quarantined or ok."""
        found = {mark.status for mark in self.marks}
        return "recalled" if "recalled" in found else "quarantined" if found else "ok"

    def usable(self, on: date) -> bool:
        """Whether the lot may be opened on that day, as far as the lot itself says."""
        return self.status == "ok" and all(last is None or last >= on for last in (self.expires_on, self.use_by))


class Visit(msgspec.Struct, frozen=True):
    """A person's way through a session. ``doses`` are those that count, for people waiting for the needle."""

    id: UUID
    person_id: UUID
    arrived_at: datetime
    expected: int | None
    screened_at: datetime | None
    screening_outcome: str | None
    screening_reasons: list[dict[str, Any]]
    consent_at: datetime | None
    dose_id: UUID | None
    product_id: int | None
    lot_number: str | None
    dosed_at: datetime | None
    not_given_at: datetime | None
    not_given_reason: str | None
    observe_until: datetime | None
    reaction_severity: str | None
    released_at: datetime | None
    doses: tuple[PriorDose, ...]

    @property
    def facts(self) -> EncounterFacts:
        return EncounterFacts(
            self.screened_at, self.screening_outcome, self.consent_at, self.dosed_at, self.not_given_at,
            self.not_given_reason, self.observe_until, self.reaction_severity, self.released_at,
        )  # fmt: skip

    def state(self, now: datetime) -> EncounterState:
        return state(self.facts, now)


class DoseCount(NamedTuple):
    """Doses of a session under one heading."""

    product_id: int
    dose_number: int
    lot_number: str
    doses: int


_SESSION_COLUMNS = 12
_MARKS = StockLine._fields.index("marks")
_prior = msgspec.json.Decoder(tuple[tuple[date, int, int, UUID], ...])


def session_with_stock(
    cursor: psycopg.Cursor[Any], session_id: UUID, facilities: Facilities
) -> tuple[SessionView, list[StockLine]] | None:
    """A session and the stock of its facility; None when there is none within the facilities. One query."""
    scope = _array(facilities)
    cursor.execute(load("immunization", "board_session"), [session_id, scope, scope])
    rows = cursor.fetchall()
    if not rows:
        return None
    session = _session(rows[0][:_SESSION_COLUMNS])
    lines = (row[_SESSION_COLUMNS:] for row in rows if row[_SESSION_COLUMNS] is not None)
    return session, [_line(line, session.facility_id) for line in lines]


def visits(cursor: psycopg.Cursor[Any], session_id: UUID, facilities: Facilities) -> list[Visit]:
    """Everyone in a session by arrival; one query."""
    scope = _array(facilities)
    cursor.execute(load("immunization", "board_encounters"), [session_id, scope, scope])
    return [_visit(row) for row in cursor.fetchall()]


def visit_of(cursor: psycopg.Cursor[Any], session_id: UUID, person_id: UUID, facilities: Facilities) -> Visit | None:
    """One person in a session with all their doses that count; one query."""
    scope = _array(facilities)
    cursor.execute(load("immunization", "board_encounter"), [session_id, person_id, scope, scope])
    row = cursor.fetchone()
    return _visit(row) if row else None


def sessions_since(day: date, facilities: Facilities, most: int = 200) -> list[SessionView]:
    """Sessions within the facilities since a day, the latest and the open ones first; one query."""
    scope = _array(facilities)
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "sessions_of_facilities"), [day, scope, scope, most])
        return [_session(row) for row in cursor.fetchall()]


def stock_of(facility_id: int) -> list[StockLine]:
    """Lots at a facility with balances, by product, the first to expire first; one query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "stock_of_facility"), [facility_id])
        return [_line(row, facility_id) for row in cursor.fetchall()]


def doses_of_session(cursor: psycopg.Cursor[Any], session_id: UUID, facilities: Facilities) -> list[DoseCount]:
    """Doses of a session by product, dose number and lot; one query."""
    scope = _array(facilities)
    cursor.execute(load("immunization", "doses_of_session"), [session_id, scope, scope])
    return [DoseCount(*row) for row in cursor.fetchall()]


def check_at_desk(
    person: PersonFacts,
    prior: Sequence[PriorDose],
    line: StockLine | None,
    product_id: int,
    lot_number: str,
    session: SessionView,
    given_at: datetime,
    given_on: date,
    now: datetime,
    override: Override | None = None,
) -> Decision:
    """What the rules would say to a dose, before the needle: the same pure check that decides when it is recorded."""
    facts = DoseFacts(
        Person(person.birth_date, person.birth_precision, person.died_on), prior, product_id, given_on, given_at,
        line.lot if line is not None else None, lot_number, session.facts, None, "here", override,
    )  # fmt: skip
    return dose_rules.check_dose(catalogue(), facts, moment(now))


def product_choices(session: SessionView, stock: Sequence[StockLine]) -> list[tuple[str, int, str, StockLine | None]]:
    """(product key, product id, lot number, stock line or None) of a session's lots of today, in the order chosen."""
    by_lot: Mapping[tuple[str, str], StockLine] = {(line.product, line.number): line for line in stock}
    keys = catalogue().keys
    return [(key, keys[key], number, by_lot.get((key, number))) for key, number in session.lots.items() if key in keys]


def _session(row: Sequence[Any]) -> SessionView:
    values = list(row)
    values[6:8] = [_json(row[6]), _json(row[7])]  # lots, staff
    return SessionView(*values)


def _line(row: Sequence[Any], facility_id: int) -> StockLine:
    values = list(row)
    values[_MARKS] = marks_at(marks_of(row[_MARKS]), facility_id)
    return StockLine(*values)


def _visit(row: Sequence[Any]) -> Visit:
    values = list(row)
    values[6] = _json(row[6]) or []  # reasons of the screening
    values[17] = () if row[17] is None else tuple(PriorDose(*dose) for dose in _prior.decode(row[17]))
    return Visit(*values)


def _json(value: Any) -> Any:
    """Django's connection hands JSON over as text."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


def _array(facilities: Facilities) -> list[int] | None:
    return None if facilities is None else list(facilities)
