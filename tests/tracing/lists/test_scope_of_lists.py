"""The list of a case over HTTP: for keys of the areas concerned, and for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from lachan.access import operations as access
from lachan.access.actors import Actor
from lachan.people.queries import persons
from lachan.places import queries as places

from .conftest import FAR, Town, ago

pytestmark = pytest.mark.slow
ACTOR = Actor.system("tests")


def key(**held: Any) -> Client:
    item = access.NewApiKey("centre", "partner", datetime.now(UTC) + timedelta(days=1), **held)
    _, token = access.create_api_key(item, actor=ACTOR, now=datetime.now(UTC))
    return Client(headers={"Authorization": f"Bearer {token}", "Lachan-Purpose": "contact_tracing"})


def home_of(person: UUID) -> int:
    found = persons([person])[person].residence_id
    assert found is not None
    return found


def asked(client: Client, case_id: UUID, **query: Any) -> tuple[int, int]:
    """(status, contacts)"""
    answer = client.get(f"/api/v1/tracing/cases/{case_id}/contacts", query)
    return answer.status_code, len(answer.json().get("items", []))


def test_a_key_of_other_areas_or_of_a_facility_learns_nothing_of_a_case(town: Town) -> None:
    ill, near = town.person("Ca Bệnh"), town.person("Người Gần")
    for one in (ill, near):
        town.stay(one, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    case_id = town.case_of(ill).case_id
    home, far = home_of(ill), home_of(town.person("Người Xa", residence=FAR))
    station = places.facilities_by_code([town.facility])[town.facility]
    assert asked(key(area_ids=(home,)), case_id) == (200, 1)
    assert asked(key(area_ids=(home,)), case_id, level=2) == (200, 0)
    assert asked(key(area_ids=(far,)), case_id) == (404, 0)
    assert asked(key(facility_ids=(station.id,)), case_id) == (404, 0)


def test_another_commune_sees_its_own_people_on_the_list(town: Town) -> None:
    ill, near, guest = town.person("Ca Bệnh"), town.person("Người Gần"), town.person("Khách Xa", residence=FAR)
    for one in (ill, near, guest):
        town.stay(one, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    case_id = town.case_of(ill).case_id
    far = home_of(guest)
    assert asked(key(area_ids=(far,)), case_id) == (200, 1)
    assert asked(key(area_ids=(far,)), case_id, level=2) == (200, 0)
