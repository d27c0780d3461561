"""The interview: what is said goes through the one door at once, and the list of the case follows."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client

from lachan.access import operations as access
from lachan.access.models import User
from lachan.access.rules import Role
from lachan.places import queries as places
from lachan.surveillance.cases.queries import case_facts
from lachan.tracing.models import Group, Link, Membership, UploadPermit
from tests.tracing.lists.conftest import ACTOR, NOW, Town, ago, town

__all__ = ["town"]  # the same town
pytestmark = pytest.mark.slow


def signed_in(role: Role, area_id: int) -> Client:
    name = f"{role.value}-{area_id}"
    [made] = access.create_users([access.NewUser(name, name)], actor=ACTOR, now=NOW)
    access.grant([access.NewGrant(role, user_id=made.id, area_id=area_id)], actor=ACTOR, now=NOW)
    client = Client()
    client.force_login(User.objects.get(id=made.id))
    return client


def area_of(case_id: UUID) -> int:
    area_id = case_facts(None, [case_id])[case_id].area_id
    assert area_id is not None
    return area_id


def command_of(page: str, step: str) -> str:
    found = re.search(rf'name="command_id" value="([0-9a-f-]+)"><input type="hidden" name="step" value="{step}"', page)
    assert found is not None
    return found.group(1)


def test_what_a_case_says_is_on_the_list_and_the_code_is_shown_once(town: Town) -> None:
    ill = town.person("Nguyễn Văn Bệnh")
    town.result(ill, taken=ago(hours=3))
    town.follow()
    case_id = town.case_of(ill).case_id
    tracer = signed_in(Role.TRACER, area_of(case_id))
    where = f"/cases/{ill}/{case_id}/interview/"
    page = tracer.get(where).content.decode()
    assert "Nguyễn Văn Bệnh" in page
    group = re.search(r'name="group_id" value="([0-9a-f-]+)"', page)
    assert group is not None
    sent = {"step": "group", "command_id": command_of(page, "group"), "group_id": group.group(1)}
    answer = tracer.post(f"{where}step/", {**sent, "kind": "household", "label": "Nhà 12"})
    assert answer.status_code == 302, answer.content.decode()
    assert Group.objects.get().source == "interview"
    assert Membership.objects.get().person_id == ill
    page = tracer.get(where).content.decode()
    sent = {"step": "member", "command_id": command_of(page, "member"), "group_id": group.group(1), "scan": ""}
    answer = tracer.post(f"{where}step/", {**sent, "name": "", "born": ""})
    assert answer.status_code == 422, "nobody can be found by nothing"
    card = {"name": "Lê Thị Bà", "born": "1950", "sex": "F", "phone": "0912345670"}
    answer = tracer.post(f"{where}step/", {**sent, **card, "command_id": str(town.new_id())})
    assert answer.status_code == 302, answer.content.decode()
    named = {
        "step": "named", "command_id": command_of(page, "named"), "name": "Phạm Văn Bạn", "born": "1990", "sex": "M",
        "relation": "other", "first_at": ago(hours=9).strftime("%Y-%m-%dT%H:%M"),
        "last_at": ago(hours=8).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    assert tracer.post(f"{where}step/", named).status_code == 302
    town.follow()
    kinds = dict(Link.objects.values_list("kind", "state"))
    assert kinds == {"household": "standing", "interview": "standing"}
    page = tracer.post(f"{where}step/", {"step": "permit"}).content.decode()
    code = re.search(r">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<", page)
    assert code is not None
    assert UploadPermit.objects.get().case_id == case_id
    assert code.group(1) not in tracer.get(where).content.decode()


def test_a_tracer_of_another_commune_finds_no_case_here(town: Town) -> None:
    ill = town.person("Nguyễn Văn Bệnh")
    town.result(ill)
    town.follow()
    case_id = town.case_of(ill).case_id
    where = f"/cases/{ill}/{case_id}/interview/"
    here = area_of(case_id)
    elsewhere = next(area.id for area in places.communes(places.provinces(NOW.date())[-1].id, NOW.date()))
    assert elsewhere != here
    assert signed_in(Role.TRACER, elsewhere).get(where).status_code == 404
    assert signed_in(Role.TRACER, here).get(where).status_code == 200
