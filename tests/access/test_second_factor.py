"""Second factors: who must have one, what opens before it is proved, what is kept of it."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from lachan.access import queries
from lachan.access.models import FactorSecret, User
from lachan.access.rules import FACILITY_ROLES, SECOND_FACTOR_ROLES, STAFF_ROLES, Role
from lachan.config.conf import ConfigurationError, load
from lachan.kernel import journal
from lachan.kernel.rotation import rotate
from lachan.kernel.sealing import Sealer

from .conftest import PASSWORD, Staff, Story

LOGIN, INDEX, ENROL = "/accounts/login/", "/accounts/security/", "/accounts/second-factor/codes/"


@pytest.fixture(autouse=True)
def _asked_for(db: None, settings: Any) -> None:
    settings.LACHAN_SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def auditor(staff: Staff, story: Story) -> User:
    return User.objects.get(id=staff.user("thanh-tra", Role.AUDITOR, area=story.province))


def code_of(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def sign_in(client: Client, username: str) -> Any:
    return client.post(LOGIN, {"login": username, "password": PASSWORD})


def enrol(client: Client) -> tuple[str, list[str]]:
    """(secret, recovery codes) of someone who enrols the way the page asks."""
    secret = client.get(ENROL).context["form"].secret
    made = client.post(ENROL, {"code": code_of(secret)})
    assert made.headers["Location"] == "/accounts/second-factor/recovery/"
    shown = client.get(made.headers["Location"]).content.decode()
    return secret, re.findall(r'<code class="lc-code">(\d{8})</code>', shown)


def test_from_the_district_up_everyone_needs_one() -> None:
    assert STAFF_ROLES - FACILITY_ROLES - {Role.COMMUNE_OFFICER, Role.TRACER} == SECOND_FACTOR_ROLES


@pytest.mark.slow
def test_no_page_opens_before_a_second_factor_is_set_up(client: Client, auditor: User) -> None:
    sign_in(client, "thanh-tra")
    for path in ("/", "/worklist/", "/accounts/password/change/"):
        assert client.get(path).headers["Location"] == INDEX, path
    part = client.get("/worklist/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (403, INDEX)
    assert "Vai trò của bạn bắt buộc xác thực lớp thứ hai" in client.get(INDEX).content.decode()
    enrol(client)
    assert client.get("/worklist/").status_code == 200


@pytest.mark.slow
def test_signing_in_asks_for_the_code_and_each_code_opens_once(client: Client, auditor: User) -> None:
    sign_in(client, "thanh-tra")
    secret, recovery = enrol(client)
    other = Client()
    assert sign_in(other, "thanh-tra").headers["Location"] == "/accounts/second-factor/ask/"
    assert other.get("/worklist/").status_code == 302  # nobody yet
    wrong = other.post("/accounts/second-factor/ask/", {"code": "000000"})
    assert "Mã này không đúng" in wrong.content.decode()
    code = code_of(secret, 1)
    assert other.post("/accounts/second-factor/ask/", {"code": code}).headers["Location"] == "/"
    assert other.get("/worklist/").status_code == 200
    third = Client()
    sign_in(third, "thanh-tra")
    assert third.post("/accounts/second-factor/ask/", {"code": code}).status_code == 200  # used
    assert third.post("/accounts/second-factor/ask/", {"code": recovery[0]}).headers["Location"] == "/"
    fourth = Client()
    sign_in(fourth, "thanh-tra")
    assert fourth.post("/accounts/second-factor/ask/", {"code": recovery[0]}).status_code == 200  # used too


@pytest.mark.slow
def test_five_wrong_codes_close_the_second_door_too(client: Client, auditor: User) -> None:
    sign_in(client, "thanh-tra")
    secret, _codes = enrol(client)
    other = Client()
    sign_in(other, "thanh-tra")
    for _ in range(5):
        other.post("/accounts/second-factor/ask/", {"code": "123456"})
    assert other.post("/accounts/second-factor/ask/", {"code": code_of(secret, 1)}).status_code == 200


@pytest.mark.slow
def test_the_secret_lies_sealed_turns_with_the_key_and_goes_with_its_factor(client: Client, auditor: User) -> None:
    sign_in(client, "thanh-tra")
    secret, recovery = enrol(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in recovery)
    rows = dict(FactorSecret.objects.values_list("id", "sealed"))
    assert len(rows) == 2
    assert all(secret.encode() not in bytes(sealed) for sealed in rows.values())
    from lachan.kernel.sealing import sealer

    ring = (("new", b"n" * 32), *sealer().ring)
    rotate(with_sealer=Sealer(ring, sealer().blind_key))
    assert all(bytes(sealed) != bytes(rows[i]) for i, sealed in FactorSecret.objects.values_list("id", "sealed"))
    Authenticator.objects.filter(user=auditor).delete()
    assert not FactorSecret.objects.exists()


@pytest.mark.slow
def test_whoever_takes_off_the_last_one_sets_up_another_at_once(client: Client, auditor: User) -> None:
    sign_in(client, "thanh-tra")
    enrol(client)
    client.post("/accounts/second-factor/codes/remove/")
    assert client.get("/worklist/").headers["Location"] == INDEX
    assert [row.verb for row in journal.history(auditor.id)] == [
        *["user.factor_removed"] * 2,
        *["user.factor_added"] * 2,
        *["grant.made", "user.created"],
    ]


@pytest.mark.slow
def test_a_widened_role_is_confirmed_within_the_session(client: Client, auditor: User) -> None:
    early = Client()
    early.force_login(auditor)  # signed in before there was a factor
    sign_in(client, "thanh-tra")
    secret, _codes = enrol(client)
    assert early.get("/worklist/").headers["Location"] == INDEX
    assert "Xác nhận ngay" in early.get(INDEX).content.decode()
    early.post("/accounts/passkeys/add/", {"credential": "{}"})  # another factor proves nothing about the first
    assert early.get("/worklist/").headers["Location"] == INDEX
    early.post("/accounts/second-factor/again/", {"code": code_of(secret, 1)})
    assert early.get("/worklist/").status_code == 200


def test_a_nurse_needs_none_and_nobody_where_the_demonstration_says_so(
    client: Client, staff: Staff, story: Story, auditor: User, settings: Any
) -> None:
    client.force_login(User.objects.get(id=staff.user("thu-ha", Role.VACCINATOR, facility=story.station)))
    assert client.get("/worklist/").status_code == 200
    settings.LACHAN_SECOND_FACTOR = False
    other = Client()
    other.force_login(auditor)
    assert other.get("/worklist/").status_code == 200
    assert "không yêu cầu xác thực hai lớp" in other.get("/worklist/").content.decode()
    assert "Bản trình diễn này không yêu cầu" in Client().get(LOGIN).content.decode()


def test_only_a_demonstration_switches_it_off() -> None:
    secrets = {"SECRET_KEY": "x" * 50, "SEAL_KEYS": f"a:{'A' * 43}=", "BLIND_KEY": f"{'B' * 42}A="}
    real = {"LACHAN_DEMO": "false", **{f"LACHAN_{name}": value for name, value in secrets.items()}}
    assert load({}).second_factor == "off"
    assert load({"LACHAN_SECOND_FACTOR": "required"}).second_factor == "required"
    assert load(real).second_factor == "required"
    with pytest.raises(ConfigurationError, match="demonstration only"):
        load({**real, "LACHAN_SECOND_FACTOR": "off"})
    with pytest.raises(ConfigurationError, match="required or off"):
        load({"LACHAN_SECOND_FACTOR": "maybe"})


def test_held_by_counts_no_recovery_codes(auditor: User) -> None:
    from lachan.access.second_factor import held_by

    Authenticator.objects.create(user=auditor, type="recovery_codes", data={})
    assert held_by([auditor.id]) == set()
    assert queries.user_by_name("thanh-tra") is not None
