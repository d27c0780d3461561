"""Cases of the demonstration: some forty in and near the story's commune, a false positive, orders on their way."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from lachan.access.operations.demo import COMMUNE
from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.people.facts import PersonFacts
from lachan.places import queries as places

Run = Callable[[Sequence[Command]], list[Outcome]]
HERE, AROUND, SUSPECTED = 26, 10, 5  # confirmed in the commune, near it; reported and waiting for a test
MAP: Final = datetime(2021, 10, 16, tzinfo=VIETNAM).date()
_SIGNS: Final = (
    ("fever", "cough"),
    ("fever", "sore_throat", "fatigue"),
    ("cough", "taste_loss"),
    ("fever", "headache"),
)
_STREETS: Final = ("Tôn Đức Thắng", "Nguyễn Huệ", "Lê Thánh Tôn", "Hai Bà Trưng", "Đồng Khởi")


def seed_cases(land: Country, now: datetime, run: Run) -> int:
    """Results, what was said of the cases they made, and orders; how many cases. Again adds nothing."""
    rng = random.Random(1909)
    ill, suspected, children = _chosen(land, rng)
    hospital = next(row for row in places.facility_table().values() if row.kind == "hospital"
                    and row.province_id == land.story.province_id)  # fmt: skip
    stories = [_Story(person, place, now, rng, hospital.code) for place, person in enumerate(ill)]
    reports = [_report(person, "covid-19", ("fever", "cough"), now, rng) for person in suspected]
    reports += [_report(person, "measles", ("fever", "rash", "cough"), now, rng) for person in children]
    found = run([command for story in stories for command in story.results()] + reports)
    made = sum(outcome.id is not None for outcome in found)
    run([command for story in stories for command in story.said()])
    issued = run([command for story in stories for command in story.orders()])
    numbers = [outcome.id for outcome in issued if outcome.status is ACCEPTED and outcome.id is not None]
    run(list(_deliveries(stories, numbers, now)))
    run([story.withdrawal() for story in stories[-1:]])
    return made


def _chosen(land: Country, rng: random.Random) -> tuple[list[PersonFacts], list[PersonFacts], list[PersonFacts]]:
    """(ill: the commune's first, suspected, children with a rash): people who are nobody's main character."""
    area = places.area_at(COMMUNE, 3, MAP)
    ward = places.areas_under(area.id) if area is not None else frozenset()
    people = list(land.people[land.story.id])
    rng.shuffle(people)
    here = [person for person in people if person.residence_id in ward]
    around = [person for person in people if person.residence_id not in ward]
    grown = [person for person in here if person.birth_date is not None and person.birth_date.year < 2012]
    young = [person for person in here if person.birth_date is not None and person.birth_date.year >= 2012]
    return [*around[:AROUND], *grown[:HERE]], grown[HERE : HERE + SUSPECTED], young[:3]


class _Story:
    """One person's illness as it was entered: a result, what was learnt, an order."""

    def __init__(self, person: PersonFacts, place: int, now: datetime, rng: random.Random, hospital: str) -> None:
        self.person, self.place, self.now, self.hospital = person, place, now, hospital
        self.ago = timedelta(hours=rng.randrange(2, 24 * 12)) if place % 4 else timedelta(hours=rng.randrange(1, 9))
        self.taken = now - self.ago - timedelta(hours=4)
        self.signs = _SIGNS[place % len(_SIGNS)] if place % 3 else ()
        self.isolated = place % 5 != 1
        self.street = f"{rng.randrange(1, 240)} {_STREETS[place % len(_STREETS)]}"
        self.case_id = uuid_for("case", person.id)

    def results(self) -> Iterator[Command]:
        """Reported first, so that the case has an id of the story's own; then found positive."""
        known = self.taken + timedelta(hours=3)
        body: dict[str, Any] = {
            **self._about(), "disease": "covid-19", "symptomatic": "yes" if self.signs else "no",
            "symptoms": list(self.signs), "link": "contact" if self.place % 2 else "factor",
        }  # fmt: skip
        if self.signs:
            body["onset_on"] = (self.taken.astimezone(VIETNAM).date() - timedelta(days=self.place % 4)).isoformat()
        yield self._command("case.report", self.taken, body)
        method, ct = ("pcr", {"ct": 18 + self.place % 15}) if self.place % 3 else ("antigen", {})
        yield self._command("result.record", known, {
            "person": {"id": str(self.person.id)}, "facility": self.hospital, "disease": "covid-19", "method": method,
            "outcome": "positive", "taken_at": self.taken.isoformat(), **ct,
        })  # fmt: skip

    def said(self) -> Iterator[Command]:
        since = min(self.taken + timedelta(hours=8), self.now)
        if self.isolated:
            kind = "hospital" if self.place % 9 == 0 else "home"
            yield self._command("case.isolate", since, {
                **self._about(), "isolated_at": since.isoformat(), "kind": kind, "place": self.street,
            })  # fmt: skip
        if self.place % 4 == 2:
            severity = ("mild", "mild", "moderate", "severe")[self.place // 4 % 4]
            yield self._command("case.course", since, {**self._about(), "severity": severity})
        if self.place % 6 == 3:
            yield self._command("case.cluster", since, {**self._about(), "cluster": "CHO-BEN-THANH"})

    def orders(self) -> Iterator[Command]:
        if self.isolated and self.place % 3 != 2:
            start = self.taken.astimezone(VIETNAM).date()
            yield self._command("order.issue", min(self.taken + timedelta(hours=9), self.now), {
                "person": {"id": str(self.person.id)}, "kind": "isolation", "disease": "covid-19",
                "cause_id": str(self.case_id), "starts_on": start.isoformat(),
                "ends_on": (start + timedelta(days=14)).isoformat(), "place": self.street,
                "order_id": str(uuid_for("order", self.person.id)),
            })  # fmt: skip

    def withdrawal(self) -> Command:
        """The story of the false positive: an officer says that the case is none."""
        return self._command("case.discard", self.now, {**self._about(), "reason": "Nhiễm chéo tại phòng xét nghiệm"})

    def _about(self) -> dict[str, Any]:
        return {"person": {"id": str(self.person.id)}, "case_id": str(self.case_id)}

    def _command(self, verb: str, at: datetime, body: dict[str, Any]) -> Command:
        return Command(uuid_for(verb, "case", self.person.id), verb, at, body)


def _report(person: PersonFacts, disease: str, signs: tuple[str, ...], now: datetime, rng: random.Random) -> Command:
    at = now - timedelta(hours=rng.randrange(1, 30))
    body = {
        "person": {"id": str(person.id)}, "disease": disease, "symptomatic": "yes", "symptoms": list(signs),
        "onset_on": (at.astimezone(VIETNAM).date() - timedelta(days=2)).isoformat(),
    }  # fmt: skip
    return Command(uuid_for("case.report", disease, person.id), "case.report", at, body)


def _deliveries(stories: list[_Story], known: list[UUID], now: datetime) -> Iterator[Command]:
    """Every second order was brought by hand the day it was issued."""
    for story in stories[::2]:
        order_id = uuid_for("order", story.person.id)
        at = datetime.combine(story.taken.astimezone(VIETNAM).date() + timedelta(days=1), time(9, 30), VIETNAM)
        if order_id in known and at < now:
            body = {"person": {"id": str(story.person.id)}, "order_id": str(order_id), "how": "hand",
                    "note": "Người nhà ký nhận"}  # fmt: skip
            yield Command(uuid_for("order.deliver", story.person.id), "order.deliver", at, body)
