"""``lachan user`` and ``lachan api-key``: what people type, what machines read, what goes wrong in one line."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from lachan.access import operations, queries
from lachan.access.actors import actor_of_key
from lachan.cli import keys, users
from lachan.places import queries as places

from .conftest import PASSWORD, Story


def run(app: Any, *words: str, typed: str = "") -> Any:
    return CliRunner().invoke(app, list(words), input=typed)


def code_of(facility_id: int) -> str:
    found = places.facility(facility_id)
    assert found is not None
    return found.code


def add(*extra: str) -> Any:
    return run(users.app, "add", "Thu-Ha", "--name", "Nguyễn Thị Thu Hà", *extra, typed=PASSWORD + "\n")


@pytest.mark.slow
def test_a_user_from_nothing_to_nothing(story: Story) -> None:
    added = add("--password-stdin", "--json")
    assert added.exit_code == 0
    assert set(json.loads(added.stdout)) == {"id", "username"}  # the password came from the caller and is not repeated
    where = ("--facility", code_of(story.station))
    assert "now holds" in run(users.app, "grant", "thu-ha", "vaccinator", *where).stdout
    assert "already holds" in run(users.app, "grant", "thu-ha", "vaccinator", *where).stdout
    area = ("--area", "760", "--on", "2021-10-16", "--from", "2021-10-16")
    assert run(users.app, "grant", "thu-ha", "district_officer", *area, "--json").exit_code == 0
    [row] = json.loads(run(users.app, "list", "--json").stdout)
    assert [(held["role"], held["in_force"]) for held in row["grants"]] == [
        ("vaccinator", True),
        ("district_officer", True),
    ]
    assert "Quận 1" in run(users.app, "show", "thu-ha").stdout
    assert run(users.app, "revoke", "thu-ha", row["grants"][0]["id"]).exit_code == 0
    assert run(users.app, "disable", "thu-ha").stdout == "thu-ha can no longer sign in\n"
    user = queries.user_by_name("thu-ha")
    assert user is not None
    assert not user.active
    assert run(users.app, "enable", "thu-ha", "--json").exit_code == 0
    assert "has a new password" in run(users.app, "password", "thu-ha", "--password-stdin", typed=PASSWORD).stdout
    assert "Nguyễn" in run(users.app, "list").stdout


def test_a_password_made_by_the_machine_is_shown_once(story: Story) -> None:
    added = add("--json")
    assert len(json.loads(added.stdout)["password"]) >= 16


def test_somebody_locked_out_is_let_in_again(story: Story) -> None:
    add("--password-stdin")
    made = json.loads(run(users.app, "recover", "thu-ha", "--factor", "--json").stdout)
    assert operations.use_code("thu-ha", made["code"], "thuyền-nan-trôi-sông", now=timezone.now()).reason is None
    assert "sets a new password at /accounts/code/" in run(users.app, "recover", "Thu-Ha").stdout
    assert "signed out everywhere" in run(users.app, "sign-out", "thu-ha").stdout
    assert "no user" in run(users.app, "recover", "nobody").stderr


def test_roles_that_end_soon(story: Story) -> None:
    add("--password-stdin")
    assert "No role ends" in run(users.app, "expiring").stdout
    for days, role in ((3, "head"), (20, "observer")):
        last = (timezone.localdate() + timedelta(days=days)).isoformat()
        run(users.app, "grant", "thu-ha", role, "--facility", code_of(story.station), "--to", last)
    [row] = json.loads(run(users.app, "expiring", "--json").stdout)
    assert (row["username"], row["role"]) == ("thu-ha", "head")
    assert "Nguyễn Thị Thu Hà" in run(users.app, "expiring").stdout


def test_no_users_yet(db: None) -> None:
    assert "No users yet" in run(users.app, "list").stdout
    assert "No keys yet" in run(keys.app, "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "x", "--name", "X"], "cannot be a user name"),
        (["add", "thu-ha", "--name", "Hà", "--language", "fr"], "not a language"),
        (["grant", "nobody", "head", "--facility", "1"], "no user 'nobody'"),
        (["grant", "thu-ha", "head", "--facility", "NOWHERE"], "no facility has the code 'NOWHERE'"),
        (["grant", "thu-ha", "king", "--area", "nation"], "king is not a role"),
        (["grant", "thu-ha", "auditor", "--area", "1234"], "an area code has 2, 3 or 5 digits"),
        (["grant", "thu-ha", "auditor", "--area", "99"], "no area has the code 99"),
        (["grant", "thu-ha", "auditor", "--area", "nation", "--from", "16/10/2021"], "--from takes a date"),
        (["revoke", "thu-ha", "00000000-0000-7000-8000-000000000000"], "holds no grant"),
        (["disable", "nobody"], "no user 'nobody'"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(words: list[str], said: str, story: Story) -> None:
    add("--password-stdin")
    answer = run(users.app, *words)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_key_is_shown_once_listed_and_revoked(story: Story) -> None:
    made = run(keys.app, "create", "Trạm Bến Nghé", "--facility", code_of(story.station), "--json")
    assert made.exit_code == 0, made.output
    token = json.loads(made.stdout)["token"]
    assert actor_of_key(token) is not None
    listed = run(keys.app, "list", "--json").stdout
    assert token not in listed
    [row] = json.loads(listed)
    assert (row["state"], len(row["grants"])) == ("valid", 1)
    assert row["prefix"] in run(keys.app, "list").stdout
    assert run(keys.app, "revoke", f"lk_{row['prefix']}").exit_code == 0
    assert actor_of_key(token) is None
    assert json.loads(run(keys.app, "list", "--json").stdout)[0]["state"] == "revoked"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["create", "Trạm"], "exactly one"),
        (["create", "Trạm", "--kind", "robot", "--area", "nation"], "device or partner"),
        (["create", "Trạm", "--area", "nation", "--days", "4000"], "--days takes 1 to 400"),
        (["revoke", "abcdefghij"], "no key"),
    ],
)
def test_a_wrong_key_is_one_line_and_exit_code_2(words: list[str], said: str, story: Story) -> None:
    answer = run(keys.app, *words)
    assert answer.exit_code == 2
    assert said in answer.stderr
