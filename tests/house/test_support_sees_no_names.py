"""Support staff and administrators see no personal data: every page and file they can open is read for what is known
about people."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access import operations
from lachan.access.models import User
from lachan.access.rules import Role

from .permissions import DOORS
from .test_permissions import address
from .world import World

NAME, NUMBER, PHONE = "Lương Quỳnh Trâm", "079180099887", "0903998877"


@pytest.fixture
def world(db: None, reference: None) -> World:
    return World()


def _known_person(world: World) -> None:
    """Somebody received today at the station, with number and telephone, whose dose was held."""
    person = world.command(
        "person.register", name=NAME, sex="F", birth_date="1980-05-17", residence_code="26740",
        identifiers=[{"system": "citizen_id", "value": NUMBER}], contacts=[{"kind": "phone", "value": PHONE}],
    )  # fmt: skip
    world.command("arrival.record", person={"id": str(person)}, session_id=str(world.session_id))
    world.__dict__["person_id"] = person


def _pages(client: Client, role: Role, world: World) -> list[str]:
    """Everything this role gets in GETs, links on the pages followed once."""
    seen: dict[str, str] = {}
    for name, door in DOORS.items():
        method, _, route = name.partition(" ")
        if method in ("GET", "ANY") and role in door.roles and not route.startswith("api-1:openapi"):
            where = address(route, world)
            seen[where] = client.get(where, follow=True).content.decode(errors="replace")
    links = {link for text in seen.values() for link in re.findall(r'href="(/[^"#]*)"', text)}
    for link in sorted(links - seen.keys())[:150]:
        if not link.startswith(("/static/", "/accounts/logout")):
            seen[link] = client.get(link.replace("&amp;", "&"), follow=True).content.decode(errors="replace")
    assert len(seen) > 10
    return [where for where, text in seen.items() if _about_somebody(text)]


def _about_somebody(text: str) -> bool:
    return any(known in text for known in (NAME, NUMBER, PHONE, NUMBER[-4:] + "<", "Lương Quỳnh"))


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMINISTRATOR])
def test_nothing_about_anybody(role: Role, world: World) -> None:
    _known_person(world)
    assert _pages(world.holder(role), role, world) == []


@pytest.mark.slow
def test_the_walk_would_see_it(world: World) -> None:
    """The same walk as the head of the station finds the person, so the walk above is no empty one."""
    _known_person(world)
    client = world.holder(Role.HEAD)
    text = client.get(address("person", world)).content.decode()
    assert _about_somebody(text)


@pytest.mark.slow
def test_support_opens_nothing_of_the_api(world: World) -> None:
    """A session is nobody there, and a key of support cannot be made."""
    _known_person(world)
    assert world.holder(Role.SUPPORT).get("/api/v1/areas").status_code in (401, 404)
    user = User.objects.get(username="role-support")
    grant = operations.NewGrant(Role.SUPPORT, api_key_id=user.id, area_id=1)
    assert operations.grant([grant], actor=world.root, now=timezone.now())[0].reason is not None
