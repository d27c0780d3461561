"""Declarations of the demonstration: today's in the story's commune, some that ask for a call, a diary of two weeks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from lachan.access.operations.demo import COMMUNE
from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome
from lachan.people.self_service.demo import PERSONS
from lachan.surveillance.declarations.form import form_on

MAP: Final = "2021-10-16"  # the story's ward is of the map before July 2025
Run = Callable[[list[Command]], list[Outcome]]
TODAY: Final = 60  # declarations of today in the story's commune
DIARY: Final = 13  # days of the first person one can sign in as; one of them was missed
# (how often in a hundred, symptoms, questions answered with yes)
_STORIES: Final = (
    (70, (), ()),
    (10, ("cough",), ()),
    (6, ("runny_nose", "headache"), ()),
    (6, (), ("outbreak_area",)),
    (5, ("fever", "cough"), ("contact_suspected",)),
    (3, ("fever", "taste_loss"), ("contact_case",)),
)


def seed_declarations(land: Country, now: datetime, run: Run) -> int:
    """Send them; how many. Again adds nothing."""
    commands = [*_of_today(land, now), *_diary(now)]
    return sum(outcome.id is not None for outcome in run(sorted(commands, key=lambda command: command.happened_at)))


def _of_today(land: Country, now: datetime) -> Iterator[Command]:
    rng = random.Random(2021)
    local = now.astimezone(VIETNAM)
    passed = (local - local.replace(hour=0, minute=0, second=0)).total_seconds()
    people = land.people[land.story.id]
    for person in rng.sample(people, min(TODAY, len(people))):
        symptoms, yes = rng.choices([story[1:] for story in _STORIES], [story[0] for story in _STORIES])[0]
        at = now - timedelta(seconds=rng.uniform(0, passed))
        kind = rng.choice(("domestic", "domestic", "place"))
        onset = (at.astimezone(VIETNAM).date() - timedelta(days=rng.randrange(1, 5))).isoformat()
        body = {
            "kind": kind, "answers": _answers(kind, at, yes), "source": rng.choice(("self", "self", "member")),
            "symptoms": [{"code": code, "onset_on": onset} for code in symptoms], "area_code": COMMUNE,
            "area_on": MAP,
            "contact": f"09090{rng.randrange(10_000, 99_999)}",
        }  # fmt: skip
        yield _command(person.id, at, body)


def _diary(now: datetime) -> Iterator[Command]:
    first = PERSONS[0]
    person = uuid_for("own record", first.name, first.born)
    today = now.astimezone(VIETNAM).date()
    for ago in range(DIARY, 0, -1):
        if ago == 9:
            continue
        at = datetime.combine(today - timedelta(days=ago), time(7, 40), VIETNAM)
        ill = ago in (5, 4)
        body: dict[str, Any] = {
            "kind": "daily", "temperature": 37.2 if ill else 36.6, "spo2": 98, "source": "self", "proved": True,
            "symptoms": [{"code": "runny_nose"}] if ill else [],
        }  # fmt: skip
        yield _command(person, at, body)


def _answers(kind: str, at: datetime, yes: tuple[str, ...]) -> dict[str, str]:
    asked = form_on(at.astimezone(VIETNAM).date()).questions(kind)
    return {question["code"]: "yes" if question["code"] in yes else "no" for question in asked}


def _command(person: UUID, at: datetime, body: dict[str, Any]) -> Command:
    about = {"person": {"id": str(person)}, **body}
    return Command(uuid_for("declaration", person, at.date()), "declaration.make", at, about)
