"""Effectiveness from a register whose truth is known: the statements' cells are those counted person by person and day
by day, the intervals hold the truth, what was not known on the day is not in it, each reads in their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.analytics.maps import map_on
from lachan.forecasting.effectiveness import cells, facts, jobs, operations, queries
from lachan.forecasting.effectiveness.facts import Estimate, span_of
from lachan.forecasting.facts import CannotSay
from lachan.forecasting.models import Effectiveness
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID
from tests.forecasting.effectiveness import register
from tests.forecasting.effectiveness.register import AS_OF, DISEASE, SPAN, TRUTH
from tests.forecasting.runs.conftest import officer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("effectiveness")]
PEOPLE, SEED = 3_000, 12


@dataclass(frozen=True)
class Made:
    people: list[register.One]
    tests: cells.Tested
    cohort: cells.Followed


@pytest.fixture(scope="module")
def made(reference: None, django_db_blocker: Any) -> Iterator[Made]:
    """One register for the module, taken back at its end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            people = [*register.simulated(PEOPLE, SEED), *register.odd(SEED)]
            register.lay(people)
            wanted = cells.asked(DISEASE, AS_OF, SPAN, map_on(AS_OF))
            with hot_cursor() as cursor:
                tests, cohort = cells.tested(cursor, wanted), cells.followed(cursor, wanted)
            operations.make(AS_OF, now=register.moment(AS_OF))
            yield Made(people, tests, cohort)
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def as_cells(found: cells.Floats) -> dict[tuple[int, ...], float]:
    """Cells of the first province and of nowhere (-1) that hold anything."""
    nowhere = found.shape[2] - 1
    return {
        (week, age, -1 if area == nowhere else area, state): float(found[week, age, area, state])
        for week, age, area, state in zip(*map(list, found.nonzero()), strict=True)
        if area in (0, nowhere)
    }


def test_weeks_are_whole_and_over() -> None:
    assert SPAN.until.isoweekday() == 7
    assert SPAN.weeks == facts.WEEKS
    assert span_of(SPAN.until).until == SPAN.until
    assert span_of(SPAN.until - timedelta(days=1)).until == SPAN.until - timedelta(days=7)


def test_the_statements_count_what_is_counted_by_hand(made: Made) -> None:
    again = register.counted_again([one for one in made.people if one.province <= 0])
    pairs = [
        (made.tests.positive, again.positive), (made.tests.severe, again.severe),
        (made.tests.negative, again.negative), (made.cohort.cases, again.cases),
        (made.cohort.person_days, again.person_days),
    ]  # fmt: skip
    for found, counted in pairs:
        assert as_cells(found) == {cell: count for cell, count in counted.items() if count}
    assert made.cohort.before.sum() == again.before == 2
    assert made.tests.unlinked.sum() == 2  # a doubtful record, once in thirteen weeks, and one that is another's by now
    assert made.tests.before.sum() == 2


def estimates(outcome: str = "infection") -> queries.Designs:
    found = queries.found(officer(Role.NATIONAL_OFFICER, NATION), COUNTRY_ID, outcome, today=AS_OF)
    assert not isinstance(found, CannotSay)
    return found


@pytest.mark.parametrize("design", facts.DESIGNS)
def test_the_intervals_hold_the_truth(made: Made, design: str) -> None:
    one = estimates()[design]
    inside = [line.low <= TRUTH[line.state] <= line.high for line in one.said]  # type: ignore[operator]
    assert len(inside) >= 7
    assert sum(inside) >= len(inside) - 1  # one of twenty may miss
    full = one.line("dose2_14_89")
    assert full is not None
    assert full.estimate == pytest.approx(TRUTH["dose2_14_89"], abs=0.08)
    print(
        {
            line.state: (round(line.estimate or 0, 2), round(line.low or 0, 2), round(line.high or 0, 2))
            for line in one.said
        }
    )


def test_biases_are_named_with_what_the_data_show(made: Made) -> None:
    tested, followed = (estimates()[design] for design in facts.DESIGNS)
    share = {bias.code: bias for bias in followed.biases}
    assert share["prior_infection"].measured is not None
    assert share["entered"].measured is not None
    assert 0 < share["entered"].measured < 1e-3  # three thousand of a nation
    assert share["test_seeking"].measured == pytest.approx(1.1, abs=0.2)  # those who fall ill are tested no more
    assert {bias.code: bias for bias in tested.biases}["misclassification"].measured == pytest.approx(
        0.0004, abs=0.0004
    )
    assert "inside_place" not in share


def test_a_province_names_that_its_communes_are_not_told_apart_and_few_cases_are_not_said(made: Made) -> None:
    here = queries.below(officer(Role.NATIONAL_OFFICER, NATION), of=map_on(AS_OF))
    first, *_, last = [area.id for area in places.provinces(AS_OF)]
    assert "inside_place" in {bias.code for bias in here[first]["cohort"].biases}
    assert here[first]["test_negative"].said
    assert here[last]["test_negative"].why_not == "few_unvaccinated"
    few = estimates("severe")["test_negative"]
    assert few.reference.events < estimates()["test_negative"].reference.events / 4


def test_nothing_recorded_later_is_in_it(made: Made) -> None:
    """A dose voided after the day stands in it, a test entered after the day does not; a later day sees both."""
    wanted = cells.asked(DISEASE, AS_OF + timedelta(days=4), SPAN, map_on(AS_OF))
    with hot_cursor() as cursor:
        tests, cohort = cells.tested(cursor, wanted), cells.followed(cursor, wanted)
    assert tests.positive.sum() == made.tests.positive.sum() + 1
    assert cohort.cases.sum() == made.cohort.cases.sum() + 1
    begun = slice(1, 3)
    assert cohort.person_days[..., begun].sum() < made.cohort.person_days[..., begun].sum()  # the voided dose is gone


def test_made_again_it_is_the_same_and_replaces_itself(made: Made) -> None:
    monday = SPAN.until - timedelta(days=6)
    first = _rows(operations.make(monday, now=register.moment(AS_OF), weeks=4), monday)
    assert any(value is not None for row in first for value in row[1])
    assert _rows(operations.make(monday, now=register.moment(AS_OF), weeks=4), monday) == first
    with pytest.raises(ValueError, match="today"):
        operations.make(AS_OF + timedelta(days=1), now=register.moment(AS_OF))


def _rows(count: int, as_of: date) -> list[tuple[Any, ...]]:
    rows = Effectiveness.objects.filter(as_of=as_of).order_by("area_id", "design", "outcome")
    found = list(rows.values_list("inputs", "estimates", "biases"))
    assert len(found) == count
    return found


def test_each_reads_in_their_places_with_few_statements(made: Made) -> None:
    first, other, *_ = [area.id for area in places.provinces(AS_OF)]
    at_home = officer(Role.PROVINCE_OFFICER, first)
    with CaptureQueriesContext(connection) as asked:
        own = queries.found(at_home, first, today=AS_OF)
    assert len(asked) == 1
    assert isinstance(own, dict)
    assert isinstance(own["cohort"], Estimate)
    for closed in (other, COUNTRY_ID):
        with pytest.raises(Forbidden):
            queries.found(at_home, closed, today=AS_OF)
    with pytest.raises(Forbidden):
        queries.below(at_home, of=map_on(AS_OF))
    with pytest.raises(Forbidden):
        operations.ask(AS_OF, actor=Actor(at_home.id, "user", "nobody", ()))
    commune = places.communes(first, AS_OF)[0].id
    assert queries.found(at_home, commune, today=AS_OF) == CannotSay("by_province")
    assert queries.found(at_home, first, today=AS_OF, as_of=SPAN.since) == CannotSay("effectiveness_none")
    assert queries.days(at_home, first)[0] == AS_OF


def test_the_week_that_is_over_is_asked_for_once_and_caught_up_with(made: Made) -> None:
    sunday = SPAN.until
    for hours in (15, 15, 39):  # Monday at three in the morning in Việt Nam, twice; Tuesday
        jobs.weekly(int((register.moment(sunday) + timedelta(hours=hours)).timestamp()))
    assert _asked() == [(sunday.isoformat(),)]
    operations.make(sunday, now=register.moment(AS_OF), weeks=1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'forecasting.effectiveness'")
    jobs.weekly(int((register.moment(sunday) + timedelta(hours=63)).timestamp()))
    assert _asked() == []


def _asked() -> list[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'as_of' FROM procrastinate_jobs WHERE task_name = 'forecasting.effectiveness'")
        return list(cursor.fetchall())
