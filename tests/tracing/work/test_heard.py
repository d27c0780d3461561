"""Declarations, samples and orders of other rooms close tasks here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.surveillance.declarations.declaring import Draft, record
from lachan.surveillance.declarations.form import form_on
from lachan.surveillance.declarations.queries import diary
from lachan.surveillance.models import Order
from lachan.tracing.models import Task
from lachan.tracing.work import heard
from lachan.tracing.work.daily import plan_day
from lachan.tracing.work.rules import HERE
from tests.surveillance.declarations.conftest import NO
from tests.surveillance.declarations.conftest import body as declaration
from tests.surveillance.laboratory.conftest import Laboratory, lab
from tests.tracing.work.conftest import Ward

__all__ = ["lab"]
NUMBER: Final = "079180004712"


@pytest.fixture
def people(ward: Ward, tracer: Actor) -> list[UUID]:
    """Three who were reached yesterday."""
    found = [ward.person(f"Người {n}") for n in range(3)]
    for person in found:
        ward.watch(person)
        ward.send("contact.call", person, tracer, outcome="reached")
    ward.now += timedelta(days=1)
    assert plan_day(ward.now) == 3
    return found


def test_a_declaration_answers_the_daily_question(ward: Ward, people: list[UUID]) -> None:
    well, ill, silent = people
    for person, more in ((well, {}), (ill, {"symptoms": [{"code": "fever"}]})):
        said = declaration(person, **more)
        told = ward.execute("declaration.make", said)
        assert told.status is ACCEPTED, told
    assert heard.listen(ward.now)[0] == 1
    assert "follow_up" not in ward.tasks(well)
    assert ward.tasks(well, "done")["follow_up"].outcome == "declared"
    assert ward.tasks(ill)["follow_up"].score == 600
    assert ward.tasks(silent)["follow_up"].score < 600
    assert heard.listen(ward.now)[0] == 0


def declare(ward: Ward, name: str, phone: str, **more: Any) -> None:
    """At the public page: whose number it is stands on a card that many have seen, the code goes to ``phone``."""
    said = {"kind": "domestic", "answers": NO, "form": form_on(ward.now.date()).code, **more}
    draft = Draft(
        id=new_id(), at=ward.now.isoformat(), body=said, name=name, born="1980-05-17", sex="F", number=NUMBER,
        contact=("phone", phone), member=False, own_device=False,
    )  # fmt: skip
    made = record(draft, now=ward.now)
    assert not made.fault, made


def test_that_somebody_is_well_is_believed_of_themselves_alone(ward: Ward, tracer: Actor) -> None:
    name, phone, strange = "Trần Thị Bình", "0903000111", "0977000222"
    person = ward.person(name, phone=phone, identifiers=[{"system": "citizen_id", "value": NUMBER}])
    ward.watch(person)
    ward.send("contact.call", person, tracer, outcome="reached")
    ward.now += timedelta(days=1)
    plan_day(ward.now)
    today = ward.now.astimezone(HERE).date()

    declare(ward, name, strange)
    assert heard.listen(ward.now)[0] == 0
    assert ward.tasks(person)["follow_up"].score < 600
    [said] = diary([person], today)[person]
    assert (said.symptoms, said.own) == ({}, False)

    declare(ward, name, strange, symptoms=[{"code": "fever"}])
    assert heard.listen(ward.now)[0] == 0
    assert ward.tasks(person)["follow_up"].score == 600

    ward.now += timedelta(days=1)
    plan_day(ward.now)
    declare(ward, name, phone, symptoms=[{"code": "cough"}])
    declare(ward, name, strange)
    assert heard.listen(ward.now)[0] == 0  # a stranger takes nothing back
    [said] = diary([person], ward.now.astimezone(HERE).date())[person]
    assert (set(said.symptoms), said.own) == ({"cough"}, True)

    ward.now += timedelta(days=1)
    plan_day(ward.now)
    declare(ward, name, phone)
    assert heard.listen(ward.now)[0] == 1


def test_a_sample_is_the_test_whoever_took_it(ward: Ward, people: list[UUID], lab: Laboratory) -> None:
    tested = people[0]
    lab.now = ward.now
    assert lab.take(tested, "M0001", at=ward.now).status is ACCEPTED
    assert heard.listen(ward.now)[1] == 0  # no result yet
    assert lab.result("negative", sample="M0001").status is ACCEPTED
    assert heard.listen(ward.now)[1] == 1
    assert ward.tasks(tested, "done")["test"].outcome == "tested"
    assert ward.watch_of(tested).tested_at is not None
    assert ward.tasks(tested)["test"].due_on == ward.now.date() + timedelta(days=6)  # the later one still stands
    assert ward.watch_of(people[1]).tested_at is None


def test_orders_are_written_with_their_task_and_once(ward: Ward, people: list[UUID]) -> None:
    officer = ward.actor(Role.COMMUNE_OFFICER, ward.here)
    assert ward.send("contact.order", people[0], ward.actor(Role.TRACER, ward.here)).reason == "not_allowed"
    assert ward.send("contact.order", people[0], officer).reason is None
    assert ward.send("contact.order", people[0], officer).reason is None
    order = Order.objects.get(person_id=people[0])
    watch = ward.watch_of(people[0])
    assert (order.kind, order.cause_id, order.ends_on) == ("quarantine", watch.id, watch.until)
    assert ward.tasks(people[0], "done")["order"].outcome == "issued"
    assert Task.objects.filter(kind="order", state="open").count() == 2
    free = ward.person("Phạm Thị Tự Do")
    ward.watch(free, level=2, quarantine="none")
    assert ward.send("contact.order", free, officer).reason == "no_quarantine_asked"
