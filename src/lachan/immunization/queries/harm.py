"""Reads about reactions: the line list, one case with its history, the clock, what clusters are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.immunization.reaction_form import form_on
from lachan.immunization.rules import clusters, harm
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load

MOST: Final = 500  # cases a page
MOST_SKIPPED: Final = 10_000  # beyond it the list must be narrowed
EVER: Final = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
CONTENT_CONTEXT: Final = "immunization_reactionfact.content"
SORTS: Final = ("due", "known", "onset", "severity", "facility", "lot")


@dataclass(frozen=True, slots=True)
class Places:
    """Whose cases: doses given at these facilities, or people who live in these areas; None is the whole nation."""

    facilities: list[int] | None
    areas: list[int]

    def parameters(self) -> dict[str, Any]:
        return {"facilities": self.facilities, "areas": self.areas}


@dataclass(frozen=True, slots=True)
class Filter:
    """Narrowed to; empty values narrow nothing."""

    state: str = ""
    serious: bool = False
    late: bool = False
    severity: str = ""
    product: int = 0
    facility: int = 0
    session: UUID | None = None
    lot: str = ""
    symptom: str = ""
    causality: str = ""
    code: str = ""
    since: datetime = EVER[0]
    until: datetime = EVER[1]

    def parameters(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class CaseRow(NamedTuple):
    """A case as lists show it; names are people's to give."""

    id: UUID
    person_id: UUID
    code: str
    dose_id: UUID | None
    session_id: UUID | None
    facility_id: int | None
    residence_id: int | None
    product_id: int | None
    lot_id: int | None
    lot_number: str
    dose_number: int | None
    given_at: datetime | None
    age_band: int | None
    sex: str
    source: str
    severity: str
    serious: bool
    seriousness: list[str]
    symptoms: list[str]
    outcome: str
    onset_at: datetime | None
    causality: str | None
    state: str
    known_at: datetime
    due_at: datetime | None
    notified_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None
    reminded_at: datetime | None
    escalated_at: datetime | None
    version: int
    actor_id: UUID

    def clock(self, now: datetime) -> harm.Clock:
        """Where its clock stands."""
        return harm.clock(due_at=self.due_at, notified_at=self.notified_at, serious=self.serious, now=now)


class Counts(NamedTuple):
    """Cases within some places and a period."""

    open: int
    serious: int
    running: int
    late: int
    unacknowledged: int
    escalated: int
    all: int


class Said(NamedTuple):
    """One entry of a case's history."""

    version: int
    kind: str
    at: datetime
    known_at: datetime
    recorded_at: datetime
    actor_id: UUID
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was said about a case, and what it makes."""

    said: list[Said]
    case: harm.Case = field(default_factory=harm.Case)


def places_of(actor: Actor, verb: str = "harm.read") -> Places:
    """Whose cases the actor may read. Only who is responsible for an area sees its residents' cases from elsewhere."""
    facilities = scopes.facility_array(actor, verb)
    by_area = any(grant.area_id is not None for grant in actor.grants)
    areas = scopes.area_array(actor, verb) if by_area and may(actor, verb) else []
    return Places(facilities, areas or [])


def cases(
    whose: Places, wanted: Filter, *, now: datetime, sort: str = "due", skip: int = 0, limit: int = 50
) -> list[CaseRow]:
    """Cases, those whose clock runs first; ``skip`` up to :data:`MOST_SKIPPED`. One query."""
    parameters = {
        **whose.parameters(), **wanted.parameters(), "now": now, "sort": sort if sort in SORTS else "due",
        "most": min(limit, MOST), "skip": min(max(skip, 0), MOST_SKIPPED),
    }  # fmt: skip
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "reaction_list"), parameters)
        return [_case(row) for row in cursor.fetchall()]


def cases_known(
    whose: Places, *, since: datetime, serious: bool, before: tuple[datetime, UUID] | None, limit: int
) -> list[CaseRow]:
    """Cases known since a moment, the latest first; ``before``: where the page before ended. One query."""
    at, case_id = before or (EVER[1], UUID(int=0))
    parameters = {
        **whose.parameters(), "since": since, "serious": serious, "before": at, "before_id": case_id,
        "most": min(limit, MOST + 1),
    }  # fmt: skip
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "reactions_known"), parameters)
        return [_case(row) for row in cursor.fetchall()]


def counts(whose: Places, now: datetime, since: datetime = EVER[0], until: datetime = EVER[1]) -> Counts:
    """How many of each kind; one query."""
    with hot_cursor() as cursor:
        parameters = {**whose.parameters(), "now": now, "since": since, "until": until}
        cursor.execute(load("immunization", "reaction_counts"), parameters)
        row = cursor.fetchone()
    return Counts(*row) if row else Counts(0, 0, 0, 0, 0, 0, 0)


def case(case_id: UUID, whose: Places, actor: Actor) -> CaseRow | None:
    """One case within those places, or first reported by the actor; one query."""
    with hot_cursor() as cursor:
        parameters = {**whose.parameters(), "case": case_id, "actor": actor.id}
        cursor.execute(load("immunization", "reaction_case"), parameters)
        row = cursor.fetchone()
    return _case(row) if row else None


def history(found: CaseRow) -> History:
    """What was said about a case, unsealed; the caller has logged the look. One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "facts_of_case"), [found.person_id, found.id])
        rows = cursor.fetchall()
    facts = [fact_of(row) for row in rows]
    said = [
        Said(row[2], fact.kind, fact.at, fact.known_at, row[9], row[8], dict(fact.fields))
        for row, fact in zip(rows, facts, strict=True)
    ]
    day = (facts[0].known_at if facts else found.known_at).astimezone(VIETNAM).date()
    return History(said, harm.fold(facts, form_on(day).deadline))


def due_cases(now: datetime, acknowledge: timedelta, most: int = 500) -> list[tuple[UUID, UUID]]:
    """(person, case) of serious cases that may need a reminder or the next level; one query."""
    with hot_cursor() as cursor:
        parameters = {"now": now, "reported_before": now - acknowledge, "most": most}
        cursor.execute(load("immunization", "reactions_due"), parameters)
        return [(row[0], row[1]) for row in cursor.fetchall()]


class Exposure(NamedTuple):
    """Doses of a lot at a facility with the cases after them."""

    product_id: int
    facility_id: int
    lot_id: int
    doses: int
    cases: int
    serious: int


def exposures() -> list[Exposure]:
    """Every lot at every facility that used any of it; one query over the stock book."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "reaction_cells"))
        return [Exposure(*row) for row in cursor.fetchall()]


class StressOnset(NamedTuple):
    """A sign that may be of stress, in a session."""

    session_id: UUID
    facility_id: int | None
    product_id: int | None
    given_at: datetime
    onset_at: datetime

    @property
    def onset(self) -> clusters.Onset:
        return clusters.Onset(str(self.session_id), self.given_at, self.onset_at)


def stress_onsets(since: datetime) -> tuple[list[StressOnset], dict[str, int], float]:
    """(signs since a moment, doses of their sessions, such signs a dose over all); three queries."""
    symptoms = sorted(form_on(since.astimezone(VIETNAM).date()).stress())
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "stress_onsets"), {"since": since, "symptoms": symptoms})
        found = [StressOnset(*row) for row in cursor.fetchall()]
        cursor.execute(load("immunization", "doses_of_sessions"), [[row.session_id for row in found]])
        doses = {str(row[0]): int(row[1]) for row in cursor.fetchall()}
        cursor.execute(load("immunization", "doses_used"))
        row = cursor.fetchone()
    total = int(row[0]) if row else 0
    quick = sum(row.onset_at - row.given_at <= clusters.STRESS_WITHIN for row in found)
    return found, doses, quick / total if total else 0.0


class DayRow(NamedTuple):
    """Cases of a facility and product under one heading."""

    facility_id: int | None
    product_id: int | None
    severity: str
    serious: bool
    outcome: str
    cases: int


def reported(whose: Places, first: date, last: date) -> tuple[list[DayRow], dict[tuple[int, int], int]]:
    """(cases known from ``first`` to ``last``, doses given by facility and product), for the daily and round report."""
    since, until = day_bounds(first)[0], day_bounds(last)[1]
    with hot_cursor() as cursor:
        parameters = {"facilities": whose.facilities, "since": since, "until": until, "first": first, "last": last}
        cursor.execute(load("immunization", "reaction_days"), parameters)
        rows = [DayRow(*row) for row in cursor.fetchall()]
        cursor.execute(load("immunization", "doses_of_period"), parameters)
        doses = {(row[0], row[1]): int(row[2]) for row in cursor.fetchall()}
    return rows, doses


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The moments between which a day lies in Vietnam."""
    start = datetime.combine(day, datetime.min.time(), VIETNAM)
    return start, start + timedelta(days=1)


def _case(row: Sequence[Any]) -> CaseRow:
    values = list(row)
    values[17], values[18] = _json(row[17]), _json(row[18])
    return CaseRow(*values)


def _json(stored: Any) -> Any:
    return msgspec.json.decode(stored) if isinstance(stored, str) else stored


def fact_of(row: Sequence[Any]) -> harm.Fact:
    """A stored fact, unsealed: (person, case, version, kind, happened, known, form, content, …)."""
    return harm.Fact(row[3], row[4], row[5], msgspec.json.decode(sealer().open(row[7], CONTENT_CONTEXT)))


def case_of_dose(person_id: UUID, dose_id: UUID) -> UUID | None:
    """The case about a dose, if there is one; one query on the person's shard."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "case_of_dose"), [person_id, dose_id])
        row = cursor.fetchone()
    return row[0] if row else None
