"""Walks every route with every role and compares with one table. Nothing is public by omission."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lachan.access import scopes
from lachan.access.actors import clear_key_memory
from lachan.access.rules import KEY_ROLES, Role

from .parameters import PARAMETERS
from .permissions import DOORS, WITHOUT_SIGNING_IN, Door
from .world import World

pytestmark = pytest.mark.xdist_group("doors")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes() -> dict[str, tuple[str, ...]]:
    """Every named route of the house with the names of its parameters; a route without a name fails here."""
    return dict(_walk(get_resolver(), (), ()))


def _walk(
    resolver: URLResolver, namespaces: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        parameters = (*above, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, inner, parameters)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name, f"the route {entry.pattern} has no name: give it one and a line in permissions.py"
            yield ":".join((*namespaces, entry.name)), parameters


ROUTES = routes()


@pytest.fixture(scope="module")
def house(reference: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all doors, in one transaction: nothing that knocks leaves a trace, and twenty people who sign in
    anew at each of a thousand doors take minutes. What addresses point at is made before anybody signs in, always in
    the same order: a merge ends sign-ins, a recall holds doses, and doors come to a worker in any order."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        for name, make in PARAMETERS.items():
            world.once(name, make)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(house: World) -> World:
    cache.clear()  # what counts tries
    clear_key_memory()
    scopes.forget()
    return house


def address(route: str, world: World) -> str:
    return reverse(route, kwargs={name: world.once(name, PARAMETERS[name]) for name in ROUTES[route]})


def knock(client: Client, method: str, where: str, body: dict[str, object] | None) -> HttpResponse:
    """One call whose effects are undone, so that no role finds what another left behind."""
    more: dict[str, Any] = {"data": body or {}} if method in ("GET", "POST") else {}
    if where.startswith("/api/") and method != "GET":
        more = {"data": body or {}, "content_type": "application/json"}
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method.lower())(where, **more)
        transaction.set_rollback(True)
    client.cookies = cookies  # who signed out has done so for this door only
    return answer  # type: ignore[no-any-return]


def fate(answer: HttpResponse) -> str:
    """``in``, or how the door answered instead."""
    if answer.status_code in (401, 403, 404, 405):
        return str(answer.status_code)
    if answer.status_code == 302 and "/accounts/login/?next=" in answer.headers["Location"]:
        return "sign in"
    if answer.status_code == 302 and answer.headers["Location"].endswith("/me/sign-in/?closed"):
        return "own"
    return "in" if answer.status_code < 500 else f"broken ({answer.status_code})"


def expected(door: Door, role: Role | None) -> str:
    """``role`` None: signed in without any."""
    if door.visitor in ("404", "own"):
        return door.visitor
    if role in door.roles or (role is None and door.newcomer):
        return "in"
    # a person's session is nobody to the API; a key is somebody, without a right to a page
    return "401" if door.visitor == "401" and role not in KEY_ROLES else "403"


def test_every_route_stands_in_the_table_and_every_line_has_a_route() -> None:
    in_table = {door.partition(" ")[2] for door in DOORS}
    assert sorted(set(ROUTES) - in_table) == [], "routes without a line in tests/house/permissions.py"
    assert sorted(in_table - set(ROUTES)) == [], "lines of tests/house/permissions.py without a route"
    unknown = {name for parameters in ROUTES.values() for name in parameters} - PARAMETERS.keys()
    assert sorted(unknown) == [], "parameters without a line in tests/house/parameters.py"


@pytest.mark.slow
def test_the_world_has_what_addresses_point_at(world: World) -> None:
    """So that a door that nobody uses yet does not hide a broken world."""
    assert all(world.once(name, make) for name, make in PARAMETERS.items())
    assert world.person().get(reverse("me")).status_code == 200  # still signed in, with all of it made


def test_what_is_open_without_signing_in_is_written_down_with_a_reason() -> None:
    public = {name for name, door in DOORS.items() if door.visitor == "page"}
    assert all(DOORS[name].reason for name in public)
    assert public == WITHOUT_SIGNING_IN


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DOORS))
def test_each_role_at_this_door(name: str, world: World) -> None:
    methods, _, route = name.partition(" ")
    door = DOORS[name]
    where = address(route, world)
    wanted = {"visitor": "in" if door.visitor == "page" else door.visitor, "newcomer": expected(door, None)}
    wanted |= {role: expected(door, role) for role in Role}
    wanted["person"] = "in" if door.visitor == "own" else wanted["visitor"]  # to the house somebody unknown
    for method in METHODS if methods == "ANY" else (methods,):
        found = {
            "visitor": fate(knock(world.visitor(), method, where, door.body)),
            "newcomer": fate(knock(world.newcomer(), method, where, door.body)),
            "person": fate(knock(world.person(), method, where, door.body)),
        }
        found |= {role: fate(knock(world.holder(role), method, where, door.body)) for role in Role}
        assert found == wanted, method


@pytest.mark.slow
@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_method_that_is_not_in_the_table_does_nothing_for_anybody(route: str, world: World) -> None:
    where = address(route, world)
    clients = [world.visitor(), world.person(), world.everybody_at_once()]
    clients += [world.holder(role) for role in sorted(KEY_ROLES)]
    for method in METHODS:
        if not {f"{method} {route}", f"ANY {route}"} & DOORS.keys():
            fates = [fate(knock(client, method, where, None)) for client in clients]
            assert set(fates) <= {"405", "401", "403", "404", "sign in", "own"}, f"{method} {route}: {fates}"
