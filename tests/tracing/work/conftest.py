"""People of phường Bến Nghé and of another province who were near a case, and those who call them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.access.scopes import forget
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.tracing.models import Call, Task, Watch
from lachan.tracing.work.facts import WatchChange
from lachan.tracing.work.planning import follow_watches
from lachan.tracing.work.rules import HERE

NOW = datetime(2021, 10, 16, 9, 0, tzinfo=HERE)
MAP = date(2021, 10, 16)


@dataclass
class Ward:
    """Bến Nghé and Cầu Giấy's Dịch Vọng, their people under watch, and a clock that tests turn."""

    here: int
    there: int
    now: datetime = NOW
    root: Actor = field(default_factory=lambda: Actor.system("tests"))

    def actor(self, role: Role, area_id: int) -> Actor:
        return Actor(uuid4(), "user", str(role), (GrantFact(role, None, area_id),))

    def execute(self, verb: str, body: dict[str, Any], by: Actor | None = None) -> Outcome:
        [outcome] = execute([Command(new_id(), verb, self.now, body)], actor=by or self.root, now=self.now)
        return outcome

    def send(self, verb: str, person: UUID, by: Actor | None = None, **body: Any) -> Outcome:
        return self.execute(verb, {"person": {"id": str(person)}, **body}, by)

    def person(self, name: str, *, phone: str = "", commune: str = "26740", **more: Any) -> UUID:
        contacts = [{"kind": "phone", "value": phone}] if phone else []
        body = {"name": name, "sex": "F", "birth_date": "1980-05-17", "residence_code": commune, "contacts": contacts}
        outcome = self.execute("person.register", body | {"force_new": True} | more)
        assert outcome.id is not None, outcome
        return outcome.id

    def watch(self, person: UUID, area: int | None = None, **more: Any) -> WatchChange:
        """A watch as the pipeline writes it, and its tasks."""
        change = self.change(person, area, **more)
        self.store(change)
        self.follow(change)
        return change

    def change(self, person: UUID, area: int | None = None, **more: Any) -> WatchChange:
        today = self.now.date()
        usual = WatchChange(
            person, new_id(), "covid-19", "opened", area or self.here, 1, today, today + timedelta(days=14),
            (today + timedelta(days=1), today + timedelta(days=7)), "home", 1.0,
        )  # fmt: skip
        return usual._replace(**more)

    def store(self, change: WatchChange) -> None:
        Watch.objects.create(
            id=change.watch_id, person_id=change.person_id, disease=change.disease, level=change.level,
            area_id=change.area_id, rule="vn-11042-2021-12-29", last_exposure=self.now, since=change.since,
            until=change.until, quarantine=change.quarantine, test_days=[str(day) for day in change.test_days],
            score=change.score, listed_at=self.now, changed_at=self.now,
        )  # fmt: skip

    def follow(self, *changes: WatchChange) -> None:
        with hot_cursor() as cursor:
            follow_watches(cursor, changes, now=self.now)

    def tasks(self, person: UUID, state: str = "open") -> dict[str, Task]:
        """Tasks of a person in this state by kind; of several of one kind the latest day."""
        found = Task.objects.filter(person_id=person, state=state).order_by("due_on")
        return {task.kind: task for task in found}

    def watch_of(self, person: UUID) -> Watch:
        return Watch.objects.filter(person_id=person).order_by("-listed_at")[0]

    def calls(self, person: UUID) -> list[Call]:
        return list(Call.objects.filter(person_id=person, undone_at=None).order_by("recorded_at", "id"))


def make_ward(now: datetime = NOW) -> Ward:
    """The two communes as the map of the story has them."""
    here, there = places.area_at("26740", 3, MAP), places.area_at("00166", 3, MAP)
    assert here is not None
    assert there is not None
    return Ward(here.id, there.id, now)


@pytest.fixture
def ward(db: None, reference: None) -> Ward:
    forget()
    return make_ward()


@pytest.fixture
def tracer(ward: Ward) -> Actor:
    return ward.actor(Role.TRACER, ward.here)
