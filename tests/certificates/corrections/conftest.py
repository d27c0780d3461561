"""Somebody with two doses at the station of the story, and the people who may correct what is written of them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from PIL import Image

from lachan.access import operations as access
from lachan.access import scopes
from lachan.access.actors import Actor, actor_of_user
from lachan.access.models import User
from lachan.certificates.corrections import asking, operations, queries
from lachan.certificates.corrections.facts import PERSON, RequestRow, Said
from lachan.certificates.corrections.operations import Wish
from lachan.certificates.corrections.proposals import Wanted
from lachan.immunization.commands import execute
from lachan.immunization.queries.person import DoseRow, person_history
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places

LOT = "FG3524"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """A picture as a camera sends it."""
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **more)
    return written.getvalue()


@dataclass
class Case:
    """The person, and every step by whoever takes it."""

    facility: Any
    people: dict[str, Actor]
    now: datetime = field(default_factory=timezone.now)
    person_id: UUID = field(default_factory=new_id)

    def command(self, verb: str, **body: Any) -> UUID:
        sent = Command(new_id(), verb, self.now, body)
        [outcome] = execute([sent], actor=Actor.system("tests"), now=self.now)
        assert outcome.status is ACCEPTED, outcome
        assert outcome.id is not None
        return outcome.id

    @property
    def person(self) -> PersonFacts:
        return persons([self.person_id])[self.person_id]

    @property
    def doses(self) -> list[DoseRow]:
        return [dose for dose in person_history(self.person_id).doses if dose.status == "active"]

    @property
    def row(self) -> RequestRow:
        return queries.requests_of([self.person_id])[0]

    def ask(self, kind: str = "birth_date", text: str = "Tôi sinh năm 1981", **more: Any) -> Outcome:
        said = more.pop("said", Said(text, {"birth_date": "1981-05-17"} if kind == "birth_date" else {}))
        wish = asking.Asked(more.pop("request_id", new_id()), self.person_id, kind, said, **more)
        [outcome] = asking.ask([wish], actor=PERSON, now=self.now)
        return outcome

    def step(self, step: str, by: str = "head", *, now: datetime | None = None, **more: Any) -> Outcome:
        row = self.row
        wish = Wish(row.id, step, more.pop("version", row.version), more.pop("words", "đối chiếu giấy tờ"), **more)
        [outcome] = operations.act([wish], actor=self.people[by], now=now or self.now)
        return outcome

    def propose(self, by: str = "head", wanted: Wanted | None = None, **more: Any) -> Outcome:
        change = wanted or Wanted("person.amend", {"birth_date": "1981-05-17"})
        return self.step("propose", by, wanted=change, **more)


@pytest.fixture
def case(db: None, reference: None) -> Case:
    scopes.forget()
    access.create_demo_users(timezone.now())
    return made_case()


def made_case() -> Case:
    """The person with their doses; the cast of the demonstration is there already."""
    now = timezone.now()
    people = {
        user.username: actor_of_user(user.id, user.username, today=timezone.localdate(now))
        for user in User.objects.all()
    }
    area = places.area_at("26740", 3, date(2021, 10, 16))
    assert area is not None
    grant = people["head"].grants[0]
    facility = places.facility_table()[grant.facility_id or 0]
    made = Case(facility, people, now)
    made.command(
        "person.register", person_id=str(made.person_id), name="Nguyễn Văn An", sex="M", birth_date="1980-05-17",
        residence_code="26740",
    )  # fmt: skip
    made.command("stock.move", facility=facility.code, product="pfizer", lot=LOT, kind="receive", quantity=20,
                 expires_on=str(now.date() + timedelta(days=60)))  # fmt: skip
    for days in (60, 30):
        made.command("dose.record", person={"id": str(made.person_id)}, facility=facility.code, product="pfizer",
                     lot=LOT, given_on=str(now.date() - timedelta(days=days)))  # fmt: skip
    return made
