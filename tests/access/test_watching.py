"""Unusual looking is found, a normal day raises nothing, and every alert is answered by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from lachan.access import jobs, operations, queries
from lachan.access.actors import Actor
from lachan.access.models import Alert, Session
from lachan.access.operations import watch
from lachan.access.operations.watch import limits_on
from lachan.access.queries import LookWish
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.access.watching.rules import LIMITS, Day, Seen, findings
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id

from .conftest import TODAY, Staff, Story

SHIPPED = {name: value for name, (value, _, _) in LIMITS.items()}
MORNING = timezone.make_aware(datetime.combine(TODAY, time(8, 0)))


def people(count: int) -> list[UUID]:
    return [new_id() for _ in range(count)]


def seen(persons: Sequence[UUID], minutes: float = 1.0, opened: bool = True) -> list[Seen]:
    return [Seen(person, MORNING + timedelta(minutes=minutes * n), opened) for n, person in enumerate(persons)]


def day(looks: list[Seen], **more: Any) -> Day:
    given: dict[str, Any] = {"touched": (), "outside": (), "known": (), "usual": (), "peers": (), "acts": True}
    return Day(looks, **(given | more))


def rules_of(one: Day, **limits: float) -> list[str]:
    return [finding.rule for finding in findings(one, SHIPPED | limits)]


def test_a_busy_nurse_raises_nothing() -> None:
    """Six hundred people in ten hours, sixty an hour, five in a hundred not vaccinated after all, ten in a hundred from
    another district: the busiest station of 2021."""
    crowd = people(600)
    looks = seen(crowd) + seen(crowd[:120], 1.0)
    assert rules_of(day(looks, touched=crowd[:570], outside=crowd[::10], usual=[450] * 20, peers=[500] * 8)) == []


def test_a_mass_round_accuses_nobody_but_the_one_who_stands_out() -> None:
    crowd = people(2_400)
    looks = seen(crowd, 0.25, opened=False)
    hours = {"hour_floor": 1_000.0}
    assert rules_of(day(looks, touched=crowd, usual=[400] * 10, peers=[2_300] * 9), **hours) == []
    assert rules_of(day(looks, touched=crowd, usual=[400] * 10, peers=[300] * 9), **hours) == ["many_a_day"]
    assert rules_of(day(looks, touched=crowd), **hours) == ["many_a_day"]  # no habit known: the floor alone


def test_an_hour_of_browsing() -> None:
    [found] = findings(day(seen(people(160), 0.3, opened=False)), SHIPPED)
    assert (found.rule, found.evidence["persons"], len(found.evidence["person_ids"])) == ("many_an_hour", 160, 50)


def test_curious_about_other_districts() -> None:
    crowd = people(30)
    assert rules_of(day(seen(crowd), outside=crowd)) == ["elsewhere"]
    assert rules_of(day(seen(crowd), outside=crowd, touched=crowd[:10])) == []  # whoever was treated is no curiosity
    assert rules_of(day(seen(crowd, opened=False), outside=crowd)) == []  # a list of names opens nobody


def test_a_known_name_needs_a_reason() -> None:
    crowd = people(3)
    assert rules_of(day(seen(crowd), known=[crowd[1]])) == ["known_name"]
    assert rules_of(day(seen(crowd), known=[crowd[1]], touched=[crowd[1]])) == []


def test_opening_record_after_record_and_doing_nothing() -> None:
    crowd = people(50)
    assert rules_of(day(seen(crowd), touched=crowd[:10])) == ["no_act"]
    assert rules_of(day(seen(crowd), touched=crowd[:25])) == []
    assert rules_of(day(seen(crowd), acts=False)) == []  # an auditor's work is looking


def look(actor: Actor, persons: Sequence[UUID], at: datetime = MORNING, what: str = "page") -> None:
    operations.log_looks(actor, persons, "found by name", what, at)


def treat(actor: Actor, persons: Sequence[UUID], on: date = TODAY) -> None:
    at = timezone.make_aware(datetime.combine(on, time(9, 0)))
    with hot_cursor() as cursor:
        journal.append(cursor, [journal.Entry("person.arrived", person, at, actor.id, "{}") for person in persons])


@pytest.fixture
def nurse(staff: Staff, story: Story) -> Actor:
    return staff.actor("thu-ha", Role.VACCINATOR, facility=story.station)


@pytest.fixture
def auditor(staff: Staff) -> Actor:
    return staff.actor("thanh-tra", Role.AUDITOR, area=NATION)


def test_a_generated_week_of_nurses_is_quiet_and_the_snooper_is_found(
    nurse: Actor, staff: Staff, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [staff.actor(f"y-ta-{n}", Role.VACCINATOR, facility=story.station) for n in range(3)]
    homes: dict[UUID, int] = {}
    monkeypatch.setattr(watch, "_residences", [lambda ids: {one: homes.get(one, story.commune) for one in ids}])
    for back in range(6, -1, -1):
        on = TODAY - timedelta(days=back)
        for actor in [nurse, *others]:
            crowd = people(120)
            homes |= dict.fromkeys(crowd[:12], story.other_commune)
            look(actor, crowd, timezone.make_aware(datetime.combine(on, time(8, 30))))
            treat(actor, crowd[:115], on)
        assert watch.watch(on, now=MORNING) == 0, on
    snooped = people(60)
    homes |= dict.fromkeys(snooped, story.hanoi)
    look(nurse, snooped, MORNING + timedelta(hours=4))
    assert watch.watch(TODAY, now=MORNING) == 1
    [alert] = Alert.objects.all()
    assert (alert.watched_id, alert.rule, alert.evidence["persons"]) == (nurse.id, "elsewhere", 60)
    assert set(alert.evidence["person_ids"]) <= {str(one) for one in snooped}


def test_a_known_name_is_seen_even_when_it_is_the_only_look(nurse: Actor, auditor: Actor) -> None:
    [singer] = people(1)
    kept = watch.keep_name(singer, "ca sĩ", actor=auditor, now=MORNING)
    assert watch.keep_name(singer, "", actor=auditor, now=MORNING).status.value == "duplicate"
    look(nurse, [singer], what="search")
    assert watch.watch(TODAY, now=MORNING) == 1
    assert kept.id
    watch.drop_name(kept.id, actor=auditor, now=MORNING)
    look(nurse, [singer], MORNING + timedelta(days=1))
    assert watch.watch(TODAY + timedelta(days=1), now=MORNING) == 0


def test_an_alert_grows_until_it_is_answered_with_a_reason(nurse: Actor, auditor: Actor, story: Story) -> None:
    look(nurse, people(50))
    watch.watch(TODAY, now=MORNING)
    look(nurse, people(20))
    watch.watch(TODAY, now=MORNING)
    [fact] = queries.open_alerts(auditor)
    assert (fact.row.rule, fact.row.evidence["persons"], fact.label) == ("no_act", 70, fact.label)
    assert watch.answer(fact.row.id, " ", actor=auditor, now=MORNING).reason == "reason_missing"
    assert watch.answer(fact.row.id, "x", actor=nurse, now=MORNING).reason == "not_allowed"
    assert watch.answer(new_id(), "x", actor=auditor, now=MORNING).reason == "unknown_alert"
    watch.answer(fact.row.id, "Kiểm kê cuối tuần, đã hỏi trưởng trạm", actor=auditor, now=MORNING)
    look(nurse, people(20))
    assert watch.watch(TODAY, now=MORNING) == 0  # an answered alert stays answered
    assert queries.open_alerts(auditor) == []
    assert [row.row.evidence["persons"] for row in queries.answered_alerts(auditor)] == [70]
    assert journal.history(nurse.id)[0].verb == "watch.alert_answered"


def test_an_auditor_does_not_answer_for_themselves(auditor: Actor, story: Story) -> None:
    alert = Alert.objects.create(watched_id=auditor.id, rule="many_a_day", day=TODAY, evidence={}, raised_at=MORNING)
    assert watch.answer(alert.id, "tôi", actor=auditor, now=MORNING).reason == "own_account"


def test_limits_are_dated_and_bounded(auditor: Actor, nurse: Actor) -> None:
    assert limits_on(TODAY) == SHIPPED
    assert watch.set_limit("elsewhere", 10, actor=auditor, now=MORNING).reason is None
    assert watch.set_limit("elsewhere", 0, actor=auditor, now=MORNING).reason == "limit_out_of_range"
    assert watch.set_limit("nonsense", 1, actor=auditor, now=MORNING).reason == "limit_out_of_range"
    assert watch.set_limit("elsewhere", 9, actor=nurse, now=MORNING).reason == "not_allowed"
    assert limits_on(TODAY)["elsewhere"] == 10
    assert limits_on(TODAY - timedelta(days=1)) == SHIPPED


def test_looks_are_found_by_who_whom_when_and_why(nurse: Actor, auditor: Actor, staff: Staff, story: Story) -> None:
    first, second = people(2)
    look(nurse, [first, second])
    operations.log_looks(auditor, [first], "audit", "page", MORNING)
    span = (MORNING - timedelta(hours=1), MORNING + timedelta(hours=1))
    assert len(queries.find_looks(auditor, LookWish(*span))) == 3
    assert [row.person_id for row in queries.find_looks(auditor, LookWish(*span, actor_id=nurse.id))] == [second, first]
    assert {row.actor_id for row in queries.find_looks(auditor, LookWish(*span, person_id=first))} == {
        nurse.id,
        auditor.id,
    }
    assert len(queries.find_looks(auditor, LookWish(*span, purpose="audit"))) == 1
    assert queries.find_looks(auditor, LookWish(span[1], span[1])) == []
    page = queries.find_looks(auditor, LookWish(*span), limit=2)
    assert len(queries.find_looks(auditor, LookWish(*span, before=page[-1].id), limit=2)) == 1
    local = staff.actor("thanh-tra-hn", Role.AUDITOR, area=story.hanoi)
    assert queries.find_looks(local, LookWish(*span)) == []
    assert queries.names_kept(local) == []


def test_the_clock_watches_today_and_yesterday_and_clears_sessions(nurse: Actor) -> None:
    look(nurse, people(50), MORNING)
    midnight = timezone.make_aware(datetime.combine(TODAY + timedelta(days=1), time(0, 20)))
    jobs.watch_looks(timestamp=int(midnight.timestamp()))
    assert [alert.day for alert in Alert.objects.all()] == [TODAY]
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=MORNING)
    Session.objects.create(session_key="b" * 32, session_data="", expire_date=midnight + timedelta(hours=1))
    jobs.forget_sessions(timestamp=int(midnight.timestamp()))
    assert [row.session_key for row in Session.objects.all()] == ["b" * 32]
