"""Whatever happens, in whatever order, and whenever it is read: the same figures, of every day as it was known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.analytics.epidemic import checks, projection
from tests.surveillance.cases.conftest import NOW

from .conftest import Ward, changes, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = 4
# what the tables remember by themselves, and what only the entries do
REMEMBERED = (
    "positive", "late", "negative", "withdraw", "correct", "onset", "severe", "isolate", "died", "taken_back",
    "discard", "end", "report",
)  # fmt: skip
FORGOTTEN = ("move_person", "move_case", "merge", "unmerge", "dose", "born")
Step = tuple[str, int, int, bool]  # what, whom, hours until then, whether the job runs after it


class Outbreak:
    """Four people to whom made-up things happen; what is refused has not happened."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self.people = ward.people(PEOPLE)
        self.results: dict[UUID, list[UUID]] = {one: [] for one in self.people}
        self.merges: list[UUID] = []

    def do(self, what: str, who: int) -> None:
        person = self.people[who]
        getattr(self, what)(person, {"id": str(person)})

    def positive(self, person: UUID, ref: Any, ago: float = 3, outcome: str = "positive") -> None:
        taken = self.ward.now - timedelta(hours=ago)
        found = self.ward.send("result.record", **self.ward.result_body(person, outcome, taken))
        if found.id is not None:
            self.results[person].append(found.id)

    def late(self, person: UUID, ref: Any) -> None:
        self.positive(person, ref, ago=100)

    def negative(self, person: UUID, ref: Any) -> None:
        self.positive(person, ref, outcome="negative")

    def withdraw(self, person: UUID, ref: Any) -> None:
        for result in self.results[person][-1:]:
            self.ward.send("result.withdraw", person=ref, result_id=str(result), reason="mixed up")

    def correct(self, person: UUID, ref: Any) -> None:
        for result in self.results[person][-1:]:
            new = self.ward.send("result.correct", person=ref, result_id=str(result), reason="read wrongly",
                                 changes={"outcome": "negative"})  # fmt: skip
            if new.id is not None:
                self.results[person].append(new.id)

    def _say(self, verb: str, person: UUID, **more: Any) -> None:
        for case in self.ward.cases(person)[:1]:
            self.ward.say(verb, case, **more)

    def onset(self, person: UUID, ref: Any) -> None:
        self._say("case.onset", person, symptomatic="yes",
                  onset_on=(self.ward.now.date() - timedelta(days=4)).isoformat())  # fmt: skip

    def severe(self, person: UUID, ref: Any) -> None:
        self._say("case.course", person, severity="critical", hospital="Bệnh viện Quận 1")

    def isolate(self, person: UUID, ref: Any) -> None:
        self._say("case.isolate", person, isolated_at=self.ward.now.isoformat(), kind="hospital")

    def died(self, person: UUID, ref: Any) -> None:
        self._say("case.course", person, outcome="died", outcome_on=self.ward.now.date().isoformat())

    def taken_back(self, person: UUID, ref: Any) -> None:
        self._say("case.course", person, outcome="", reason="another person")

    def discard(self, person: UUID, ref: Any) -> None:
        self._say("case.discard", person, reason="not this disease")

    def end(self, person: UUID, ref: Any) -> None:
        self._say("case.end", person, reason="moved abroad")

    def report(self, person: UUID, ref: Any) -> None:
        self.ward.send("case.report", person=ref, disease="covid-19", symptomatic="yes", severity="severe",
                       onset_on=(self.ward.now.date() - timedelta(days=1)).isoformat())  # fmt: skip

    def move_person(self, person: UUID, ref: Any) -> None:
        self.ward.send("person.amend", person=ref, changes={"residence_code": "00001"}, reason="moved")

    def move_case(self, person: UUID, ref: Any) -> None:
        self._say("case.move", person, commune="00001", commune_on="2022-03-01", reason="stays there")

    def born(self, person: UUID, ref: Any) -> None:
        self.ward.send("person.amend", person=ref, changes={"birth_date": "1950-02-03"}, reason="misread")

    def merge(self, person: UUID, ref: Any) -> None:
        other = self.people[(self.people.index(person) + 1) % PEOPLE]
        made = self.ward.send("person.merge", person=ref, other={"id": str(other)}, reason="one and the same person")
        if made.id is not None:
            self.merges.append(made.id)

    def unmerge(self, person: UUID, ref: Any) -> None:
        if self.merges:
            self.ward.send("person.unmerge", merge_id=str(self.merges.pop()), reason="two persons after all")

    def dose(self, person: UUID, ref: Any) -> None:
        given_on = self.ward.now - timedelta(days=60)
        self.ward.send("dose.record", at=given_on, person=ref, product="pfizer", source="elsewhere", country="VN")


def steps(*what: str) -> st.SearchStrategy[list[Step]]:
    one = st.tuples(st.sampled_from(what), st.integers(0, PEOPLE - 1), st.integers(1, 40), st.booleans())
    return st.lists(one, min_size=1, max_size=14)


def lived(ward: Ward, story: list[Step]) -> Outbreak:
    """Let it happen, the job running now and then, and at the end."""
    ward.now, ward.broken = NOW, True
    outbreak = Outbreak(ward)
    follow(outbreak.people, ward.now)
    for what, who, hours, run in story:
        ward.now += timedelta(hours=hours)
        outbreak.do(what, who)
        if run or what in FORGOTTEN:  # where somebody lived is known only to who looked then
            follow(outbreak.people, ward.now)
    follow(outbreak.people, ward.now)
    return outbreak


def wrong() -> list[str]:
    return [f"{one.name}: {one.detail}" for one in checks.findings(()) if not one.good]


class Held:
    """The ward without its long name in a report of hypothesis."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward


@pytest.fixture
def held(ward: Ward) -> Held:
    return Held(ward)


SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(story=steps(*REMEMBERED))
def test_facts_alone_give_the_same_whenever_they_were_read(held: Held, story: list[Step]) -> None:
    with transaction.atomic():
        lived(held.ward, story)
        checks.prepare()
        assert wrong() == []
        followed = changes()
        projection.rebuild(forget=True)
        assert changes() == followed
        transaction.set_rollback(True)


@SETTINGS
@given(story=steps(*REMEMBERED, *FORGOTTEN))
def test_after_any_history_a_rebuild_changes_nothing_and_the_past_stays(held: Held, story: list[Step]) -> None:
    with transaction.atomic():
        outbreak = lived(held.ward, story)
        checks.prepare()
        assert wrong() == []
        followed = changes()
        projection.rebuild()
        assert changes() == followed
        assert follow(outbreak.people, held.ward.now) == 0  # read twice, nothing is new
        now_only = sums(followed)
        projection.rebuild(forget=True)
        assert sums(changes()) == now_only  # what is known now is what the tables say
        transaction.set_rollback(True)


def sums(found: Any) -> dict[tuple[Any, ...], int]:
    total: dict[tuple[Any, ...], int] = {}
    for (_, *key), value in found.items():
        total[tuple(key)] = total.get(tuple(key), 0) + value
    return {key: value for key, value in total.items() if value}


def test_a_wrong_figure_is_found(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    follow([person], ward.now)
    checks.prepare()
    assert wrong() == []
    for broken in (
        "UPDATE analytics_epidemicentry SET age_band = 80 WHERE measure = 'cases'",
        "UPDATE analytics_epidemicday SET value = 9 WHERE measure = 'cases'",
        "UPDATE analytics_epidemicprovincechange SET delta = 9 WHERE measure = 'cases'",
        "UPDATE analytics_epidemicprovinceday SET value = 9 WHERE measure = 'cases'",
        "UPDATE analytics_epidemicage SET value = 9 WHERE measure = 'cases'",
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(broken)
            assert len(wrong()) in (1, 2)
            transaction.set_rollback(True)
    projection.rebuild()
    assert wrong() == []
