"""People whom a visitor can sign in as: with all doses and certificates, with one still to be signed, with a child."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from lachan.access.operations.demo import COMMUNE
from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome
from lachan.people.self_service.demo import CHILD, PERSONS, Invented

Run = Callable[[list[Command]], list[Outcome]]
# (days ago, product) in the order of PERSONS, then the child's. The last dose of the third lies in the days that the
# head of the station has not signed yet.
COURSES: Final = (
    ((150, "pfizer"), (120, "pfizer"), (20, "pfizer")),
    ((100, "astrazeneca"), (40, "astrazeneca")),
    ((60, "moderna"), (2, "moderna")),
    ((30, "pfizer"),),
)


def seed_own_records(land: Country, lots: dict[str, tuple[str, ...]], now: datetime, run: Run) -> int:
    """Register them with their doses; how many doses. Again adds nothing."""
    guardian = PERSONS[0]
    people = [*PERSONS, CHILD]
    run([_registration(person, guardian if person is CHILD else None, now) for person in people])
    commands = [
        _dose(_id(person), land.story.code, product, lots[product][0], now - timedelta(days=days))
        for person, course in zip(people, COURSES, strict=True)
        for days, product in course
    ]
    return len(run(sorted(commands, key=lambda command: command.happened_at)))


def _id(person: Invented) -> UUID:
    return uuid_for("own record", person.name, person.born)


def _registration(person: Invented, guardian: Invented | None, now: datetime) -> Command:
    kind = "email" if "@" in person.contact else "phone"
    body: dict[str, Any] = {
        "person_id": str(_id(person)), "name": person.name, "sex": person.sex, "birth_date": person.born,
        "residence_code": COMMUNE,
    }  # fmt: skip
    if person.citizen_id:
        body["identifiers"] = [{"system": "citizen_id", "value": person.citizen_id}]
        body["contacts"] = [{"kind": kind, "value": person.contact}]
    if guardian is not None:
        body["guardians"] = [{"person_id": str(_id(guardian)), "name": guardian.name, "relation": "mẹ"}]
    return Command(uuid_for("own record", person.name, "registered"), "person.register", now, body)


def _dose(person: UUID, facility: str, product: str, lot: str, day: datetime) -> Command:
    at = datetime.combine(day.astimezone(VIETNAM).date(), time(9, 20), VIETNAM)
    body = {
        "person": {"id": str(person)}, "facility": facility, "product": product, "lot": lot, "site": "left_arm",
        "route": "IM",
    }  # fmt: skip
    return Command(uuid_for("own record", person, day.date()), "dose.record", at, body)
