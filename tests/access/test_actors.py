"""Who is acting: grants in force today, keys found once in half a minute, sessions never lent to the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from lachan.access import actors, operations, tokens
from lachan.access.actors import Actor, actor_of, actor_of_key, actor_of_user
from lachan.access.models import ApiKey, User
from lachan.access.rules import Role

from .conftest import NOW, TODAY, Staff, Story


@pytest.fixture
def device(story: Story, root: Actor) -> tuple[UUID, str]:
    item = operations.NewApiKey("Trạm Bến Nghé", "device", NOW + timedelta(days=30), (story.station,))
    return operations.create_api_key(item, actor=root, now=NOW)


def test_a_key_acts_with_its_grants(device: tuple[UUID, str], story: Story) -> None:
    actor = actor_of_key(device[1], now=NOW)
    assert actor is not None
    assert (actor.id, actor.kind, actor.label) == (device[0], "key", "Trạm Bến Nghé")
    assert [(grant.role, grant.facility_id) for grant in actor.grants] == [(Role.STATION_DEVICE, story.station)]


def test_a_key_is_looked_up_once(device: tuple[UUID, str], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):  # the key with its grants, the note of its use
        actor_of_key(device[1], now=NOW)
    with django_assert_num_queries(0):
        assert actor_of_key(device[1], now=NOW) is not None


def test_wrong_tokens_are_remembered_too_and_stay_bounded(
    device: tuple[UUID, str], django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors, "MOST_UNKNOWN", 10)
    assert actor_of_key(device[1], now=NOW) is not None
    guesses = [tokens.new_token().token for _ in range(30)]
    with django_assert_num_queries(30):
        assert [actor_of_key(guess, now=NOW) for guess in guesses] == [None] * 30
    with django_assert_num_queries(0):
        assert actor_of_key(guesses[-1], now=NOW) is None
        assert actor_of_key("not a token", now=NOW) is None
        assert actor_of_key(device[1], now=NOW) is not None  # guesses push out only guesses
    assert len(actors._memory) == 11


def test_the_right_prefix_with_a_wrong_secret_opens_nothing(device: tuple[UUID, str]) -> None:
    wrong = device[1][:-1] + ("A" if device[1][-1] != "A" else "B")
    assert tokens.prefix_of(wrong) == tokens.prefix_of(device[1])
    assert actor_of_key(wrong, now=NOW) is None


def test_an_expired_or_revoked_key_opens_nothing(device: tuple[UUID, str], root: Actor) -> None:
    assert actor_of_key(device[1], now=NOW + timedelta(days=30)) is None
    actors.clear_key_memory()
    assert actor_of_key(device[1], now=NOW) is not None
    [outcome] = operations.revoke_api_keys([device[0]], actor=root, now=NOW)
    assert outcome.reason is None
    assert actor_of_key(device[1], now=NOW) is None  # at once in the process that revoked


def test_a_key_is_forgotten_when_it_expires(device: tuple[UUID, str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1_000.0
    monkeypatch.setattr(actors.time, "monotonic", lambda: clock)
    late = NOW + timedelta(days=30) - timedelta(seconds=5)
    assert actor_of_key(device[1], now=late) is not None
    clock += 6
    assert actor_of_key(device[1], now=late + timedelta(seconds=6)) is None


def test_use_is_noted_at_most_once_a_minute(device: tuple[UUID, str]) -> None:
    def used() -> Any:
        return ApiKey.objects.get(id=device[0]).latest_used_at

    for seconds, noted in ((0, 0), (40, 0), (60, 60), (119, 60)):
        actors.clear_key_memory()
        actor_of_key(device[1], now=NOW + timedelta(seconds=seconds))
        assert used() == NOW + timedelta(seconds=noted)


def test_only_grants_in_force_today_count(staff: Staff, story: Story, root: Actor) -> None:
    user_id = staff.user("thu-ha", Role.VACCINATOR, facility=story.station)
    tomorrow = operations.NewGrant(
        "head", user_id=user_id, facility_id=story.station, valid_from=TODAY + timedelta(days=1)
    )
    yesterday = replace_dates(tomorrow, "observer", TODAY - timedelta(days=9), TODAY - timedelta(days=1))
    today = replace_dates(tomorrow, "screener", TODAY - timedelta(days=9), TODAY)
    [_, _, made] = operations.grant([tomorrow, yesterday, today], actor=root, now=NOW)
    assert actor_of_user(user_id, "Thu Hà", today=TODAY).roles == {Role.VACCINATOR, Role.SCREENER}
    assert actor_of_user(user_id, "Thu Hà", today=TODAY + timedelta(days=1)).roles == {Role.VACCINATOR, Role.HEAD}
    assert made.id is not None
    operations.revoke_grants([made.id], actor=root, now=NOW)
    assert actor_of_user(user_id, "Thu Hà", today=TODAY).roles == {Role.VACCINATOR}


def replace_dates(item: operations.NewGrant, role: str, first: Any, final: Any) -> operations.NewGrant:
    return item._replace(role=role, valid_from=first, valid_to=final)


def test_the_actor_of_a_request_is_asked_for_once(staff: Staff, story: Story, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = User.objects.get(id=staff.user("kim-ngan", Role.RECEPTIONIST, facility=story.station))
    with CaptureQueriesContext(connection) as queries:
        first = actor_of(request)
        assert first is not None
        assert first is actor_of(request)
    assert len(queries) == 1
    assert first.label == "Người kim-ngan"


def test_nobody_is_none_and_a_key_never_borrows_a_session(staff: Staff, story: Story, rf: RequestFactory) -> None:
    user = User.objects.get(id=staff.user("kim-ngan", Role.RECEPTIONIST, facility=story.station))
    visitor = rf.get("/")
    visitor.user = AnonymousUser()
    assert actor_of(visitor) is None
    wrong_key = rf.get("/", headers={"Authorization": "Bearer nonsense"})
    wrong_key.user = user
    assert actor_of(wrong_key) is None


def test_an_actor_is_a_frozen_fact() -> None:
    actor = Actor.system("tests")
    with pytest.raises(AttributeError):
        actor.label = "someone else"  # type: ignore[misc]
    assert replace(actor, label="x") != actor
