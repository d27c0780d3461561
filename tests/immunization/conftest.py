"""A vaccination station in Quận 1 on a morning of March 2022, with everything a test needs to work there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.immunization.queries.published import unequal_stock
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places
from lachan.places.facts import FacilityRow

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2022, 3, 10, 10, 0, tzinfo=VIETNAM)
HEALTHY_ADULT = {
    "anaphylaxis_covid_vaccine": False, "acute_illness": False, "anaphylaxis_grade_3_any": False, "allergy_any": False,
    "chronic_disease": False, "bleeding_disorder": False, "altered_consciousness": False,
    "blood_pressure_history": False, "heart_failure_or_dyspnoea": False,
}  # fmt: skip
HEALTHY_CHILD = {
    "anaphylaxis_covid_vaccine": False, "acute_illness": False, "allergy_any": False, "altered_consciousness": False,
    "congenital_or_chronic_disease": False, "abnormal_heart_or_lung_sounds": False, "anaphylaxis_grade_3_any": False,
    "other_reason": False,
}  # fmt: skip


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a query answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def value(sql: str, *parameters: Any) -> Any:
    """The one value a query answers."""
    return rows(sql, *parameters)[0][0]


def actor(*roles: Role, facility_id: int | None = None, area_id: int | None = None) -> Actor:
    """Someone who holds these roles, all at one place."""
    grants = tuple(GrantFact(role, facility_id, area_id) for role in roles)
    return Actor(uuid4(), "user", "tests", grants)


@dataclass
class Station:
    """A station, a session of today, and people; every method sends a command through the door."""

    facility: FacilityRow
    other: FacilityRow
    hospital: FacilityRow
    now: datetime = NOW
    actor: Actor = field(default_factory=lambda: Actor.system("tests"))
    lots: dict[str, str] = field(default_factory=dict)

    def role(self, *roles: Role) -> Actor:
        return actor(*roles, facility_id=self.facility.id)

    def command(self, verb: str, body: dict[str, Any], at: datetime | None = None, id: UUID | None = None) -> Command:
        return Command(id or new_id(), verb, at or self.now, body)

    def execute(self, commands: Sequence[Command], by: Actor | None = None) -> list[Outcome]:
        return execute(commands, actor=by or self.actor, now=self.now)

    def send(self, verb: str, *, by: Actor | None = None, at: datetime | None = None, **body: Any) -> Outcome:
        [outcome] = self.execute([self.command(verb, body, at)], by)
        return outcome

    def must(self, verb: str, **body: Any) -> UUID:
        outcome = self.send(verb, **body)
        assert outcome.status is ACCEPTED, outcome
        assert outcome.id is not None
        return outcome.id

    def person(self, name: str = "Nguyễn Văn An", birth_date: str = "1980-05-17", **more: Any) -> UUID:
        body = {"name": name, "sex": "M", "birth_date": birth_date, "residence_code": "26740", "force_new": True}
        return self.must("person.register", **{**body, **more})

    def people(self, count: int) -> list[UUID]:
        """Many people in one call."""
        bodies = [
            {
                "name": f"Trần Văn {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}", "sex": "M",
                "birth_date": "1990-01-01", "residence_code": "26740", "force_new": True,
            }
            for n in range(count)
        ]  # fmt: skip
        outcomes = self.execute([self.command("person.register", body) for body in bodies])
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}
        return [outcome.id for outcome in outcomes if outcome.id is not None]

    def session(self, on: date | None = None, facility: FacilityRow | None = None, **more: Any) -> UUID:
        day = (on or self.now.astimezone(VIETNAM).date()).isoformat()
        code = (facility or self.facility).code
        return self.must("session.open", **{"session_id": str(new_id()), "facility": code, "date": day, **more})

    def receive(self, product: str, lot: str, quantity: int = 1_000, expires_on: str = "2022-12-31") -> UUID:
        return self.must(
            "stock.move", facility=self.facility.code, product=product, lot=lot, kind="receive", quantity=quantity,
            expires_on=expires_on,
        )  # fmt: skip

    def dose_body(self, person: UUID | dict[str, Any], product: str = "pfizer", **more: Any) -> dict[str, Any]:
        ref = person if isinstance(person, dict) else {"id": str(person)}
        body = {"person": ref, "facility": self.facility.code, "product": product, "lot": self.lots.get(product, "")}
        body |= {"site": "left_arm", "route": "im", **more}
        if "session_id" in body or body.get("source", "here") != "here":
            del body["facility"]
        return body

    def dose(self, person: UUID | dict[str, Any], product: str = "pfizer", *, by: Actor | None = None,
             at: datetime | None = None, **more: Any) -> Outcome:  # fmt: skip
        return self.send("dose.record", by=by, at=at, **self.dose_body(person, product, **more))

    def doses(self, person: UUID) -> list[tuple[Any, ...]]:
        """(number, day, status) of a person's doses, by day and status."""
        return rows(
            "SELECT dose_number, given_on, status FROM immunization_dose WHERE person_id = %s "
            "ORDER BY given_on, status, id",
            person,
        )

    def active(self, person: UUID) -> list[tuple[Any, ...]]:
        return [(number, day.isoformat()) for number, day, status in self.doses(person) if status == "active"]

    def balance(self, lot: str) -> int:
        return int(
            value(
                "SELECT coalesce(sum(stock.balance), 0) FROM immunization_stock stock "
                "JOIN immunization_lot lot ON lot.id = stock.lot_id WHERE lot.number = %s AND stock.facility_id = %s",
                lot,
                self.facility.id,
            )
        )

    def encounter(self, person: UUID, session: UUID) -> dict[str, Any]:
        names = "id, screening_outcome, dose_id, dosed_at, released_at, reaction_severity, not_given_reason, consent_at"
        [row] = rows(
            f"SELECT {names} FROM immunization_encounter WHERE person_id = %s AND session_id = %s", person, session
        )
        return dict(zip(names.split(", "), row, strict=True))

    def counted(self) -> int:
        return int(value("SELECT coalesce(sum(doses), 0) FROM analytics_coverage"))

    def listed(self, outcome_reason: str) -> list[dict[str, Any]]:
        """Open worklist entries of a reason."""
        found = rows(
            "SELECT kind, verb, facility_id, area_id, person_id, params FROM kernel_worklistitem WHERE reason = %s",
            outcome_reason,
        )
        return [
            dict(zip(("kind", "verb", "facility_id", "area_id", "person_id", "params"), r, strict=True)) for r in found
        ]


def make_station() -> Station:
    """A station whose reference data are loaded; lots are received by the caller."""

    def area(code: str, level: int) -> int:
        found = places.area_at(code, level, date(2021, 12, 1))
        assert found is not None
        return found.id

    def at(commune: str) -> FacilityRow:
        facilities = places.facilities(places.facilities_in(area(commune, 3)))
        return next(row for row in facilities if row.kind == "station" and row.area_id == area(commune, 3))

    hospital = next(row for row in places.facilities(places.facilities_in(area("79", 1))) if row.kind == "hospital")
    return Station(at("26740"), at("26905"), hospital)


def stock_up(station: Station) -> Station:
    for product in ("pfizer", "astrazeneca", "moderna", "abdala", "janssen"):
        station.lots[product] = f"{product[:2].upper()}1001"
        station.receive(product, station.lots[product])
    return station


def counters() -> list[tuple[Any, ...]]:
    """(facility, day, product, number, doses, completed) of every counter that is not zero."""
    return rows(
        "SELECT facility_id, day::text, product_id, dose_number, doses, completed FROM analytics_coverage "
        "WHERE doses <> 0 OR completed <> 0 ORDER BY 2, 4, 3, 1"
    )


def recounted() -> list[tuple[Any, ...]]:
    """The same from the doses themselves."""
    return rows(
        "SELECT coalesce(facility_id, 0), given_on::text, product_id, dose_number, count(*)::int, "
        "(count(*) FILTER (WHERE completes))::int FROM immunization_dose WHERE status = 'active' "
        "GROUP BY 1, 2, 3, 4 ORDER BY 2, 4, 3, 1"
    )


def everything_adds_up(station: Station) -> None:
    """Counters equal a recount of the doses, in every cut; stock used equals doses given."""
    assert counters() == recounted()
    for table in ("commune", "province", "age", "day"):
        assert value(f"SELECT coalesce(sum(doses), 0) FROM analytics_coverage{table}") == station.counted()
    assert unequal_stock(5)[1] == []


@pytest.fixture
def station(db: None, reference: None) -> Station:
    return stock_up(make_station())


@pytest.fixture
def committed_station(committed: None) -> Station:
    """The same where commits are real, for threads."""
    return stock_up(make_station())
