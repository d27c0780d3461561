"""The list of a day: ranked, capped, in households; the daily question; the same in a place with thousands."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.kernel.ids import new_id
from lachan.tracing.models import Task
from lachan.tracing.work import queries
from lachan.tracing.work.daily import plan_day
from lachan.tracing.work.rules import HERE
from tests.tracing.work.conftest import Ward


def shown(ward: Ward, **more: object) -> list[list[UUID]]:
    found = queries.today([ward.here], ward.now, **more)
    return [sitting.persons for sitting in found.sittings]


def test_the_highest_first_with_the_household_in_one_sitting(ward: Ward) -> None:
    mother, child = ward.person("Trần Thị Bình", phone="0903000111"), ward.person("Trần Văn Út", phone="0903000111")
    alone, low = ward.person("Lê Văn Hải"), ward.person("Phạm Thị Kiều")
    ward.watch(low, level=2, quarantine="none")
    ward.watch(child, score=0.1)
    ward.watch(alone, score=0.5)
    ward.watch(mother, score=0.9)
    assert shown(ward) == [[mother, child], [alone], [low]]


def test_only_what_is_due_and_of_the_place_is_shown(ward: Ward, tracer: Actor) -> None:
    an, far = ward.person("Nguyễn Văn An"), ward.person("Nguyễn Thị Xa")
    ward.watch(an)
    ward.watch(far, ward.there)
    assert shown(ward) == [[an]]
    ward.send("contact.call", an, tracer, outcome="no_answer")
    found = queries.today([ward.here], ward.now)
    assert found.sittings == []
    assert [sitting.persons for sitting in found.later] == [[an]]
    ward.now += timedelta(minutes=30)
    assert shown(ward) == [[an]]


def test_the_line_is_drawn_by_what_the_place_can_do(ward: Ward, tracer: Actor) -> None:
    officer = ward.actor(Role.COMMUNE_OFFICER, ward.here)
    people = [ward.person(f"Người {n}") for n in range(4)]
    for person in people:
        ward.watch(person)
    assert queries.today([ward.here], ward.now).room == 60
    ward.execute("contact.capacity", {"area_id": ward.here, "calls_a_day": 3}, officer)
    ward.send("contact.call", people[0], tracer, outcome="reached")
    found = queries.today([ward.here], ward.now)
    assert (found.capacity, found.done, found.room, found.due) == (3, 1, 2, 3)


def test_what_is_somebody_elses_is_left_out_of_my_list(ward: Ward) -> None:
    an, binh = ward.person("Nguyễn Văn An"), ward.person("Trần Thị Bình")
    ward.watch(an)
    ward.watch(binh)
    me, other = new_id(), new_id()
    Task.objects.filter(person_id=an).update(assigned_to=other)
    assert shown(ward, mine=me) == [[binh]]
    assert len(shown(ward, mine=other)) == 2


def test_a_village_with_one_telephone_is_called_in_portions(ward: Ward) -> None:
    for n in range(15):
        ward.watch(ward.person(f"Người {n}", phone="0903000111"))
    [sitting] = queries.today([ward.here], ward.now).sittings
    assert len(sitting.persons) == 12


def test_the_scope_of_a_list(ward: Ward) -> None:
    tracer = ward.actor(Role.TRACER, ward.here)
    assert ward.here in queries.areas_of(tracer)
    assert queries.areas_of(tracer, ward.there) == []
    centre = Actor(new_id(), "user", "centre", (GrantFact(Role.TRACER, None, NATION),))
    assert queries.areas_of(centre) == [NATION]
    assert ward.there in queries.areas_of(centre, ward.there)


def test_who_was_reached_has_a_question_each_day_and_a_missed_one_is_not_carried_along(
    ward: Ward, tracer: Actor
) -> None:
    an, binh = ward.person("Nguyễn Văn An"), ward.person("Trần Thị Bình")
    change = ward.watch(an)
    ward.watch(binh)
    ward.send("contact.call", an, tracer, outcome="reached", symptoms=["cough"])
    assert plan_day(ward.now) == 0  # asked today already
    ward.now += timedelta(days=1)
    assert plan_day(ward.now) == 1
    assert plan_day(ward.now + timedelta(hours=1)) == 0
    assert ward.tasks(an)["follow_up"].score > 600  # felt ill yesterday
    assert "follow_up" not in ward.tasks(binh)  # not reached: the call itself still stands
    ward.now += timedelta(days=1)
    assert plan_day(ward.now) == 1
    missed = Task.objects.filter(person_id=an, kind="follow_up", outcome="missed")
    assert [task.due_on for task in missed] == [ward.now.date() - timedelta(days=1)]
    ward.send("contact.follow_up", an, tracer, outcome="household")
    assert "follow_up" not in ward.tasks(an)
    ward.now = ward.now.replace(year=change.until.year, month=change.until.month, day=change.until.day)
    assert plan_day(ward.now) == 0  # the last day has its own question
    assert ward.tasks(an)["end"].due_at.astimezone(HERE).date() == change.until


def test_both_sides_read_one_history(ward: Ward, tracer: Actor) -> None:
    an = ward.person("Nguyễn Văn An")
    ward.watch(an)
    ward.send("contact.call", an, tracer, outcome="no_answer", note="hàng xóm nói đã đi làm")
    offered = ward.send("contact.handover", an, tracer, to_area_id=ward.there, reason="works there")
    ward.send("contact.accept", an, ward.actor(Role.TRACER, ward.there), handover_id=str(offered.id))
    found = queries.history(an)
    assert found.areas == {ward.here, ward.there}
    assert [call.note for call in found.calls] == ["hàng xóm nói đã đi làm"]
    assert "hàng xóm".encode() not in bytes(ward.calls(an)[0].sealed_note or b"")
    assert [row.state for row in found.handovers] == ["accepted"]
    assert [entry.watch.area_id for entry in found.watches] == [ward.there]


def test_two_records_become_one_and_nobody_is_called_twice(ward: Ward) -> None:
    an, same = ward.person("Nguyễn Văn An", phone="0903000111"), ward.person("Nguyễn Văn Ân", phone="0903000111")
    for person in (an, same):
        ward.watch(person)
    ward.send("person.merge", an, other={"id": str(same)}, reason="the same papers")
    plan_day(ward.now)
    [sitting] = queries.today([ward.here], ward.now).sittings
    assert sitting.persons == [an]
    assert len(sitting.tasks[an]) == 1
