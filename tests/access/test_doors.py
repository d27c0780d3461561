"""The checks at the doors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lachan.access import operations
from lachan.access.actors import Actor, actor_of_user
from lachan.access.doors import ask_to_sign_in, key_auth, needs, require
from lachan.access.models import User
from lachan.access.rules import Role
from lachan.kernel.errors import Forbidden

from .conftest import NOW, TODAY, Staff, Story


@needs("person.search", "coverage.read")
def searched(request: HttpRequest) -> HttpResponse:
    return HttpResponse("found")


@needs()
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


@pytest.fixture
def key(story: Story, root: Actor) -> str:
    item = operations.NewApiKey("Trạm", "device", NOW + timedelta(days=300), (story.station,))
    return operations.create_api_key(item, actor=root, now=NOW)[1]


def request_of(rf: RequestFactory, user: User | None = None, key: str = "", path: str = "/people/?q=an") -> HttpRequest:
    request = rf.get(path, headers={"Authorization": f"Bearer {key}"} if key else {})
    request.user = user or AnonymousUser()
    return request


def test_a_page_opens_for_the_role_and_for_no_other(staff: Staff, story: Story, rf: RequestFactory) -> None:
    nurse = User.objects.get(id=staff.user("thu-ha", Role.VACCINATOR, facility=story.station))
    newcomer = User.objects.get(id=staff.user("newcomer"))
    assert searched(request_of(rf, nurse)).status_code == 200
    with pytest.raises(PermissionDenied):
        searched(request_of(rf, newcomer))
    assert home(request_of(rf, newcomer)).status_code == 200
    answer = searched(request_of(rf))
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fpeople%2F%3Fq%3Dan"


def test_a_key_opens_no_page(key: str, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    with pytest.raises(PermissionDenied):
        home(request_of(rf, key=key))


def test_the_api_knows_keys_and_no_cookies(
    key: str, staff: Staff, story: Story, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    nurse = User.objects.get(id=staff.user("thu-ha", Role.VACCINATOR, facility=story.station))
    actor = key_auth(request_of(rf, key=key))
    assert actor is not None
    assert actor.roles == {Role.STATION_DEVICE}
    assert key_auth(request_of(rf, nurse)) is None
    assert key_auth(request_of(rf, nurse, key="wrong")) is None


def test_the_api_answers_nobody_with_a_problem(rf: RequestFactory) -> None:
    answer = ask_to_sign_in(request_of(rf, path="/api/v1/commands"))
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_misspelt_verb_fails_when_the_page_is_written() -> None:
    with pytest.raises(LookupError):
        needs("person.serach")


def test_require_raises_for_operations_that_are_not_lists(staff: Staff, story: Story) -> None:
    nurse = actor_of_user(staff.user("thu-ha", Role.VACCINATOR, facility=story.station), "Hà", today=TODAY)
    require(nurse, "journal.read", "dose.record")
    with pytest.raises(Forbidden, match=r"journal\.read"):
        require(nurse, "journal.read")
