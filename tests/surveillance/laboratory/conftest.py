"""A laboratory at the hospital of the story's district, and people whose samples come to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.surveillance.models import Result, Sample

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2021, 10, 16, 15, 0, tzinfo=VIETNAM)


@dataclass
class Laboratory:
    """Every method sends a command through the door, as the laboratory of the hospital when nobody is named."""

    facility: FacilityRow
    station: FacilityRow
    now: datetime = NOW
    root: Actor = field(default_factory=lambda: Actor.system("tests"))

    @property
    def staff(self) -> Actor:
        return self.role(Role.LABORATORY)

    def role(self, role: Role, facility: FacilityRow | None = None) -> Actor:
        return Actor(uuid4(), "user", "tests", (GrantFact(role, (facility or self.facility).id, None),))

    def execute(self, commands: Sequence[tuple[str, dict[str, Any]]], by: Actor | None = None,
                at: datetime | None = None) -> list[Outcome]:  # fmt: skip
        sent = [Command(new_id(), verb, at or self.now, body) for verb, body in commands]
        return execute(sent, actor=by or self.staff, now=self.now)

    def send(self, verb: str, *, by: Actor | None = None, at: datetime | None = None, **body: Any) -> Outcome:
        [outcome] = self.execute([(verb, body)], by, at)
        return outcome

    def people(self, count: int) -> list[UUID]:
        bodies = [
            (
                "person.register",
                {
                    "name": f"Trần Văn {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}", "sex": "M",
                    "birth_date": "1990-01-01", "residence_code": "26740", "force_new": True,
                },
            )
            for n in range(count)
        ]  # fmt: skip
        outcomes = self.execute(bodies, self.root)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}, outcomes
        return [outcome.id for outcome in outcomes if outcome.id is not None]

    def person(self) -> UUID:
        return self.people(1)[0]

    def take(self, person: UUID, code: str, *, at: datetime | None = None, **more: Any) -> Outcome:
        """At the station, two hours ago when no time is named; sent to the laboratory."""
        return self.send(
            "sample.take", by=self.role(Role.SCREENER, self.station), at=at or self.now - timedelta(hours=2),
            **{
                "person": {"id": str(person)}, "sample": code, "facility": self.station.code,
                "laboratory": self.facility.code, **more,
            },
        )  # fmt: skip

    def result(self, outcome: str = "negative", *, at: datetime | None = None, by: Actor | None = None,
               **more: Any) -> Outcome:  # fmt: skip
        body = {"facility": self.facility.code, "disease": "covid-19", "method": "pcr", "outcome": outcome, **more}
        return self.send("result.record", by=by, at=at, **body)

    def of(self, person: UUID) -> list[tuple[str, str]]:
        """(outcome, status) of a person's results, as they were recorded."""
        rows = Result.objects.filter(person_id=person).order_by("happened_at", "recorded_at", "id")
        return [(row.outcome, row.status) for row in rows]

    def state(self, code: str) -> str:
        return str(Sample.objects.get(code=code).state)


@pytest.fixture
def lab(db: None, reference: None) -> Laboratory:
    def area(code: str, level: int) -> int:
        found = places.area_at(code, level, date(2021, 10, 16))
        assert found is not None
        return found.id

    here = places.facilities(places.facilities_in(area("26740", 3)))
    station = next(row for row in here if row.kind == "station")
    hospital = next(row for row in places.facilities(places.facilities_in(area("79", 1))) if row.kind == "hospital")
    return Laboratory(hospital, station)
