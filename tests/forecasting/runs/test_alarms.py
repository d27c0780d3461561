"""Alarms: raised by runs, one a place; answered with a reason, followed, closed; each in their own places."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.forecasting import alarms, checks, queries
from lachan.forecasting.facts import REGISTER, AlarmFact, State
from lachan.forecasting.models import Alarm, AlarmStep, Raised
from lachan.immunization.commands import execute
from lachan.kernel import journal
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED
from lachan.places.rules import COUNTRY_ID
from tests.tracing.outbreak.outbreaks import case

from .conftest import AS_OF, Made, at, officer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("runs")]
NOW = at(AS_OF)


def of_burst(made: Made, minister: Actor) -> AlarmFact:
    """The alarm of the commune that has had thirty cases a day for three days, and none before."""
    page = queries.alarms(minister, COUNTRY_ID)
    [found] = [alarm for alarm in page.items if alarm.area_id == made.world.quiet[2]]
    return found


def a_case(area: int, cluster: str) -> None:
    case(uuid4(), area, NOW - timedelta(days=3), cluster=cluster)


def send(actor: Actor, verb: str, **body: object) -> tuple[str, str | None]:
    body["alarm"] = str(body["alarm"])
    [outcome] = execute([Command(new_id(), verb, NOW, dict(body))], actor=actor, now=NOW)
    return outcome.status, outcome.reason


def test_a_burst_is_one_alarm_on_which_methods_agree(made: Made, minister: Actor) -> None:
    alarm = of_burst(made, minister)
    assert alarm.strength >= 2
    assert alarm.state is State.OPEN
    assert AS_OF - timedelta(days=3) < alarm.last_on <= AS_OF
    assert alarm.observed >= 40, "of ninety cases some are not reported yet"
    quiet = set(made.world.quiet) - {made.world.quiet[2]}
    assert not quiet & {entry.area_id for entry in queries.alarms(minister, COUNTRY_ID).items}


def test_acknowledged_followed_closed_with_every_step_kept(undone: Made, minister: Actor) -> None:
    alarm = of_burst(undone, minister)
    province = officer(Role.PROVINCE_OFFICER, undone.world.provinces[2])
    a_case(undone.world.quiet[2], "CHO-01")
    a_case(undone.world.quiet[0], "CHO-00")
    assert send(province, "alarm.acknowledge", alarm=alarm.id, reason="chợ đầu mối, đang điều tra") == (ACCEPTED, None)
    assert send(province, "alarm.acknowledge", alarm=alarm.id, reason="again") == (REFUSED, "alarm_answered")
    for nobodys in ("CHO-00", "CHO-99"):  # of another province, of nobody
        assert send(province, "alarm.follow", alarm=alarm.id, cluster=nobodys) == (REFUSED, "cluster_unknown")
    assert send(province, "alarm.follow", alarm=alarm.id, cluster="CHO-01") == (ACCEPTED, None)
    assert send(province, "alarm.close", alarm=alarm.id, outcome="outbreak", reason="ended") == (ACCEPTED, None)
    assert send(province, "alarm.follow", alarm=alarm.id, cluster="CHO-02") == (REFUSED, "alarm_closed")
    found, steps = queries.alarm(minister, alarm.id)
    assert (found.state, found.cluster, found.outcome) == (State.CLOSED, "CHO-01", "outbreak")
    assert [step.state for step in steps] == [State.ACKNOWLEDGED, State.FOLLOWED, State.CLOSED]
    assert steps[0].reason == "chợ đầu mối, đang điều tra"
    facts = journal.history(alarm.id)
    assert {fact.verb for fact in facts} == {"alarm.acknowledged", "alarm.followed", "alarm.closed"}
    assert not any("chợ" in str(fact.body) for fact in facts), "a reason may name somebody: it is not in the journal"
    assert [finding for finding in checks.check_all() if not finding.good] == []


def test_the_same_command_again_has_no_second_effect_and_a_list_is_answered_one_by_one(
    undone: Made, minister: Actor
) -> None:
    alarm = of_burst(undone, minister)
    a_case(undone.world.quiet[2], "A-1")

    def command(verb: str, **body: object) -> Command:
        return Command(new_id(), verb, NOW, {"alarm": str(alarm.id), **body})

    commands = [
        command("alarm.acknowledge", reason="seen"),
        Command(new_id(), "alarm.acknowledge", NOW, {"alarm": str(UUID(int=1)), "reason": "nobody's"}),
        command("alarm.follow", cluster="A-1"),
    ]
    outcomes = execute(commands, actor=minister, now=NOW)
    assert [outcome.status for outcome in outcomes] == [ACCEPTED, REFUSED, ACCEPTED]
    again = execute(commands, actor=minister, now=NOW)
    assert [outcome.status for outcome in again] == [DUPLICATE] * 3
    assert AlarmStep.objects.filter(alarm_id=alarm.id).count() == 2


def test_an_alarm_changed_without_a_step_is_found(undone: Made, minister: Actor) -> None:
    Alarm.objects.filter(id=of_burst(undone, minister).id).update(state="closed")
    assert [finding.name for finding in checks.check_all() if not finding.good] == ["alarms and what was done"]


def test_raised_again_it_is_the_same_alarm_and_closed_it_stays_closed_while_it_lasts(
    undone: Made, minister: Actor
) -> None:
    alarm = of_burst(undone, minister)
    count = Alarm.objects.count()
    send(minister, "alarm.close", alarm=alarm.id, outcome="known_cause", reason="mass testing")

    def raised_on(first: int, last: int) -> int:
        Raised.objects.filter(area_id=alarm.area_id).update(
            first_on=AS_OF + timedelta(days=first), last_on=AS_OF + timedelta(days=last)
        )
        with hot_cursor() as cursor:
            return alarms.follow(cursor, undone.run.id, REGISTER, NOW)

    assert raised_on(-2, 1) == 0, "the same rise goes on: somebody has said what it is"
    assert Alarm.objects.get(id=alarm.id).last_on == AS_OF + timedelta(days=1)
    assert Alarm.objects.count() == count
    assert raised_on(9, 10) == 1, "a new rise after it is over is a new alarm"
    assert raised_on(9, 12) == 0
    assert Alarm.objects.count() == count + 1


def test_each_sees_and_answers_the_alarms_of_their_own_places(undone: Made, minister: Actor) -> None:
    alarm = of_burst(undone, minister)
    own = officer(Role.PROVINCE_OFFICER, undone.world.provinces[2])
    other = officer(Role.PROVINCE_OFFICER, undone.world.provinces[0])
    assert alarm in queries.alarms(own, undone.world.provinces[2]).items
    assert alarm not in queries.alarms(other, undone.world.provinces[0]).items
    with pytest.raises(Forbidden):
        queries.alarms(other, undone.world.provinces[2])
    with pytest.raises(Problem):
        queries.alarm(other, alarm.id)
    assert send(other, "alarm.acknowledge", alarm=alarm.id, reason="not mine") == (REFUSED, "alarm_unknown")
    assert send(officer(Role.AUDITOR, 1), "alarm.close", alarm=alarm.id, outcome="nothing_found", reason="no") == (
        REFUSED, "not_allowed",
    )  # fmt: skip
