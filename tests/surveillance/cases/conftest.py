"""A commune with its officer, a hospital with its laboratory, people who fall ill, and what was told to the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Self
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel import events
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.surveillance.cases.checks import check_all
from lachan.surveillance.cases.queries import cases_of
from lachan.surveillance.cases.rows import CaseRow
from lachan.surveillance.facts import CASES_CHANGED, CaseChanged
from lachan.surveillance.models import CaseClass

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2022, 3, 10, 15, 0, tzinfo=VIETNAM)


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a query answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


class Counting(psycopg.Cursor[Any]):
    """A cursor that counts what goes through it."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        super().__init__(cursor.connection)
        self.count = 0

    def execute(self, *args: Any, **more: Any) -> Self:
        self.count += 1
        return super().execute(*args, **more)


@dataclass
class Ward:
    """Every method sends commands through the one door; by the house itself when nobody is named."""

    station: FacilityRow
    hospital: FacilityRow
    commune: int
    elsewhere: int
    told: list[CaseChanged]
    broken: bool = False  # said by a test that breaks a row; of every other one the recount agrees
    now: datetime = NOW
    root: Actor = field(default_factory=lambda: Actor.system("tests"))

    @property
    def officer(self) -> Actor:
        return self.role(Role.COMMUNE_OFFICER, area_id=self.commune)

    def role(self, role: Role, *, facility_id: int | None = None, area_id: int | None = None) -> Actor:
        return Actor(uuid4(), "user", "tests", (GrantFact(role, facility_id, area_id),))

    def role_at_station(self, role: Role = Role.HEAD) -> Actor:
        return self.role(role, facility_id=self.station.id)

    def execute(self, commands: Sequence[tuple[str, dict[str, Any]]], by: Actor | None = None,
                at: datetime | None = None) -> list[Outcome]:  # fmt: skip
        sent = [Command(new_id(), verb, at or self.now, body) for verb, body in commands]
        return execute(sent, actor=by or self.root, now=self.now)

    def send(self, verb: str, *, by: Actor | None = None, at: datetime | None = None, **body: Any) -> Outcome:
        [outcome] = self.execute([(verb, body)], by, at)
        return outcome

    def must(self, verb: str, **more: Any) -> Outcome:
        outcome = self.send(verb, **more)
        assert outcome.status == ACCEPTED, outcome
        return outcome

    def people(self, count: int, residence: str = "26740") -> list[UUID]:
        bodies = [
            (
                "person.register",
                {
                    "name": f"Trần Thị {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}", "sex": "F",
                    "birth_date": "1990-01-01", "residence_code": residence, "force_new": True,
                },
            )
            for n in range(count)
        ]  # fmt: skip
        outcomes = self.execute(bodies)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}, outcomes
        return [outcome.id for outcome in outcomes if outcome.id is not None]

    def person(self) -> UUID:
        return self.people(1)[0]

    def result_body(self, person: UUID, outcome: str, taken_at: datetime, **more: Any) -> dict[str, Any]:
        return {
            "person": {"id": str(person)}, "facility": self.hospital.code, "disease": "covid-19", "method": "pcr",
            "outcome": outcome, "taken_at": taken_at.isoformat(), **more,
        }  # fmt: skip

    def result(self, person: UUID, outcome: str = "positive", *, ago: float = 6, method: str = "pcr",
               **more: Any) -> UUID:  # fmt: skip
        """A result of a sample taken so many hours ago, known an hour later (never after now)."""
        taken = self.now - timedelta(hours=ago)
        body = self.result_body(person, outcome, taken, method=method, **more)
        known = min(taken + timedelta(hours=1), self.now)
        found = self.must("result.record", at=known, **body)
        assert found.id is not None
        return found.id

    def report(self, person: UUID, disease: str = "covid-19", **more: Any) -> Outcome:
        return self.must("case.report", person={"id": str(person)}, disease=disease, **more)

    def say(self, verb: str, case: CaseRow, **more: Any) -> Outcome:
        return self.send(verb, person={"id": str(case.person_id)}, case_id=str(case.id), **more)

    def cases(self, person: UUID) -> list[CaseRow]:
        return cases_of([person]).get(person, [])

    def case(self, person: UUID) -> CaseRow:
        [case] = self.cases(person)
        return case

    def history(self, case: CaseRow) -> list[tuple[str, str, str]]:
        """(class, reason, cause), in order."""
        found = CaseClass.objects.filter(person_id=case.person_id, case_id=case.id).order_by("recorded_at", "id")
        return [(one.classification, one.reason, one.cause) for one in found]

    def heard(self) -> list[str]:
        """What was told since the last time it was asked."""
        whats = [change.what for change in self.told]
        self.told.clear()
        return whats


@pytest.fixture
def ward(db: None, reference: None) -> Iterator[Ward]:
    def area(code: str, level: int) -> int:
        found = places.area_at(code, level, date(2022, 3, 10))
        assert found is not None
        return found.id

    commune = area("26740", 3)
    station = next(row for row in places.facilities(places.facilities_in(commune)) if row.kind == "station")
    hospital = next(row for row in places.facilities(places.facilities_in(area("79", 1))) if row.kind == "hospital")
    told: list[CaseChanged] = []

    def hear(cursor: Any, facts: Sequence[Any]) -> None:
        told.extend(facts)

    events.subscribe(CASES_CHANGED, hear)
    made = Ward(station, hospital, commune, area("00001", 3), told)
    yield made
    events._handlers[CASES_CHANGED].remove(hear)
    wrong = [finding for finding in check_all() if not finding.good]
    assert made.broken or not wrong, wrong
