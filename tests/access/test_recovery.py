"""Recovery with four eyes: one administrator asks, another confirms in time, the user is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from lachan.access import operations, queries
from lachan.access.actors import Actor
from lachan.access.models import Grant, Request, User
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.kernel import journal

from .conftest import NOW, PASSWORD, Staff, Story

NEW = "thuyền-nan-trôi-sông"


@pytest.fixture
def asker(staff: Staff, story: Story) -> Actor:
    return staff.actor("linh", Role.ADMINISTRATOR, area=story.province)


@pytest.fixture
def other(staff: Staff) -> Actor:
    return staff.actor("minh", Role.ADMINISTRATOR, area=NATION)


@pytest.fixture
def nurse(staff: Staff, story: Story) -> UUID:
    cache.clear()
    return staff.user("thu-ha", Role.VACCINATOR, facility=story.station)


def ask(actor: Actor, user_id: UUID, kind: str = "password", **more: Any) -> Any:
    return operations.ask(kind, user_id, "điện thoại bị mất", actor=actor, now=NOW, **more)


@pytest.mark.slow
def test_one_asks_another_confirms_and_the_code_sets_a_password_once(
    asker: Actor, other: Actor, nurse: UUID, client: Client
) -> None:
    asked = ask(asker, nurse)
    assert operations.use_code("thu-ha", "", NEW, now=NOW).reason == "code_wrong"
    outcome, code = operations.confirm(asked.id, actor=other, now=NOW)
    assert code is not None
    assert outcome.id == asked.id
    assert not User.objects.get(id=nurse).has_usable_password()  # the old one is worthless at once
    assert bytes(Request.objects.get().code_hash or b"").hex() != code
    assert operations.use_code("thu-ha", code, "123456789012", now=NOW).reason == "password_weak"
    assert operations.use_code("other", code, NEW, now=NOW).reason == "code_wrong"
    assert operations.use_code("Thu-Ha", code.lower().replace("-", " "), NEW, now=NOW).id == nurse
    assert operations.use_code("thu-ha", code, NEW, now=NOW).reason == "code_wrong"  # once
    verbs = [row.verb for row in journal.history(nurse)]
    assert verbs[:3] == ["recovery.code_used", "recovery.confirmed", "recovery.asked"]
    assert not any(code in str(row.body) for row in journal.history(nurse))
    answer = client.post("/accounts/login/", {"login": "thu-ha", "password": NEW}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert "linh" in said[0]
    assert "minh" in said[0]
    assert "điện thoại bị mất" in said[0]
    assert operations.told(nurse, NOW) == []


def test_the_same_administrator_cannot_be_both(asker: Actor, nurse: UUID) -> None:
    asked = ask(asker, nurse)
    assert operations.confirm(asked.id, actor=asker, now=NOW).outcome.reason == "same_person"
    with pytest.raises(IntegrityError, match="request_two_people"), transaction.atomic():
        Request.objects.filter(id=asked.id).update(confirmed_by=asker.id)


def test_who_may_ask_and_confirm(asker: Actor, other: Actor, nurse: UUID, staff: Staff, story: Story) -> None:
    far = staff.actor("ha-noi", Role.ADMINISTRATOR, area=story.hanoi)
    head = staff.actor("truong", Role.HEAD, facility=story.station)
    assert ask(far, nurse).reason == "out_of_scope"
    assert ask(head, nurse).reason == "not_allowed"
    assert ask(asker, asker.id).reason == "own_account"
    assert operations.ask("password", nurse, " ", actor=asker, now=NOW).reason == "reason_missing"
    assert operations.ask("first", nurse, "x", actor=asker, now=NOW).reason == "not_allowed"
    asked = ask(asker, nurse)
    assert ask(other, nurse).status.value == "duplicate"
    assert operations.confirm(asked.id, actor=far, now=NOW).outcome.reason == "out_of_scope"
    assert operations.confirm(asked.id, actor=head, now=NOW).outcome.reason == "not_allowed"
    assert [row.username for row in queries.open_requests(other, NOW)] == ["thu-ha"]
    assert queries.open_requests(far, NOW) == []
    of_the_asker = ask(other, asker.id)
    assert operations.confirm(of_the_asker.id, actor=asker, now=NOW).outcome.reason == "own_account"


def test_a_question_ends_after_a_day_or_when_withdrawn(asker: Actor, other: Actor, nurse: UUID) -> None:
    asked = ask(asker, nurse)
    late = NOW + timedelta(hours=24)
    assert operations.confirm(asked.id, actor=other, now=late).outcome.reason == "too_late"
    again = operations.ask("password", nurse, "vẫn cần", actor=asker, now=late)
    assert again.id is not None
    assert operations.withdraw(again.id, actor=other, now=late).id == again.id
    assert operations.withdraw(again.id, actor=other, now=late).reason == "already_decided"
    assert operations.confirm(again.id, actor=other, now=late).outcome.reason == "already_decided"


def test_a_code_ends_after_a_day_and_a_newer_one_replaces_it(asker: Actor, other: Actor, nurse: UUID) -> None:
    first = operations.confirm(ask(asker, nurse).id, actor=other, now=NOW).code
    second = operations.confirm(ask(asker, nurse).id, actor=other, now=NOW).code
    assert first
    assert second
    assert operations.use_code("thu-ha", first, NEW, now=NOW).reason == "code_wrong"
    assert operations.use_code("thu-ha", second, NEW, now=NOW + timedelta(hours=24)).reason == "code_wrong"


def test_a_lost_phone_takes_only_the_second_factor_off(asker: Actor, other: Actor, nurse: UUID) -> None:
    Authenticator.objects.create(user_id=nurse, type="totp", data={})
    outcome, code = operations.confirm(ask(asker, nurse, "factor").id, actor=other, now=NOW)
    assert (outcome.reason, code) == (None, None)
    assert not Authenticator.objects.filter(user_id=nurse).exists()
    assert User.objects.get(id=nurse).check_password(PASSWORD)
    assert [row.kind for row in queries.done_to(nurse)] == ["factor"]


def test_nobody_makes_administrators_alone(asker: Actor, other: Actor, nurse: UUID, story: Story) -> None:
    alone = operations.NewGrant("administrator", user_id=nurse, area_id=story.district)
    assert operations.grant([alone], actor=asker, now=NOW)[0].reason == "needs_two"
    assert ask(asker, nurse, "administrator", area_id=NATION).reason == "out_of_scope"
    asked = ask(asker, nurse, "administrator", area_id=story.district)
    assert operations.confirm(asked.id, actor=other, now=NOW).outcome.reason is None
    assert Grant.objects.filter(user_id=nurse, role="administrator", area_id=story.district).exists()


def test_a_new_colleague_gets_a_code_from_one_administrator(asker: Actor, nurse: UUID) -> None:
    [made] = operations.create_users([operations.NewUser("moi", "Người mới")], actor=asker, now=NOW)
    assert made.id
    code = operations.first_code(made.id, actor=asker, now=NOW).code
    assert code
    assert operations.use_code("moi", code, NEW, now=NOW + timedelta(days=6)).id == made.id
    assert operations.first_code(made.id, actor=asker, now=NOW).outcome.reason == "signed_in_before"
    assert operations.first_code(nurse, actor=asker, now=NOW).outcome.reason == "signed_in_before"


def test_the_command_line_needs_no_second_person(root: Actor, asker: Actor, nurse: UUID) -> None:
    assert operations.recover(nurse, factor=True, actor=asker, now=NOW).outcome.reason == "needs_two"
    code = operations.recover(nurse, factor=True, actor=root, now=NOW).code
    assert code
    assert operations.use_code("thu-ha", code, NEW, now=NOW).id == nurse


@pytest.mark.slow
def test_the_page_for_the_code(asker: Actor, other: Actor, nurse: UUID) -> None:
    now = timezone.now()
    asked = operations.ask("password", nurse, "quên", actor=asker, now=now)
    assert asked.id
    code = operations.confirm(asked.id, actor=other, now=now).code
    sent = {"username": "thu-ha", "code": "SAI", "password": NEW, "again": NEW}
    visitor = Client()
    assert "không khớp" in visitor.post("/accounts/code/", sent).content.decode()
    sent["code"] = str(code)
    assert visitor.post("/accounts/code/", sent | {"again": "khác-hẳn-nhau-rồi"}).status_code == 422
    assert visitor.post("/accounts/code/", sent).headers["Location"] == "/accounts/login/"
    for _ in range(5):
        visitor.post("/accounts/code/", sent | {"code": "SAI"})
    assert "Hãy chờ năm phút" in visitor.post("/accounts/code/", sent).content.decode()
