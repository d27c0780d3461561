"""Declarations, samples and orders of other rooms close tasks here."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.kernel.outcomes import ACCEPTED
from lachan.surveillance.models import Order
from lachan.tracing.models import Task
from lachan.tracing.work import heard
from lachan.tracing.work.daily import plan_day
from tests.surveillance.declarations.conftest import body as declaration
from tests.surveillance.laboratory.conftest import Laboratory, lab
from tests.tracing.work.conftest import Ward

__all__ = ["lab"]


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
