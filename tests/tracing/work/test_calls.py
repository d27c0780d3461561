"""Tries to reach people: done, put off, taken back; clocks; who may."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.kernel.models import WorklistItem
from lachan.kernel.outcomes import ACCEPTED, REFUSED
from lachan.tracing.models import CaseList, Link
from lachan.tracing.work.rules import HERE
from tests.tracing.work.conftest import NOW, Ward


@pytest.fixture
def an(ward: Ward) -> UUID:
    person = ward.person("Nguyễn Văn An", phone="0903000111")
    ward.watch(person)
    return person


def test_spoken_to_is_done_and_the_watch_knows_when(ward: Ward, tracer: Actor, an: UUID) -> None:
    today = str(ward.now.date())
    told = ward.send("contact.call", an, tracer, outcome="reached", staying="home", quarantined_on=today)
    assert told.status is ACCEPTED
    assert set(ward.tasks(an)) == {"test", "end", "order"}
    assert ward.tasks(an, "done")["call"].outcome == "reached"
    watch = ward.watch_of(an)
    assert watch.reached_at == watch.quarantined_at == ward.now
    assert watch.tested_at is None


def test_no_answer_comes_back_later_and_later(ward: Ward, tracer: Actor, an: UUID) -> None:
    due = []
    for _ in range(5):
        ward.send("contact.call", an, tracer, outcome="no_answer")
        task = ward.tasks(an)["call"]
        due.append(task.due_at.astimezone(HERE).strftime("%d %H:%M"))
        ward.now = task.due_at
    assert due == ["16 09:30", "16 11:30", "16 15:30", "17 07:00", "17 19:00"]
    assert task.attempts == 5
    assert ward.watch_of(an).reached_at is None


def test_after_four_tries_the_commune_is_told_to_send_somebody(ward: Ward, tracer: Actor, an: UUID) -> None:
    for _ in range(6):
        ward.send("contact.call", an, tracer, outcome="no_answer")
    found = WorklistItem.objects.filter(reason="contact_not_reached")
    assert [(item.area_id, item.person_id) for item in found] == [(ward.here, an)]


def test_a_sample_of_today_is_the_test_that_was_planned_for_tomorrow(ward: Ward, tracer: Actor, an: UUID) -> None:
    ward.send("contact.call", an, tracer, outcome="reached", tested_on=str(ward.now.date()))
    assert [task.due_on for task in [ward.tasks(an)["test"]]] == [ward.now.date() + timedelta(days=7)]
    assert ward.watch_of(an).tested_at == ward.now


def test_who_feels_ill_comes_first_and_stands_on_the_worklist_once(ward: Ward, tracer: Actor, an: UUID) -> None:
    ward.send("contact.call", an, tracer, outcome="reached", symptoms=["fever", "cough"])
    ward.send("contact.follow_up", an, tracer, outcome="reached", symptoms=["fever"])
    assert ward.tasks(an)["test"].score == 600
    assert WorklistItem.objects.filter(reason="contact_has_symptoms").count() == 1
    refused = ward.send("contact.call", an, tracer, outcome="reached", symptoms=["hiccups"])
    assert refused.reason == "contact_symptom_unknown"


def test_a_slip_is_taken_back_whole(ward: Ward, tracer: Actor, an: UUID) -> None:
    before = {task.id: (task.state, task.due_at, task.attempts, task.score) for task in ward.tasks(an).values()}
    call = ward.send("contact.call", an, tracer, outcome="reached", symptoms=["fever"], tested_on=str(ward.now.date()))
    assert ward.send("contact.undo", an, tracer, call_id=str(call.id)).status is ACCEPTED
    assert {task.id: (task.state, task.due_at, task.attempts, task.score) for task in ward.tasks(an).values()} == before
    watch = ward.watch_of(an)
    assert (watch.reached_at, watch.tested_at) == (None, None)
    assert ward.calls(an) == []


def test_a_call_cannot_be_taken_back_late_by_others_or_out_of_turn(ward: Ward, tracer: Actor, an: UUID) -> None:
    first = ward.send("contact.call", an, tracer, outcome="no_answer")
    other = ward.actor(Role.TRACER, ward.here)
    assert ward.send("contact.undo", an, other, call_id=str(first.id)).reason == "call_stands"
    second = ward.send("contact.call", an, tracer, outcome="reached")
    assert ward.send("contact.undo", an, tracer, call_id=str(first.id)).reason == "call_stands"
    ward.now += timedelta(minutes=5)
    assert ward.send("contact.undo", an, tracer, call_id=str(second.id)).reason == "call_stands"


@pytest.mark.parametrize(
    ("role", "where", "reason"),
    [
        (Role.TRACER, "there", "another_place_answers"),
        (Role.COMMUNE_OFFICER, "there", "another_place_answers"),
        (Role.NATIONAL_OFFICER, "here", "not_allowed"),
        (Role.PROVINCE_OFFICER, "here", "not_allowed"),
        (Role.AUDITOR, "here", "not_allowed"),
    ],
)
def test_who_answers_for_another_place_records_nothing(
    ward: Ward, an: UUID, role: Role, where: str, reason: str
) -> None:
    told = ward.send("contact.call", an, ward.actor(role, getattr(ward, where)), outcome="reached")
    assert (told.status, told.reason) == (REFUSED, reason)
    assert ward.watch_of(an).reached_at is None


def test_a_person_without_a_watch_is_refused(ward: Ward, tracer: Actor, an: UUID) -> None:
    binh = ward.person("Trần Thị Bình")
    assert ward.send("contact.call", binh, tracer, outcome="reached").reason == "not_under_watch"
    ward.watch(an, disease="measles")
    assert ward.send("contact.call", an, tracer, outcome="reached").reason == "several_watches"


def test_quarantine_is_noted_once(ward: Ward, tracer: Actor, an: UUID) -> None:
    ward.send("contact.quarantine", an, tracer, since=ward.now.isoformat(), staying="facility")
    first = ward.watch_of(an).quarantined_at
    ward.now += timedelta(hours=2)
    ward.send("contact.quarantine", an, tracer, since=ward.now.isoformat(), staying="home")
    assert ward.watch_of(an).quarantined_at == first == NOW
    assert [call.staying for call in ward.calls(an)] == ["facility", "home"]


def test_the_line_of_a_case_is_reached_with_nine_of_ten(ward: Ward, tracer: Actor) -> None:
    case, case_person = ward.person("Lê Văn Ca"), ward.person("Lê Văn Ca")
    at = dict.fromkeys(("anchor_at", "window_from", "window_to", "computed_at", "case_at", "list_at"), ward.now)
    CaseList.objects.create(
        person_id=case_person, case_id=case, disease="covid-19", rule="r", anchor_kind="onset", f1=10, f2=0, **at
    )
    people = [ward.person(f"Người thứ {n}") for n in range(10)]
    for rank, person in enumerate(people):
        ward.watch(person)
        Link.objects.create(
            person_id=person, case_id=case, case_person_id=case_person, disease="covid-19", level=1, rule="r",
            first_exposure=ward.now, last_exposure=ward.now, seconds=900, kind="visit", score=1, rank=rank + 1,
            listed_at=ward.now, changed_at=ward.now,
        )  # fmt: skip
    for person in people[:8]:
        ward.send("contact.call", person, tracer, outcome="reached")
    assert CaseList.objects.get().reached_at is None
    ward.now += timedelta(minutes=1)
    ward.send("contact.call", people[8], tracer, outcome="household")
    line = CaseList.objects.get()
    assert line.reached_at == ward.now
    ward.now += timedelta(minutes=1)
    ward.send("contact.call", people[9], tracer, outcome="reached", quarantined_on=str(ward.now.date()))
    assert CaseList.objects.get().reached_at == line.reached_at
    assert CaseList.objects.get().quarantined_at is None
