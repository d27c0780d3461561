"""The weeks before the demonstration's outbreak: a wave that came and went, each fact recorded on the day it became
known, so that the picture has a past, a curve, and an "as known then"."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from lachan.access.actors import Actor
from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.commands import execute
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED
from lachan.people.facts import PersonFacts

FIRST, LAST = 70, 16  # days ago; what is nearer belongs to the outbreak and to the tracers' lists
PEAK, WIDTH, HEIGHT = 40, 13.0, 4.0  # days ago, days, cases a day
TESTS_A_CASE: Final = 5
LATE: Final = (0, 1, 1, 2, 2, 3)  # days from the sample until its result is entered
GRAVE, FATAL = 8, 45  # one in so many cases


class _Fact(NamedTuple):
    known: date  # recorded in the evening of that day
    command: Command


def seed_earlier(land: Country, now: datetime, actor: Actor) -> int:
    """Tests, cases, their course and their end; how many cases. Again on the same day adds nothing."""
    rng = random.Random(2104)
    people = [person for key, own in sorted(land.people.items()) if key != land.story.id for person in own]
    rng.shuffle(people)
    by_day: dict[date, list[Command]] = defaultdict(list)
    facilities = {person.id: land.stations[key].code for key, own in land.people.items() for person in own}
    cases = 0
    for ago in range(FIRST, LAST - 1, -1):
        day = now.date() - timedelta(days=ago)
        expected = HEIGHT * math.exp(-(((ago - PEAK) / WIDTH) ** 2)) * (0.6 if day.weekday() == 6 else 1.0)
        ill = min(int(expected + rng.random()), len(people))
        for number in range(ill + ill * TESTS_A_CASE + 2):
            if not people:
                break
            person = people.pop()
            story = _Story(person, facilities[person.id], day, rng)
            for fact in story.case() if number < ill else [story.test("negative")]:
                if fact.known < now.date():
                    by_day[fact.known].append(fact.command)
        cases += ill
    for known, commands in sorted(by_day.items()):
        evening = datetime.combine(known, time(20), VIETNAM)
        outcomes = execute(commands, actor=actor, now=evening)
        cases -= sum(one.status is not ACCEPTED and command.verb == "case.report"
                     for one, command in zip(outcomes, commands, strict=True))  # fmt: skip
    return cases


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
