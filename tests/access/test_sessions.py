"""Open sessions: kept under a digest, listed to their owner, ended at once by whoever may."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lachan.access import devices, operations, queries
from lachan.access.actors import Actor
from lachan.access.models import Session, User
from lachan.access.rules import Role
from lachan.kernel import journal

from .conftest import Staff, Story

PAGE = "/accounts/password/change/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Version/18.1 Mobile Safari/604.1"


@pytest.fixture
def nurse(staff: Staff, story: Story) -> User:
    return User.objects.get(id=staff.user("thu-ha", Role.VACCINATOR, facility=story.station))


def signed_in(user: User, agent: str = CHROME) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.force_login(user)
    session = client.session
    session["device"] = devices.words_of(agent)  # force_login carries no browser
    session.save()
    assert client.get(PAGE).status_code == 200
    return client


def test_the_table_holds_no_key_that_opens_a_session(nurse: User) -> None:
    client = signed_in(nurse)
    cookie = client.cookies["lachan_session"].value
    [row] = Session.objects.filter(user=nurse)
    assert cookie not in (row.session_key, row.session_data)
    assert len(row.session_key) == 32
    thief = Client()
    thief.cookies["lachan_session"] = row.session_key
    assert thief.get(PAGE).status_code == 302


def test_everyone_sees_their_own_devices_in_words_without_a_place(nurse: User) -> None:
    here = signed_in(nurse)
    signed_in(nurse, PHONE)
    found = queries.sessions_of(nurse.id, timezone.now(), here.session.session_key or "")
    assert {(row.device, row.current) for row in found} == {("Chrome · Windows", True), ("Safari · iPhone", False)}
    assert all(row.begun_at and row.seen_at for row in found)
    page = here.get("/accounts/security/").content.decode()
    assert "Safari · iPhone" in page
    assert "127.0.0.1" not in page


def test_one_device_is_signed_out_and_nobody_elses(nurse: User, staff: Staff, story: Story) -> None:
    here, phone = signed_in(nurse), signed_in(nurse, PHONE)
    [other] = [row for row in queries.sessions_of(nurse.id, timezone.now()) if "iPhone" in row.device]
    stranger = signed_in(User.objects.get(id=staff.user("la-mat", Role.HEAD, facility=story.station)))
    stranger.post(f"/accounts/devices/{other.id}/end/")
    assert phone.get(PAGE).status_code == 200
    here.post(f"/accounts/devices/{other.id}/end/")
    assert phone.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_an_administrator_ends_every_session_at_once(nurse: User, root: Actor) -> None:
    clients = [signed_in(nurse), signed_in(nurse, PHONE)]
    [outcome] = operations.sign_out([nurse.id], actor=root, now=timezone.now())
    assert outcome.id == nurse.id
    assert [client.get(PAGE).status_code for client in clients] == [302, 302]
    assert journal.history(nurse.id)[0].verb == "user.signed_out"


def test_a_closed_account_and_a_reset_password_end_them_too(nurse: User, root: Actor) -> None:
    for end in (
        lambda: operations.set_passwords([(nurse.id, "mưa-rào-tháng-sáu")], actor=root, now=timezone.now()),
        lambda: operations.set_active([(nurse.id, False)], actor=root, now=timezone.now()),
    ):
        client = signed_in(nurse)
        end()
        assert not Session.objects.filter(user=nurse).exists()
        assert client.get(PAGE).status_code == 302
        nurse.refresh_from_db()


def test_those_who_may_not_are_refused(nurse: User, staff: Staff, story: Story) -> None:
    head = staff.actor("truong-tram", Role.HEAD, facility=story.station)
    local = staff.actor("quan-tri", Role.ADMINISTRATOR, area=story.hanoi)
    now = timezone.now()
    assert operations.sign_out([nurse.id], actor=head, now=now)[0].reason == "not_allowed"
    assert operations.sign_out([nurse.id], actor=local, now=now)[0].reason == "out_of_scope"
    assert operations.sign_out([uuid4()], actor=local, now=now)[0].reason == "unknown_user"
    assert operations.end_own(uuid4(), actor=head, now=now).reason == "unknown_session"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        (CHROME.replace("Safari/537.36", "Safari/537.36 Edg/141.0"), "Edge · Windows"),
        (PHONE, "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8", ""),
    ],
)
def test_devices_in_words(agent: str, words: str) -> None:
    assert devices.words_of(agent) == words
