"""Sessions of people, households, contacts, and what becomes of sign-ins when records are merged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.immunization.commands import execute
from lachan.immunization.operations.messages import NewMessage, queue_messages, send_due
from lachan.kernel import journal
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.people.models import PersonSession, SignInCode
from lachan.people.self_service import contacts, household, rules, sessions
from tests.people.conftest import DESK

from .conftest import EMAIL, NOW, PHONE, Box, Door

TODAY = date(2026, 3, 2)


def begin(person: UUID, *, shared: bool, now: datetime = NOW) -> str:
    return sessions.begin(person, shared=shared, device="Chrome · Android", now=now)


def send(verb: str, **body: Any) -> UUID:
    [outcome] = execute([Command(new_id(), verb, NOW, body)], actor=DESK, now=NOW)
    assert outcome.id is not None, outcome
    return outcome.id


def test_on_a_shared_terminal_a_session_ends_after_a_quarter_of_an_hour(person: UUID) -> None:
    token = begin(person, shared=True)
    for minutes in (14, 28, 42):
        assert sessions.find(token, NOW + timedelta(minutes=minutes)), "as long as somebody clicks"
    assert sessions.find(token, NOW + timedelta(minutes=57)) is None
    assert PersonSession.objects.count() == 0, "what ran out is gone"


def test_and_after_two_hours_whatever_is_clicked(person: UUID) -> None:
    token = begin(person, shared=True)
    found = [sessions.find(token, NOW + timedelta(minutes=10 * n)) is not None for n in range(14)]
    assert found == [True] * 12 + [False] * 2


def test_on_the_own_telephone_it_stays_for_days(person: UUID) -> None:
    token = begin(person, shared=False)
    assert sessions.find(token, NOW + timedelta(days=6))
    assert sessions.find(token, NOW + timedelta(days=14)) is None
    token = begin(person, shared=False)
    days = [day for day in range(0, 40, 5) if sessions.find(token, NOW + timedelta(days=day))]
    assert days == [0, 5, 10, 15, 20, 25]


def test_each_sign_in_has_a_token_of_its_own_and_the_table_holds_none(person: UUID) -> None:
    tokens = {begin(person, shared=False) for _ in range(5)}
    assert len(tokens) == 5
    stored = repr(list(PersonSession.objects.values()))
    assert not any(token in stored for token in tokens)
    digest = str(PersonSession.objects.first().digest)  # type: ignore[union-attr]
    assert sessions.find(digest, NOW) is None, "what the table says signs nobody in"
    assert sessions.find("", NOW) is None
    assert sessions.find("x" * 5_000, NOW) is None


def test_signing_out_here_leaves_the_others_and_everywhere_none(person: UUID, door: Door) -> None:
    here, there = begin(person, shared=True), begin(person, shared=False)
    opened = sessions.find(here, NOW)
    assert opened is not None
    sessions.end(opened.id, NOW)
    assert sessions.find(here, NOW) is None
    assert sessions.find(there, NOW)
    asked = door.ask()
    sessions.end_all(person, NOW)
    assert sessions.find(there, NOW) is None
    assert door.prove(asked.token, door.box.code).reason == "over", "a code on its way is no way back in"
    verbs = [row.verb for row in journal.history(person) if row.verb.startswith("person.signed")]
    assert verbs == ["person.signed_out"] * 2 + ["person.signed_in"] * 2


def test_where_somebody_is_signed_in(person: UUID) -> None:
    begin(person, shared=False, now=NOW - timedelta(days=1))
    begin(person, shared=True)
    begin(person, shared=True, now=NOW - timedelta(hours=1))
    assert [(one.shared, one.device) for one in sessions.of_person(person, NOW)] == [
        (True, "Chrome · Android"), (False, "Chrome · Android"),
    ]  # fmt: skip


def test_what_is_over_is_forgotten(person: UUID, door: Door) -> None:
    begin(person, shared=True)
    door.ask()
    sessions.forget(NOW + timedelta(hours=1))
    assert (PersonSession.objects.count(), SignInCode.objects.count()) == (1, 0)
    sessions.forget(NOW + timedelta(hours=3))
    assert PersonSession.objects.count() == 0


def child_of(register: Any, guardian: UUID, born: str = "2015-09-05", name: str = "Nguyễn Minh Khôi") -> UUID:
    guardians = [{"person_id": str(guardian), "name": "Nguyễn Văn An", "relation": "father"}]
    return register(name, born, guardians=guardians)  # type: ignore[no-any-return]


def test_a_guardian_sees_the_children_registered_with_them(person: UUID, register: Any) -> None:
    younger = child_of(register, person, "2019-01-01", "Nguyễn Minh Anh")
    older = child_of(register, person)
    other = register("Trần Thị Bình", "1985-03-02", "F", citizen_id="079185054321", phone=PHONE)
    assert list(household.own(person, TODAY)) == [person, younger, older]
    assert list(household.own(other, TODAY)) == [other], "a shared telephone is no guardianship"
    assert list(household.own(older, TODAY)) == [older], "a child does not see the guardian"


@pytest.mark.parametrize(
    ("born", "on", "minor"),
    [
        (date(2008, 3, 3), TODAY, True),
        (date(2008, 3, 2), TODAY, False),  # the eighteenth birthday is today
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (None, TODAY, False),
    ],
)
def test_until_the_eighteenth_birthday(born: date | None, on: date, minor: bool) -> None:
    assert rules.is_minor(born, on) is minor


def test_somebody_of_age_is_no_longer_the_guardians_to_open(person: UUID, register: Any) -> None:
    child_of(register, person, "2008-03-02")
    assert list(household.own(person, TODAY)) == [person]


def test_contacts_are_shown_to_nobody_in_full_and_one_can_be_preferred(person: UUID, register: Any) -> None:
    shown = contacts.listed(person)
    assert {(contact.kind, contact.masked) for contact in shown} == {
        ("phone", "09•• ••• 678"),
        ("email", "a•••@e•••.test"),
    }
    email = next(contact.id for contact in shown if contact.kind == "email")
    other = register("Trần Thị Bình", "1985-03-02", "F", citizen_id="079185054321", phone="0987654321")
    assert not contacts.prefer(other, email, NOW), "somebody else's"
    assert contacts.prefer(person, email, NOW)
    assert [contact.preferred for contact in contacts.listed(person)] == [True, False]


def test_messages_go_where_the_person_prefers_or_to_the_mail_without_a_telephone(person: UUID, register: Any) -> None:
    only_mail = register("Trần Thị Bình", "1985-03-02", "F", citizen_id="079185054321",
                         contacts=[{"kind": "email", "value": "binh@example.test"}])  # fmt: skip

    def told(*people: UUID) -> list[tuple[str, str]]:
        day, box = datetime(2026, 3, 2, 3, 0, tzinfo=UTC), Box()
        with hot_cursor() as cursor:
            messages = [NewMessage(one, new_id(), "card_replaced", {}) for one in people]
            queue_messages(cursor, messages, now=day)
        send_due(box, now=day, most=10)
        assert all(message.subject for message in box.sent), "a letter has a subject"
        return sorted((message.kind, message.to) for message in box.sent)

    assert told(person, only_mail) == [("email", "binh@example.test"), ("phone", PHONE)]
    email = next(contact.id for contact in contacts.listed(person) if contact.kind == "email")
    contacts.prefer(person, email, NOW)
    assert told(person) == [("email", EMAIL)]


def test_a_merge_ends_the_sign_ins_of_both_and_so_does_its_way_back(person: UUID, register: Any, door: Door) -> None:
    other = register("Nguyễn Văn Ân", "1980", force_new=True)
    tokens = [begin(person, shared=False), begin(other, shared=False)]
    asked = door.ask()
    merge = send("person.merge", person={"id": str(person)}, other={"id": str(other)}, reason="the same papers")
    assert [sessions.find(token, NOW) for token in tokens] == [None, None]
    assert door.prove(asked.token, door.box.code).reason == "over"
    token = begin(person, shared=False)
    send("person.unmerge", merge_id=str(merge), reason="two people after all")
    assert sessions.find(token, NOW) is None, "it was let in to both"


def test_a_contact_is_added_at_a_desk_and_the_one_before_is_told(person: UUID, register: Any, door: Door) -> None:
    def add(whom: UUID, kind: str, value: str) -> Any:
        body = {"person": {"id": str(whom)}, "reason": "given at the desk",
                "changes": {"add_contacts": [{"kind": kind, "value": value}]}}  # fmt: skip
        [outcome] = execute([Command(new_id(), "person.amend", NOW, body)], actor=DESK, now=NOW)
        return outcome

    bare = register("Trần Thị Bình", "1985-03-02", "F", citizen_id="079185054321")
    assert door.ask("079185054321", ("phone", "0987654321")).token
    assert door.box.sent == [], "nobody is reached yet"
    assert add(bare, "phone", "+84 987 654 321").params["fields"] == ["added phone"]
    asked = door.ask("079185054321", ("phone", "0987654321"))
    assert door.prove(asked.token, door.box.code).person_id == bare
    assert add(bare, "phone", "0987654321").params["fields"] == [], "it is there already"
    assert add(bare, "email", "nobody").reason == "contact_malformed"

    add(person, "phone", "0900000001")
    told = Box()
    send_due(told, now=NOW, most=10)
    assert [message.to for message in told.sent if "thêm vào hồ sơ" in message.text][-1] == PHONE
    assert "0900000001" not in [message.to for message in told.sent]
    [row] = [row for row in journal.history(person) if row.verb == "person.amended"]
    assert row.body == {"fields": ["added phone"]}, "what came, and by whom; not the number"
