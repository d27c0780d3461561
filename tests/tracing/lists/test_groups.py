"""Who may say that people belong together; where cases were is forgotten with the visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.tracing.lists import clock
from lachan.tracing.models import CaseStay, Membership

from .conftest import NOW, Town, ago

pytestmark = pytest.mark.slow


def tracer(area_id: int) -> Actor:
    return Actor(uuid4(), "user", "tests", (GrantFact(Role.TRACER, None, area_id),))


def test_a_group_is_that_of_its_commune_and_of_whoever_recorded_it(town: Town) -> None:
    here, there = (places.communes(province.id, NOW.date())[0].id for province in places.provinces(NOW.date())[:2])
    one, colleague, stranger = tracer(here), tracer(here), tracer(there)
    group, person = new_id(), town.person("Người Cùng Nhà")

    def send(by: Actor, verb: str, **body: object) -> str | None:
        now = datetime.now(UTC)
        [outcome] = execute([Command(new_id(), verb, now, body)], actor=by, now=now)
        return outcome.reason

    about = {"person": {"id": str(person)}, "group_id": str(group)}
    assert send(one, "group.record", group_id=str(group), kind="household", label="Nhà 12") is None
    assert send(stranger, "group.join", **about) == "group_of_others"
    assert not Membership.objects.exists()
    assert send(colleague, "group.join", **about) is None
    assert send(stranger, "group.part", **about) == "group_of_others"
    assert send(colleague, "group.part", **about) is None
    assert send(one, "group.part", **about) == "not_in_group"
    town.follow()


def test_where_a_case_was_is_forgotten_with_the_visits(town: Town) -> None:
    ill = town.person("Ca Bệnh")
    town.stay(ill, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    assert CaseStay.objects.count() == 1
    assert clock.forget_stays(NOW + timedelta(days=20)) == 0
    assert clock.forget_stays(NOW + timedelta(days=22)) == 1
