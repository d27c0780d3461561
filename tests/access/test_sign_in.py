"""Signing in through the page: who gets in, who is throttled, and when a session ends."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lachan.access import middleware, operations
from lachan.access.actors import Actor
from lachan.access.models import User
from lachan.access.rules import Role

from .conftest import NOW, PASSWORD, Staff, Story

LOGIN = "/accounts/login/"
PAGE = "/accounts/password/change/"  # a page for whoever is signed in


@pytest.fixture(autouse=True)
def _no_attempts_counted(db: None) -> None:
    cache.clear()


@pytest.fixture
def nurse(staff: Staff, story: Story) -> User:
    return User.objects.get(id=staff.user("thu-ha", Role.VACCINATOR, facility=story.station))


def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


@pytest.mark.slow
def test_a_nurse_signs_in_with_any_capitals_and_out_again(client: Client, nurse: User) -> None:
    assert client.get(PAGE).headers["Location"] == f"{LOGIN}?next=%2Faccounts%2Fpassword%2Fchange%2F"
    assert sign_in(client, "Thu-Ha", PASSWORD).headers["Location"] == "/"
    assert client.get(PAGE).status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] == LOGIN
    assert client.get(PAGE).status_code == 302


@pytest.mark.slow
def test_after_signing_in_the_page_that_was_wanted(client: Client, nurse: User) -> None:
    answer = client.post(f"{LOGIN}?next={PAGE}", {"login": "thu-ha", "password": PASSWORD})
    assert answer.headers["Location"] == PAGE
    outside = Client().post(f"{LOGIN}?next=https://example.org/", {"login": "thu-ha", "password": PASSWORD})
    assert outside.headers["Location"] == "/"


@pytest.mark.slow
def test_five_wrong_passwords_close_the_name_even_for_the_right_one(client: Client, nurse: User) -> None:
    for _ in range(5):
        assert sign_in(client, "thu-ha", "sai-mật-khẩu").status_code == 200
    assert sign_in(client, "thu-ha", PASSWORD).status_code == 200  # the form again, not the door
    assert client.get(PAGE).status_code == 302
    cache.clear()
    assert sign_in(client, "thu-ha", PASSWORD).status_code == 302


@pytest.mark.slow
def test_a_closed_account_is_signed_out_at_its_next_click(client: Client, nurse: User, root: Actor) -> None:
    sign_in(client, "thu-ha", PASSWORD)
    operations.set_active([(nurse.id, False)], actor=root, now=NOW)
    assert client.get(PAGE).status_code == 302
    assert sign_in(client, "thu-ha", PASSWORD).headers["Location"] == LOGIN


@pytest.mark.slow
def test_a_new_password_ends_open_sessions(client: Client, nurse: User, root: Actor) -> None:
    sign_in(client, "thu-ha", PASSWORD)
    operations.set_passwords([(nurse.id, "mưa-rào-tháng-sáu")], actor=root, now=NOW)
    assert client.get(PAGE).status_code == 302


def test_nobody_signs_up() -> None:
    for name in ("account_signup", "account_email", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(middleware, "time", clock)
    return clock


def test_a_session_ends_after_thirty_minutes_without_work(client: Client, nurse: User, clock: Clock) -> None:
    client.force_login(nurse)
    for minutes in (0, 29, 29, 29):
        clock.now += minutes * 60
        assert client.get(PAGE).status_code == 200
    clock.now += 30 * 60
    assert client.get(PAGE).status_code == 302
    clock.now -= 29 * 60
    assert client.get(PAGE).status_code == 302  # ended is ended


def test_what_a_page_asks_by_itself_is_not_work(client: Client, nurse: User, clock: Clock) -> None:
    client.force_login(nurse)
    assert client.get(PAGE).status_code == 200
    for _ in range(5):
        clock.now += 5 * 60
        assert client.get(PAGE, headers={"Lachan-Background": "1"}).status_code == 200
    clock.now += 5 * 60
    assert client.get(PAGE, headers={"Lachan-Background": "1"}).status_code == 302


@pytest.mark.slow
def test_a_session_ends_after_twelve_hours_of_work(client: Client, nurse: User, clock: Clock) -> None:
    client.force_login(nurse)
    for _ in range(36):
        assert client.get(PAGE).status_code == 200
        clock.now += 20 * 60
    assert client.get(PAGE).status_code == 302


def test_a_click_costs_three_queries_and_a_write_once_a_minute(
    client: Client, nurse: User, clock: Clock, django_assert_num_queries: Any
) -> None:
    client.force_login(nurse)
    client.get(PAGE)
    with django_assert_num_queries(3):  # session, user, grants
        client.get(PAGE)
    clock.now += 61
    with django_assert_num_queries(6):  # and the session, within a savepoint
        client.get(PAGE)


def test_a_part_of_a_page_is_told_that_the_session_ended(client: Client, db: None) -> None:
    assert client.get(PAGE, headers={"HX-Request": "true"}).status_code == 401


def test_pages_speak_the_language_of_the_user(client: Client, nurse: User) -> None:
    client.force_login(nurse)
    assert client.get(PAGE, headers={"Accept-Language": "en"}).headers["Content-Language"] == "vi"
    User.objects.filter(id=nurse.id).update(language="en")
    assert client.get(PAGE, headers={"Accept-Language": "vi"}).headers["Content-Language"] == "en"
