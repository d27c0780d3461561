"""What other systems read of the stock: within the key's facilities, page by page."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from tests.house.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(reference: None) -> World:
    made = World()
    made.command("stock.move", facility=_code(made), product="pfizer", lot="ab1", kind="receive", quantity=12,
                 expires_on=str(date(2090, 1, 1)))  # fmt: skip
    made.command("stock.move", facility=_code(made), product="moderna", lot="cd2", kind="receive", quantity=5,
                 expires_on=str(date(2090, 1, 1)))  # fmt: skip
    return made


def _code(world: World) -> str:
    return places.facilities([world.facility_id])[0].code


def device(world: World) -> Client:
    from lachan.access.rules import Role

    return world.holder(Role.STATION_DEVICE)


def test_balances_page_by_page(world: World) -> None:
    client = device(world)
    first = client.get("/api/v1/stock", {"limit": 1}).json()
    [line] = first["items"]
    assert (line["facility"], line["lot"], line["balance"]) == (_code(world), "AB1", 12)
    second = client.get("/api/v1/stock", {"limit": 1, "cursor": first["next"]}).json()
    assert ([entry["lot"] for entry in second["items"]], second["next"]) == (["CD2"], None)


def test_open_vials(world: World) -> None:
    vial, now = uuid4(), timezone.now()
    body = {"session_id": str(world.session_id), "vial_id": str(vial), "product": "pfizer", "lot": "AB1"}
    [outcome] = execute([Command(new_id(), "vial.open", now, body)], actor=Actor.system("tests"), now=now)
    assert outcome.id == vial
    [found] = device(world).get("/api/v1/vials").json()["items"]
    assert (found["id"], found["doses"], found["drawn"], found["automatic"]) == (str(vial), 6, 0, False)


def test_another_facility_is_not_there(world: World) -> None:
    other = next(row for row in places.facility_table().values() if row.id != world.facility_id)
    assert device(world).get("/api/v1/stock", {"facility": other.code}).status_code == 404
