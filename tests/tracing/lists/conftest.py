"""Two wards with a market, a bar and a school, people who live there, and a laboratory that finds one of them ill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.surveillance.cases.queries import cases_of
from lachan.tracing import answers, follower
from lachan.tracing.lists import checks, queries
from lachan.tracing.models import Link, Request, Task, Watch
from lachan.tracing.visits import operations, partitions
from lachan.tracing.visits.facts import STAY, VisitIn
from lachan.tracing.visits.operations import Sender
from tests.tracing.answers.writing import settled

NOW = datetime.now(UTC).replace(microsecond=0)
ACTOR = Actor.system("tests")
DOOR = Sender(uuid4(), "cửa", None)
HOME, FAR = "26740", "00001"  # Bến Nghé, and a ward of Hà Nội, on the map of 2021
MAP = date(2021, 10, 16)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@dataclass
class Town:
    """Everything goes through the doors of the rooms; times are those of the real clock."""

    market: int
    bar: int
    school: int
    facility: str

    def send(self, verb: str, **body: Any) -> Outcome:
        [outcome] = execute([Command(new_id(), verb, datetime.now(UTC), body)], actor=ACTOR, now=datetime.now(UTC))
        return outcome

    def must(self, verb: str, **body: Any) -> UUID:
        outcome = self.send(verb, **body)
        assert outcome.status is ACCEPTED, outcome
        assert outcome.id is not None
        return outcome.id

    def person(self, name: str, residence: str = HOME) -> UUID:
        return self.must(
            "person.register", name=name, sex="F", birth_date="1988-03-02", residence_code=residence, force_new=True
        )

    def stay(self, person: UUID, place: int, since: datetime, minutes: float) -> None:
        start = int(since.timestamp())
        visit = VisitIn(place, start, STAY, person=person, until=start + int(60 * minutes))
        [outcome] = operations.record([visit], actor=DOOR, now=datetime.now(UTC))
        assert outcome.status is ACCEPTED, outcome

    def stay_if_possible(self, person: UUID, place: int, since: datetime, minutes: float) -> None:
        """Whoever is somewhere else at that time is refused, and kept so."""
        start = int(since.timestamp())
        visit = VisitIn(place, start, STAY, person=person, until=start + int(60 * minutes))
        operations.record([visit], actor=DOOR, now=datetime.now(UTC))

    def case_id_of(self, person: UUID) -> UUID:
        """Of the case that is open."""
        return next(row.id for row in cases_of([person])[person] if row.is_open)

    def result(self, person: UUID, outcome: str = "positive", taken: datetime | None = None) -> UUID:
        return self.must(
            "result.record", person={"id": str(person)}, disease="covid-19", method="pcr", outcome=outcome,
            facility=self.facility, taken_at=(taken or ago(hours=6)).isoformat(),
        )  # fmt: skip

    def follow(self) -> None:
        """As the worker does, until nothing is due."""
        settled()
        answers.store().refresh(at_least_every=0)
        follower.follow_once()

    def wait_and_follow(self) -> None:
        """Until what was put off is due."""
        Request.objects.update(after=ago(minutes=1))
        self.follow()

    def new_id(self) -> UUID:
        return new_id()

    def links(self, case_person: UUID) -> dict[UUID, tuple[int, str]]:
        """(level, state) of everybody ever listed for this person's case."""
        found = Link.objects.filter(case_person_id=case_person).values_list("person_id", "level", "state")
        return {person: (level, state) for person, level, state in found}

    def watch(self, person: UUID) -> Watch:
        return Watch.objects.get(person_id=person)

    def tasks(self, person: UUID) -> set[str]:
        return set(Task.objects.filter(person_id=person, state="open").values_list("kind", flat=True))

    def case_of(self, person: UUID) -> queries.CaseLine:
        [line] = queries.lines_of(_cases(person)).values()
        return line


def _cases(person: UUID) -> list[UUID]:
    return [row.id for row in cases_of([person]).get(person, [])]


@pytest.fixture
def town(committed: None, forgetful: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(answers, "folder", lambda: tmp_path / "segments")
    answers.close()
    home = places.area_at(HOME, 3, MAP)
    assert home is not None
    new = [
        NewVenue("Chợ Bến Thành", "market", home.id, uuid4()),
        NewVenue("Quán bar Lá", "bar", home.id, uuid4()),
        NewVenue("Trường Lê Quý Đôn", "school", home.id, uuid4()),
    ]
    with hot_cursor() as cursor:
        made = register_venues(cursor, new, actor_id=ACTOR.id, now=NOW)
    ids = [outcome.params["id"] for outcome in made if outcome.params]
    with hot_cursor() as cursor:
        partitions.ensure_around(cursor, NOW.date(), back=22)
    station = next(row for row in places.facilities(places.facilities_in(home.id)) if row.kind == "station")
    yield Town(*ids, station.code)
    assert not Request.objects.exists(), "asked for and never worked out"
    wrong = [finding for finding in checks.check_all() if not finding.good]
    assert not wrong, wrong
    answers.close()
