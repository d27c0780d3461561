"""The weeks before the demonstration's day: a wave that came to each province at its own time and begins again in some,
each fact recorded on the day it became known, so that the picture has a past, a curve, and an "as known then"."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from lachan.access.actors import Actor
from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.commands import execute
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE
from lachan.people.facts import PersonFacts
from lachan.places import queries as places

FIRST: Final = 98  # days ago; the last day is yesterday
PEAKS: Final = (35, 75)  # days ago, of the provinces
WIDTH, HEIGHT = 12.0, 0.9  # days; cases a day among a thousand people at the peak
AGAIN: Final = ("79", "75", "01", "48", "31", "92")  # codes of provinces where it begins again
RISE, PACE = 3.0, 9.0  # cases a day among a thousand people there by now, and the days in which they grow e-fold
TESTS_A_CASE: Final = 2
LATE: Final = (0, 1, 1, 2, 2, 3)  # days from the sample until its result is entered
GRAVE, FATAL = 8, 45  # one in so many cases
SPARED: Final = (0.0, 0.4, 0.75, 0.85)  # share of infections that so many doses prevent, two weeks after the last
TRIES: Final = 50


class _Fact(NamedTuple):
    known: date  # recorded in the evening of that day
    command: Command


def seed_earlier(land: Country, today: date, actor: Actor) -> int:
    """Tests, cases, their course and their end, until the day before ``today``; how many cases. Again for the same
    ``today`` adds nothing."""
    rng = random.Random(2104)
    by_day: dict[date, list[Command]] = defaultdict(list)
    doses, cases = _doses(), 0
    for code, people in sorted(_by_province(land).items()):
        rng.shuffle(people)
        peak = rng.uniform(*PEAKS)
        for ago in range(FIRST, 0, -1):
            day = today - timedelta(days=ago)
            expected = len(people) / 1_000 * _rate(ago, peak, code) * (0.6 if day.weekday() == 6 else 1.0)
            ill = int(expected + rng.random())
            taken = [_struck(people, day, doses, rng) for _ in range(min(ill, len(people)))]
            taken += [people.pop() for _ in range(min(ill * TESTS_A_CASE, len(people)))]
            for number, (person, facility) in enumerate(taken):
                story = _Story(person, facility, day, rng)
                for fact in story.case() if number < ill else [story.test("negative")]:
                    if fact.known < today:
                        by_day[fact.known].append(fact.command)
            cases += min(ill, len(taken))
    for known, commands in sorted(by_day.items()):
        evening = datetime.combine(known, time(20), VIETNAM)
        outcomes = execute(commands, actor=actor, now=evening)
        cases -= sum(one.status not in (ACCEPTED, DUPLICATE) and command.verb == "case.report"
                     for one, command in zip(outcomes, commands, strict=True))  # fmt: skip
    return cases


def _rate(ago: int, peak: float, code: str) -> float:
    """Cases a day among a thousand people of a province."""
    wave = HEIGHT * math.exp(-(((ago - peak) / WIDTH) ** 2))
    return wave + (RISE * math.exp(-ago / PACE) if code in AGAIN else 0.0)


def _by_province(land: Country) -> dict[str, list[tuple[PersonFacts, str]]]:
    """Who could fall ill, with the code of where they are tested, by province; the people of the story's own station
    have a story already."""
    areas = places.atlas().areas
    found: dict[str, list[tuple[PersonFacts, str]]] = defaultdict(list)
    for key, own in sorted(land.people.items()):
        if key != land.story.id:
            station = land.stations[key]
            found[areas[station.province_id].code] += [(person, station.code) for person in own]
    return found


def _doses() -> dict[UUID, list[date]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, array_agg(given_on) FROM immunization_dose WHERE status = 'active' GROUP BY person_id"
        )
        return dict(cursor.fetchall())


def _struck(
    people: list[tuple[PersonFacts, str]], day: date, doses: dict[UUID, list[date]], rng: random.Random
) -> tuple[PersonFacts, str]:
    """The next whom vaccination does not save; whoever it saves goes back among the others."""
    for _ in range(TRIES):
        found = people.pop()
        had = sum(given <= day - timedelta(days=14) for given in doses.get(found[0].id, ()))
        if rng.random() >= SPARED[min(had, len(SPARED) - 1)]:
            return found
        people.insert(0, found)
    return people.pop()


class _Story:
    """One person of those weeks."""

    def __init__(self, person: PersonFacts, facility: str, day: date, rng: random.Random) -> None:
        self.person, self.facility, self.day, self.rng = person, facility, day, rng
        self.late = rng.choice(LATE)
        self.case_id: UUID = uuid_for("earlier", person.id)

    def test(self, outcome: str) -> _Fact:
        taken = datetime.combine(self.day, time(9), VIETNAM)
        body = {
            "facility": self.facility, "disease": "covid-19", "method": "pcr", "outcome": outcome,
            "taken_at": taken.isoformat(),
        }  # fmt: skip
        return self._fact("result.record", self.day + timedelta(days=self.late), body)

    def case(self) -> Iterator[_Fact]:
        """Reported on the day of the sample, found positive when the result comes; how it went, and its end."""
        onset = self.day - timedelta(days=self.rng.randrange(1, 5))
        body = {"disease": "covid-19", "facility": self.facility, "symptomatic": "yes", "symptoms": ["fever", "cough"],
                "onset_on": onset.isoformat()}  # fmt: skip
        yield self._fact("case.report", self.day, {**body, "case_id": str(self.case_id)})
        yield self.test("positive")
        known = self.day + timedelta(days=self.late)
        grave, fatal = self.rng.randrange(GRAVE) == 0, self.rng.randrange(FATAL) == 0
        if grave or fatal:
            yield self._course(known + timedelta(days=2), severity="severe", hospital="Bệnh viện dã chiến số 1")
        last = known + timedelta(days=self.rng.randrange(9, 15))
        outcome = "died" if fatal else "recovered"
        yield self._course(last + timedelta(days=1), outcome=outcome, outcome_on=last.isoformat())
        if not fatal:
            ended = {"case_id": str(self.case_id), "reason": "khỏi bệnh, hết thời gian cách ly"}
            yield self._fact("case.end", last + timedelta(days=2), ended)

    def _course(self, known: date, **said: Any) -> _Fact:
        return self._fact("case.course", known, {"case_id": str(self.case_id), **said})

    def _fact(self, verb: str, known: date, body: dict[str, Any]) -> _Fact:
        at = datetime.combine(known, time(17), VIETNAM)
        key = uuid_for("earlier", verb, self.person.id, known.isoformat())
        return _Fact(known, Command(key, verb, at, {"person": {"id": str(self.person.id)}, **body}))
