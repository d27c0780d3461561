"""Whatever happens in whatever order: the lists are those the engine would make of the facts as they stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.kernel.database import hot_cursor
from lachan.surveillance.cases.queries import case_facts, cases_of
from lachan.tracing.engine.settle import settle
from lachan.tracing.lists.checks import check_all
from lachan.tracing.lists.sight import sight_of
from lachan.tracing.lists.watches import TRACED
from lachan.tracing.models import Link
from lachan.tracing.visits.subjects import identify

from .conftest import ACTOR, NOW, Town, ago

pytestmark = pytest.mark.slow

PEOPLE, STEPS = 6, 14
_person = st.integers(0, PEOPLE - 1)
_hours = st.integers(2, 70)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("stay"), _person, st.integers(0, 2), _hours, st.sampled_from((8, 15, 20, 60))),
        st.tuples(st.just("positive"), _person, _hours),
        st.tuples(st.just("withdraw"), _person),
        st.tuples(st.just("onset"), _person, st.integers(0, 3)),
        st.tuples(st.just("follow")),
    ),
    min_size=4,
    max_size=STEPS,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_steps)
def test_lists_are_what_the_facts_make_of_them(town: Town, steps: list[tuple[Any, ...]]) -> None:
    people = [town.person(f"Người {n}") for n in range(PEOPLE)]
    results: dict[int, UUID] = {}
    for what, *rest in steps:
        if what == "stay":
            whose, place, hours, minutes = rest
            town.stay_if_possible(people[whose], (town.market, town.bar, town.school)[place], ago(hours=hours), minutes)
        elif what == "positive" and rest[0] not in results:
            results[rest[0]] = town.result(people[rest[0]], taken=ago(hours=rest[1]))
        elif what == "withdraw" and rest[0] in results:
            result = results.pop(rest[0])
            town.must("result.withdraw", result_id=str(result), person={"id": str(people[rest[0]])}, reason="withdrawn")
        elif what == "onset" and rest[0] in results:
            case = town.case_id_of(people[rest[0]])
            town.send(
                "case.onset", person={"id": str(people[rest[0]])}, case_id=str(case), symptomatic="yes",
                onset_on=(NOW - timedelta(days=rest[1])).date().isoformat(),
            )  # fmt: skip
        elif what == "follow":
            town.follow()
    town.follow()
    town.wait_and_follow()
    assert standing(people) == wanted(people)
    wrong = [finding for finding in check_all() if not finding.good]
    assert not wrong, wrong


def standing(people: list[UUID]) -> set[tuple[UUID, UUID, int]]:
    """(case's person, contact, seconds) of every link that stands."""
    found = Link.objects.filter(state="standing", case_person_id__in=people)
    return set(found.values_list("case_person_id", "person_id", "seconds"))


def wanted(people: list[UUID]) -> set[tuple[UUID, UUID, int]]:
    """The same from the evidence and the rule, case by case, without anything a list wrote."""
    found: set[tuple[UUID, UUID, int]] = set()
    cases = {row.id: row for held in cases_of(people).values() for row in held if row.classification in TRACED}
    for case_id, facts in case_facts(None, list(cases)).items():
        assert case_id in cases
        seen = sight_of(facts, NOW)
        assert seen is not None
        with hot_cursor() as cursor:
            lines = settle(seen.evidence(cursor), window=seen.window, rule=seen.rule, always=seen.always)
        names = identify(lines.contact.tolist(), ground=case_id, actor_id=ACTOR.id, now=NOW)
        for contact, seconds in zip(lines.contact.tolist(), lines.seconds.tolist(), strict=True):
            found.add((facts.person_id, names[contact], seconds))
    return found
