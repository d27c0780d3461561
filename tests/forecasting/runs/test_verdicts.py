"""When a run is blocked, what is left out, how past forecasts are scored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import transaction

from lachan.access.actors import Actor
from lachan.forecasting import operations, queries, rules, scores
from lachan.forecasting.engines.scoring import wis
from lachan.forecasting.facts import LEVELS, REGISTER, CannotSay, Published, Status
from lachan.forecasting.models import Alarm, Forecast, Score
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED
from lachan.places.rules import COUNTRY_ID

from .conftest import AS_OF, Made, at, fill, officer

pytestmark = pytest.mark.xdist_group("runs")
DAYS = np.arange(np.datetime64("2026-01-01"), np.datetime64("2026-03-12"))
STEADY = np.full(len(DAYS), 50.0)
LAST: date = DAYS[-1].astype(date)


def test_steady_data_are_published() -> None:
    assert rules.judge(LAST, 1, DAYS, STEADY, (), ()) is None


def test_data_behind_their_day_are_late() -> None:
    assert rules.judge(LAST, 2, DAYS, STEADY, (), ()) == rules.Blocked("data_late", {"days": 2})


def test_three_days_without_a_case_anywhere_are_late_data_in_a_wave_and_none_in_a_quiet_time() -> None:
    quiet = np.concatenate([STEADY[:-3], np.zeros(3)])
    assert rules.judge(LAST, 0, DAYS, quiet, (), ()) == rules.Blocked("data_late", {"days": 3})
    assert rules.judge(LAST, 0, DAYS, quiet / 50, (), ()) is None
    assert rules.judge(LAST + timedelta(days=4), 0, DAYS, STEADY, (), ()) == rules.Blocked("data_late", {"days": 4})


def test_a_changed_delay_blocks_until_it_is_learnt() -> None:
    lately = rules.Delay("cases", True, LAST - timedelta(days=10))
    long_ago = rules.Delay("cases", True, LAST - timedelta(days=40))
    found = rules.judge(LAST, 0, DAYS, STEADY, (), (lately,))
    assert found is not None
    assert found.reason == "delay_shifted"
    assert rules.judge(LAST, 0, DAYS, STEADY, (), (long_ago,)) is None


def test_a_province_that_stops_is_noticed_and_a_small_one_is_not_blamed_for_chance() -> None:
    counts = np.vstack([STEADY, STEADY / 5, np.full(len(DAYS), 0.2)])
    counts[1:, -8:] = 0
    [silent] = rules.silent_places([11, 22, 33], DAYS, counts)
    assert (silent.area_id, silent.since) == (22, DAYS[-8].astype(date))
    assert rules.judge(LAST, 0, DAYS, STEADY, [silent], ()) is None, "a sixth of the cases: left out, said, published"
    counts[0, -8:] = 0
    found = rules.judge(LAST, 0, DAYS, STEADY, rules.silent_places([11, 22, 33], DAYS, counts), ())
    assert found is not None
    assert found.reason == "places_missing"


def test_corrections_and_backlogs_are_named() -> None:
    parts = np.array([[10.0, 12, 11, -40, 12, 10, 13, 12], [10, 11, 12, 9, 900, 10, 11, 10], [0, 0, 5, 0, 40, 0, 0, 0]])
    small = np.vstack([parts.sum(axis=0) + 300, parts])
    own = [(1, 4, "negative"), (2, 3, "backlog")]
    assert rules.doubtful_weeks(small) == [(0, 3, "backlog"), (0, 4, "negative"), *own], "they bend the nation's week"
    large = np.vstack([parts.sum(axis=0) + 30_000, parts])
    assert rules.doubtful_weeks(large) == own


def test_a_last_week_that_stands_on_one_day_is_doubted_and_a_rise_is_not() -> None:
    weeks = np.full((3, 6), 70.0)
    days = np.array([[20.0] * 7, [2, 1, 60, 1, 2, 2, 2], [2, 4, 8, 12, 14, 14, 16]])
    assert rules.doubtful_weeks(weeks, days) == [(1, 0, "heap")]


def test_the_intervals_are_distributions_of_the_stated_mean() -> None:
    intervals = rules.covid_intervals()
    for mass, mean in ((intervals.generation, 4.7), (intervals.delay, 7.3)):
        assert mass.sum() == pytest.approx(1.0)
        assert np.arange(len(mass)) @ mass == pytest.approx(mean, abs=0.15)


@pytest.mark.slow
def test_late_data_are_blocked_and_released_only_with_a_reason(undone: Made, minister: Actor) -> None:
    late = AS_OF + timedelta(days=4)
    blocked = operations.run(REGISTER, late, now=at(late))
    assert (blocked.status, blocked.reason) == (Status.BLOCKED, "data_late")
    standing = queries.standing(minister)
    assert standing.blocked
    assert standing.shown == undone.run
    assert standing.last == blocked
    shown = queries.latest(minister, COUNTRY_ID)
    assert isinstance(shown, Published)
    assert shown.run == undone.run
    assert operations.run(REGISTER, late, now=at(late)) == blocked, "the same data, the same verdict"

    def publish(reason: str) -> tuple[str, str | None]:
        [outcome] = operations.publish([blocked.id], actor=minister, reason=reason, now=at(late))
        return outcome.status, outcome.reason

    assert publish(" ") == (REFUSED, "release_reason_missing")
    assert publish("the ministry asked for it") == (ACCEPTED, None)
    assert publish("the ministry asked for it") == (DUPLICATE, None)
    released = queries.standing(minister).shown
    assert released is not None
    assert (released.id, released.seal) == (blocked.id, blocked.seal)


@pytest.mark.slow
def test_nothing_known_is_said_as_that(reference: None, db: None, minister: Actor) -> None:
    empty = operations.run(REGISTER, date(2024, 1, 7), now=at(AS_OF))
    assert (empty.status, empty.reason) == (Status.BLOCKED, "no_data")
    assert queries.latest(minister, COUNTRY_ID) == CannotSay("nothing_published")


@pytest.fixture(scope="module")
def later(made: Made) -> Iterator[Made]:
    """A week on: the second province has stopped reporting, the last forecast can be scored."""
    with transaction.atomic():
        day = AS_OF + timedelta(days=7)
        fill(day, silent=3)
        yield Made(made.world, operations.run(REGISTER, day, now=at(day)))
        transaction.set_rollback(True)


@pytest.mark.slow
def test_a_silent_province_is_left_out_and_named(later: Made, minister: Actor) -> None:
    assert later.run.status is Status.PUBLISHED, later.run
    silent = later.world.provinces[3]
    found = queries.latest(minister, silent)
    assert isinstance(found, CannotSay)
    assert found.reason == "not_reporting"
    assert found.params["since"] <= (AS_OF - timedelta(days=4)).isoformat()
    assert isinstance(queries.latest(minister, later.world.provinces[0]), Published)
    assert [entry["area"] for entry in queries.card(minister, later.run.id).data["excluded"]] == [silent]


@pytest.mark.slow
def test_forecasts_are_scored_against_what_came(made: Made, later: Made, minister: Actor) -> None:
    past = queries.past(minister, COUNTRY_ID, horizon=1)
    week = past.weeks[0]
    latest = queries.latest(minister, COUNTRY_ID)
    assert isinstance(latest, Published)
    assert (week.run_id, week.band.day) == (made.run.id, AS_OF + timedelta(days=7))
    assert week.truth == dict(latest.history)[week.band.day]
    said = Forecast.objects.get(area_id=COUNTRY_ID, run_id=made.run.id, measure="cases", horizon=1).quantiles
    assert week.wis == pytest.approx(float(wis(np.array(week.truth), np.array(said), np.array(LEVELS))))
    assert week.inside90 is (week.band.q05 <= week.truth <= week.band.q95)
    assert (past.known, past.inside90 + len(past.misses)) == (1, 1)
    [record] = queries.record(minister, COUNTRY_ID)
    assert (record.horizon, record.scored) == (1, 1)


@pytest.mark.slow
def test_a_truth_that_was_corrected_is_scored_again_and_others_are_left(later: Made) -> None:
    with transaction.atomic():
        before = Score.objects.count()
        assert scores.score(REGISTER, later.run.id, later.run.as_of) == 0
        Score.objects.filter(area_id=COUNTRY_ID).update(truth=1.0, wis=0.0)
        assert scores.score(REGISTER, later.run.id, later.run.as_of) == 1
        assert Score.objects.count() == before
        transaction.set_rollback(True)


@pytest.mark.slow
def test_as_known_then_the_forecast_of_then_is_shown(made: Made, later: Made, minister: Actor) -> None:
    then = queries.latest(minister, COUNTRY_ID, as_of=AS_OF + timedelta(days=6))
    assert isinstance(then, Published)
    assert then.run == made.run
    assert queries.latest(minister, COUNTRY_ID, as_of=AS_OF - timedelta(days=1)) == CannotSay("nothing_published")
    assert queries.past(minister, COUNTRY_ID, horizon=1, as_of=AS_OF).known == 0, "nothing had come yet"


@pytest.mark.slow
def test_who_may_not_run_may_not_publish(db: None) -> None:
    from lachan.access.rules import Role
    from lachan.kernel.errors import Forbidden

    commune: Any = officer(Role.COMMUNE_OFFICER, 1)
    with pytest.raises(Forbidden):
        operations.publish([], actor=commune, reason="because", now=at(AS_OF))
    with pytest.raises(Forbidden):
        operations.ask(REGISTER, AS_OF, actor=commune, today=AS_OF)


@pytest.mark.slow
def test_a_day_made_up_later_changes_neither_truth_nor_alarms(later: Made) -> None:
    with transaction.atomic():
        before = set(Alarm.objects.values_list("id", "last_on"))
        truths = set(Score.objects.values_list("area_id", "run_id", "horizon", "truth"))
        Score.objects.update(truth_as_of=later.run.as_of + timedelta(days=1))
        Score.objects.filter(area_id=COUNTRY_ID).update(truth=-1.0)
        assert scores.score(REGISTER, later.run.id, later.run.as_of) == 0, "a later day knew better"
        day = AS_OF - timedelta(days=7)
        old = operations.run(REGISTER, day, now=at(AS_OF + timedelta(days=9)))
        assert old.status is Status.PUBLISHED, old
        assert set(Alarm.objects.values_list("id", "last_on")) == before
        assert len(truths) == Score.objects.filter(run_id__in={row[1] for row in truths}).count()
        transaction.set_rollback(True)
