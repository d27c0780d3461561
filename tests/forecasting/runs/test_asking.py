"""Questions about forecasts: each in their places, a fixed number of statements, the same over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.analytics.maps import Map, on_map
from lachan.forecasting import jobs, operations, queries
from lachan.forecasting.facts import REGISTER, CannotSay, Published
from lachan.forecasting.models import Run
from lachan.kernel.errors import Forbidden
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

from .conftest import AS_OF, Made, at, officer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("runs")]

QUESTIONS: dict[str, tuple[Callable[[Actor, int], object], int]] = {
    "latest": (lambda actor, area: queries.latest(actor, area), 3),
    "past": (lambda actor, area: queries.past(actor, area), 3),
    "record": (lambda actor, area: queries.record(actor, area), 3),
    "rt": (lambda actor, area: queries.rt(actor, area), 2),
    "nowcast": (lambda actor, area: queries.nowcast(actor, area), 2),
    "alarms": (lambda actor, area: queries.alarms(actor, area), 2),
    "glimpses": (lambda actor, area: queries.glimpses(actor, area), 2),
}


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_a_question_takes_a_fixed_number_of_statements(made: Made, minister: Actor, name: str) -> None:
    ask, statements = QUESTIONS[name]
    for area in (COUNTRY_ID, made.world.provinces[0]):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            ask(minister, area)
        assert len(seen) <= statements


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_a_place_outside_the_grants_is_not_answered(made: Made, name: str) -> None:
    own, other = made.world.provinces[:2]
    actor = officer(Role.PROVINCE_OFFICER, own)
    QUESTIONS[name][0](actor, own)
    for area in (other, made.world.busy[1], COUNTRY_ID):
        with pytest.raises(Forbidden):
            QUESTIONS[name][0](actor, area)


def test_every_province_at_a_glance(made: Made, minister: Actor) -> None:
    run, found = queries.glimpses(minister, COUNTRY_ID)
    assert run == made.run
    assert set(found) == {area.id for area in places.provinces(Map.OF_2025.day)}
    one = found[made.world.provinces[0]]
    latest = queries.latest(minister, made.world.provinces[0])
    assert isinstance(latest, Published)
    assert one.ahead == latest.horizons[1].band
    assert one.last_week == latest.history[-1][1]
    assert one.rt is not None
    _, communes = queries.glimpses(minister, made.world.provinces[0])
    assert communes[made.world.busy[0]].ahead is not None
    assert communes[made.world.quiet[0]].ahead is None


def test_a_province_of_the_old_map_is_answered_by_what_took_it_over_where_the_actor_may_see_that(
    made: Made, minister: Actor
) -> None:
    area = places.area_at("02", 1, Map.OF_2021.day)  # Hà Giang, in Tuyên Quang since July 2025
    assert area is not None
    now = on_map(area.id, Map.OF_2025)
    assert now is not None
    assert now.id == made.world.provinces[2]
    found = queries.latest(minister, area.id)
    assert isinstance(found, Published)
    assert found.area_id == now.id
    narrow = queries.latest(officer(Role.PROVINCE_OFFICER, area.id), area.id)
    assert narrow == CannotSay("not_on_map"), "the province of today is wider than the grant"


def test_a_run_is_asked_for_once(undone: Made, minister: Actor) -> None:
    day = AS_OF - timedelta(days=2)
    for _ in range(2):
        operations.ask(REGISTER, day, actor=minister, today=AS_OF)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'forecasting.run'")
        assert len(cursor.fetchall()) == 1
    with pytest.raises(ValueError, match="not over"):
        operations.ask(REGISTER, AS_OF, actor=minister, today=AS_OF)
    with pytest.raises(LookupError):
        operations.ask("tea leaves", day, actor=minister, today=AS_OF)


def test_nights_nobody_was_at_work_are_made_up_for_the_oldest_first(undone: Made) -> None:
    def days(*back: int) -> tuple[date, ...]:
        return tuple(AS_OF + timedelta(days=after) for after in back)

    assert operations.due(REGISTER, AS_OF, again=True) == ()
    assert operations.due(REGISTER, AS_OF + timedelta(days=3), again=False) == days(1, 2, 3)
    assert len(operations.due(REGISTER, AS_OF + timedelta(days=40), again=False)) == operations.CAUGHT_UP
    Run.objects.filter(id=undone.run.id).update(status="failed")
    assert operations.due(REGISTER, AS_OF + timedelta(days=1), again=False) == days(1)
    assert operations.due(REGISTER, AS_OF + timedelta(days=1), again=True) == days(0, 1)
    Run.objects.filter(id=undone.run.id).update(status="blocked")
    assert operations.due(REGISTER, AS_OF + timedelta(days=1), again=True) == days(1), "the last day waits for data"
    assert operations.due("replay:vietnam-2021", AS_OF, again=False) == days(0), "nothing was made before the first"
    jobs.nightly(int(at(AS_OF + timedelta(days=2)).timestamp()))  # two in the morning after that day
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'as_of' FROM procrastinate_jobs WHERE task_name LIKE '%.run' ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == [str(day) for day in days(1, 2)]


def test_the_worker_makes_what_was_asked_and_leaves_a_run_that_another_makes(undone: Made) -> None:
    jobs.make_run(REGISTER, AS_OF.isoformat())  # published: answered as it is
    assert queries.standing(Actor.system("tests")).shown == undone.run


def test_how_far_a_run_is_can_be_seen(made: Made, minister: Actor) -> None:
    done = queries.progress(minister, [made.run.id])[made.run.id]
    assert len(done) == made.run.parts
    assert {entry.part for entry in done} == {"inputs", "nowcast:cases", "rt", "forecast:cases", "alarms"}
    assert all(entry.rows > 0 and entry.seconds >= 0 for entry in done)
