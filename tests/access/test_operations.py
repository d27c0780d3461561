"""Accounts, grants, keys and looks: success and refusal from the same ground, every fact in the journal."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from lachan.access import operations, queries
from lachan.access.actors import Actor, actor_of_user
from lachan.access.messages import MESSAGES
from lachan.access.models import ApiKey, Grant, User
from lachan.access.operations import NewApiKey, NewGrant, NewUser
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.kernel import journal
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome

from .conftest import NOW, PASSWORD, TODAY, Staff, Story

pytestmark = pytest.mark.django_db


def verbs(subject: uuid.UUID) -> list[str]:
    return [row.verb for row in reversed(journal.history(subject))]


def reasons(outcomes: list[Outcome]) -> list[str | None]:
    return [outcome.reason for outcome in outcomes]


def test_one_refused_account_does_not_stop_its_neighbours(root: Actor) -> None:
    items = [
        NewUser("Ha.Nguyen", "Nguyễn Thị Hà", PASSWORD),
        NewUser("hà", "Nguyễn Thị Hà", PASSWORD),
        NewUser("ha.nguyen", "Một Hà khác", PASSWORD),
        NewUser("short", "Mật khẩu ngắn", "12345"),
        NewUser("nameless", " ", PASSWORD),
        NewUser("french", "Alexandre Yersin", PASSWORD, language="fr"),
        NewUser("no-password", "Chưa có mật khẩu"),
    ]
    outcomes = operations.create_users(items, actor=root, now=NOW)
    assert reasons(outcomes) == [
        None,
        "username_malformed",
        "username_taken",
        "password_weak",
        "name_missing",
        "language_unknown",
        None,
    ]
    assert User.objects.count() == 2
    first = outcomes[0].id
    assert first is not None
    assert verbs(first) == ["user.created"]
    assert authenticate(username="ha.nguyen", password=PASSWORD).id == first  # type: ignore[union-attr]
    assert not User.objects.get(id=outcomes[6].id).has_usable_password()


def test_every_refusal_in_the_code_has_a_sentence_and_every_sentence_a_refusal() -> None:
    room = Path(operations.__file__).parent.parent
    files = [*room.glob("operations/*.py"), *room.glob("uploads/*.py"), room / "rules.py"]
    files.append(room.parent / "places" / "operations_facilities.py")
    code = "\n".join(file.read_text() for file in files)
    assert [reason for reason in MESSAGES if f'"{reason}"' not in code] == []
    refused = set(re.findall(r'(?:REFUSED, |return |else )"([a-z_]+)"', code))
    assert refused - MESSAGES.keys() == set()


def test_a_sentence_names_what_was_wrong(root: Actor) -> None:
    [outcome] = operations.create_users([NewUser("x", "X")], actor=root, now=NOW)
    assert outcome.reason is not None
    with translation.override("en"):
        assert str(MESSAGES[outcome.reason]) % outcome.params == (
            "x cannot be a user name. Use 3 to 60 letters a to z, digits, dots, hyphens or underscores."
        )


def test_passwords_are_argon2(staff: Staff) -> None:
    user = User.objects.get(id=staff.user("thu-ha"))
    assert user.password.startswith("argon2$argon2id$")


def test_the_database_refuses_a_capital_in_a_user_name() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="Ha", display_name="Hà")


@pytest.mark.slow
def test_a_closed_account_cannot_sign_in_until_it_is_opened(staff: Staff, root: Actor) -> None:
    user_id = staff.user("thu-ha")
    for active, status in ((False, ACCEPTED), (False, DUPLICATE), (True, ACCEPTED)):
        [outcome] = operations.set_active([(user_id, active)], actor=root, now=NOW)
        assert outcome.status is status
        assert (authenticate(username="thu-ha", password=PASSWORD) is not None) is active
    assert verbs(user_id) == ["user.created", "user.active_set", "user.active_set"]


@pytest.mark.slow
def test_a_new_password_replaces_the_old(staff: Staff, root: Actor) -> None:
    user_id = staff.user("thu-ha")
    stranger = uuid.uuid4()
    items = [(user_id, "mưa-rào-tháng-sáu"), (stranger, "mưa-rào-tháng-sáu"), (user_id, "123")]
    outcomes = operations.set_passwords(items, actor=root, now=NOW)
    assert reasons(outcomes) == [None, "unknown_user", "password_weak"]
    assert authenticate(username="thu-ha", password="mưa-rào-tháng-sáu") is not None
    assert authenticate(username="thu-ha", password=PASSWORD) is None
    assert "mưa" not in str(journal.history(user_id))


def test_the_language_a_person_reads(staff: Staff) -> None:
    actor = actor_of_user(staff.user("thu-ha"), "Hà", today=TODAY)
    assert operations.set_language("en", actor=actor, now=NOW).status is ACCEPTED
    assert User.objects.get(id=actor.id).language == "en"
    assert operations.set_language("fr", actor=actor, now=NOW).reason == "language_unknown"


def test_grants_that_cannot_be_are_refused_with_the_reason(staff: Staff, story: Story, root: Actor) -> None:
    user_id = staff.user("thu-ha")
    items = [
        NewGrant("vaccinator", user_id=user_id, facility_id=story.station),
        NewGrant("vaccinator", user_id=user_id, facility_id=story.station),
        NewGrant("vaccinator", user_id=user_id, area_id=story.commune),
        NewGrant("vaccinator", user_id=uuid.uuid4(), facility_id=story.station),
        NewGrant("vaccinator", user_id=user_id, facility_id=99_999_999),
        NewGrant("province_officer", user_id=user_id, area_id=99_999_999),
        NewGrant("province_officer", user_id=user_id, area_id=story.district),
        NewGrant("partner", user_id=user_id, facility_id=story.station),
        NewGrant("partner", api_key_id=uuid.uuid4(), facility_id=story.station),
        NewGrant("head", user_id=user_id, facility_id=story.station, valid_to=TODAY - timedelta(days=1)),
        NewGrant("head", user_id=user_id, facility_id=story.station, area_id=story.commune),
    ]
    outcomes = operations.grant(items, actor=root, now=NOW)
    assert outcomes[0].status is ACCEPTED
    assert outcomes[1].status is DUPLICATE
    assert reasons(outcomes[2:]) == [
        "role_needs_facility",
        "unknown_user",
        "unknown_facility",
        "unknown_area",
        "wrong_level",
        "role_is_for_keys",
        "unknown_key",
        "dates_reversed",
        "role_needs_place",
    ]
    assert Grant.objects.filter(user_id=user_id).count() == 1
    assert verbs(user_id) == ["user.created", "grant.made"]


def test_the_same_grant_may_be_given_again_after_it_was_taken_back(staff: Staff, story: Story, root: Actor) -> None:
    item = NewGrant("head", user_id=staff.user("loan"), facility_id=story.station)
    [first] = operations.grant([item], actor=root, now=NOW)
    assert first.id is not None
    revoke = lambda: operations.revoke_grants([first.id, uuid.uuid4()], actor=root, now=NOW)  # noqa: E731
    assert [outcome.status for outcome in revoke()] == [ACCEPTED, REFUSED]
    assert [outcome.status for outcome in revoke()] == [DUPLICATE, REFUSED]
    [again] = operations.grant([item], actor=root, now=NOW)
    assert again.status is ACCEPTED
    assert Grant.objects.filter(user_id=item.user_id).count() == 2
    assert item.user_id is not None
    assert verbs(item.user_id) == ["user.created", "grant.made", "grant.revoked", "grant.made"]


@pytest.mark.parametrize(
    "broken",
    [
        {"role": "head", "valid_from": TODAY},  # no place
        {"role": "head", "valid_from": TODAY, "area_id": NATION, "both": True},
        {"role": "king", "valid_from": TODAY, "area_id": NATION},
        {"role": "auditor", "valid_from": TODAY, "valid_to": date(2020, 1, 1), "area_id": NATION},
        {"role": "auditor", "valid_from": TODAY, "area_id": NATION, "user_id": None},
    ],
)
def test_the_database_refuses_broken_grants(staff: Staff, story: Story, broken: dict[str, Any]) -> None:
    fields = {"user_id": staff.user("thu-ha"), "created_at": NOW, "created_by": uuid.uuid4()} | broken
    if fields.pop("both", False):
        fields["facility_id"] = story.station
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(**fields)


@pytest.mark.slow
def test_an_administrator_gives_nothing_beyond_the_own_area(staff: Staff, story: Story, root: Actor) -> None:
    local = staff.actor("quan-tri", Role.ADMINISTRATOR, area=story.province)
    colleague = staff.user("thu-ha")
    far = staff.user("thu-do", Role.PROVINCE_OFFICER, area=story.hanoi)
    items = [
        NewGrant("head", user_id=colleague, facility_id=story.station),
        NewGrant("province_officer", user_id=colleague, area_id=story.hanoi),
        NewGrant("administrator", user_id=colleague, area_id=NATION),
    ]
    assert reasons(operations.grant(items, actor=local, now=NOW)) == [None, "out_of_scope", "out_of_scope"]
    own = NewGrant("head", user_id=local.id, facility_id=story.station)
    assert reasons(operations.grant([own], actor=local, now=NOW)) == ["own_account"]
    assert reasons(operations.set_active([(local.id, False)], actor=local, now=NOW)) == ["own_account"]
    # setting a password is signing in as its owner: nobody does it alone
    new = [(colleague, PASSWORD + "-2"), (far, PASSWORD + "-2")]
    assert reasons(operations.set_passwords(new, actor=local, now=NOW)) == ["needs_two", "needs_two"]
    assert reasons(operations.set_active([(colleague, False), (far, False)], actor=local, now=NOW)) == [
        None,
        "out_of_scope",
    ]
    assert reasons(operations.sign_out([colleague, far], actor=local, now=NOW)) == [None, "out_of_scope"]
    assert reasons(operations.set_active([(far, False)], actor=local, now=NOW)) == ["out_of_scope"]
    far_grant = Grant.objects.get(user_id=far).id
    assert reasons(operations.revoke_grants([far_grant], actor=local, now=NOW)) == ["out_of_scope"]
    assert {user.username for user in queries.users_in_scope(local)} == {"quan-tri", "thu-ha"}
    assert {user.username for user in queries.users_in_scope(root)} == {"quan-tri", "thu-ha", "thu-do"}


def test_a_head_of_station_manages_nobody(staff: Staff, story: Story) -> None:
    head = staff.actor("loan", Role.HEAD, facility=story.station)
    grant = Grant.objects.get(user_id=head.id).id
    key = NewApiKey("x", "device", NOW + timedelta(days=1), (story.station,))
    assert reasons(operations.create_users([NewUser("abc", "A")], actor=head, now=NOW)) == ["not_allowed"]
    assert reasons(operations.set_active([(head.id, False)], actor=head, now=NOW)) == ["not_allowed"]
    assert reasons(operations.revoke_grants([grant], actor=head, now=NOW)) == ["not_allowed"]
    assert operations.create_api_keys([key], actor=head, now=NOW)[0].outcome.reason == "not_allowed"
    assert reasons(operations.revoke_api_keys([uuid.uuid4()], actor=head, now=NOW)) == ["not_allowed"]
    assert queries.users_in_scope(head) == []


def test_keys_are_made_with_their_grants_and_stored_without_their_secret(story: Story, root: Actor) -> None:
    soon = NOW + timedelta(days=30)
    items = [
        NewApiKey("Trạm Bến Nghé", "device", soon, (story.station, story.elsewhere)),
        NewApiKey("Bệnh viện", "partner", soon, area_ids=(story.province,)),
        NewApiKey("Máy cũ", "device", NOW, (story.station,)),
        NewApiKey("Mười năm", "device", NOW + timedelta(days=3650), (story.station,)),
        NewApiKey("Không nơi", "device", soon),
        NewApiKey(" ", "device", soon, (story.station,)),
        NewApiKey("Loại lạ", "robot", soon, (story.station,)),
        NewApiKey("Trạm lạ", "device", soon, (99_999_999,)),
        NewApiKey("Nơi lạ", "device", soon, area_ids=(99_999_999,)),
    ]
    made = operations.create_api_keys(items, actor=root, now=NOW)
    assert reasons([item.outcome for item in made]) == [
        None,
        None,
        "expiry_out_of_range",
        "expiry_out_of_range",
        "role_needs_place",
        "name_missing",
        "kind_unknown",
        "unknown_facility",
        "unknown_area",
    ]
    first = made[0].outcome.id
    assert first is not None
    assert verbs(first) == ["api_key.made", "grant.made", "grant.made"]
    assert made[0].token is not None
    secret = made[0].token.rpartition("_")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_apikey k WHERE k::text LIKE %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM kernel_journal j WHERE body::text LIKE %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)
    assert [len(key.grants) for key in queries.keys_in_scope(root)] == [2, 1]
    assert [outcome.status for outcome in operations.revoke_api_keys([first, first], actor=root, now=NOW)] == [
        ACCEPTED,
        DUPLICATE,
    ]
    assert ApiKey.objects.get(id=first).revoked_at == NOW
    with pytest.raises(Problem, match="kind_unknown"):
        operations.create_api_key(items[6], actor=root, now=NOW)


def test_looks_are_logged_for_all_at_once_and_read_page_by_page(
    staff: Staff, story: Story, django_assert_num_queries: Any
) -> None:
    nurse = staff.actor("thu-ha", Role.RECEPTIONIST, facility=story.station)
    people = [uuid.uuid4() for _ in range(40)]
    operations.log_looks(nurse, people, operations.SERVED, "page", NOW)
    operations.log_looks(nurse, people[:1], "sửa hồ sơ", "identifier", NOW + timedelta(minutes=1))
    with django_assert_num_queries(2):
        looks = queries.looks_at(people[0])
    assert [(look.purpose, look.what, look.actor_label) for look in looks] == [
        ("sửa hồ sơ", "identifier", "Người thu-ha"),
        ("served at the door", "page", "Người thu-ha"),
    ]
    assert [look.id for look in queries.looks_at(people[0], limit=1, before=looks[0].id)] == [looks[1].id]
    assert len(queries.looks_by(nurse.id)) == 41
    assert verbs(people[0]) == ["person.looked", "person.looked"]
    assert queries.looks_at(uuid.uuid4()) == []


def test_a_look_without_a_purpose_is_forbidden(root: Actor) -> None:
    with pytest.raises(Forbidden):
        operations.log_looks(root, [uuid.uuid4()], "  ", "page", NOW)
    operations.log_looks(root, [], operations.SERVED, "page", NOW)


def test_lists_have_a_limit(root: Actor) -> None:
    with pytest.raises(ValueError, match="limit is 1000"):
        operations.create_users([NewUser("a", "A")] * 1_001, actor=root, now=NOW)
    with pytest.raises(ValueError, match="limit is 1000"):
        operations.log_looks(root, [uuid.uuid4()] * 1_001, operations.SERVED, "page", NOW)


@pytest.mark.slow
def test_demonstration_sign_ins_one_for_each_role_and_never_elsewhere(story: Story, settings: Any) -> None:
    settings.LACHAN_DEMO = False
    with pytest.raises(Forbidden):
        operations.create_demo_users(NOW)
    settings.LACHAN_DEMO = True
    for _ in range(2):  # again has no second effect
        cast = operations.create_demo_users(NOW)
        assert User.objects.count() == len(cast) == 15
    held = {Role(role) for role in Grant.objects.values_list("role", flat=True)}
    assert held == set(Role) - {Role.STATION_DEVICE, Role.PARTNER}
    nurse = queries.user_by_name("NURSE")
    assert nurse is not None
    assert {grant.facility_id for grant in nurse.grants} == {story.station}
    assert len(nurse.grants) == 4
    assert authenticate(username="head", password=operations.DEMO_PASSWORD) is not None
