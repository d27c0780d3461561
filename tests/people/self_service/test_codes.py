"""One-time codes: who gets one, how they fail, and what nobody learns by trying."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from lachan.immunization.commands import execute
from lachan.immunization.messaging import Result
from lachan.immunization.operations import one_time
from lachan.kernel import journal
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.rotation import sealed_columns
from lachan.people.models import Person, SignInCode, SignInCount
from lachan.people.self_service import codes, rules, secrets
from tests.people.conftest import DESK, registration

from .conftest import EMAIL, NOW, NUMBER, PHONE, Box, Door

MINUTE = timedelta(minutes=1)


def test_a_code_goes_to_the_contact_that_was_typed_and_lets_in_once(door: Door, person: UUID) -> None:
    asked = door.ask()
    assert [(message.kind, message.to) for message in door.box.sent] == [("phone", PHONE)]
    assert door.prove(asked.token, door.box.code) == codes.Proved(person)
    assert door.prove(asked.token, door.box.code).reason == "over", "a code works once"


def test_the_text_says_what_it_is_in_both_languages_and_names_nobody(door: Door, person: UUID) -> None:
    door.ask()
    door.ask(contact=("email", EMAIL), language="en")
    said, letter = door.box.sent
    assert "mã đăng nhập Hồ sơ của tôi" in said.text
    assert "Không đọc mã này cho bất kỳ ai" in said.text
    assert "Never tell it to anybody" in letter.text
    assert letter.subject == "Your code for My record"
    for message in door.box.sent:
        assert message.secret, "a code must not come to rest in a file or a log"
        assert not re.search(r"Nguyễn|An\b|0791|0912", message.text + message.subject)
        assert len(message.text) <= 300


def test_it_is_sent_at_night_too(door: Door, person: UUID) -> None:
    night = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)  # half past two in Vietnam
    door.ask(now=night)
    assert len(door.box.sent) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "contact"),
    [
        ("079180099999", ("phone", PHONE)),  # nobody's number
        (NUMBER, ("phone", "0987654321")),  # somebody's number, another's telephone
        (NUMBER, ("email", "bình@example.test")),
    ],
)
def test_without_both_nothing_is_sent_and_no_code_lets_in(
    door: Door, person: UUID, number: str, contact: tuple[str, str]
) -> None:
    asked = door.ask(number, contact)
    assert asked.token, "the answer is that of a known number"
    assert door.box.sent == []
    row = SignInCode.objects.get()
    assert (row.person_id, row.sealed) == (None, None), "what was typed is not kept"
    # whoever could read the table and guess the code still is nobody
    code = next(c for c in (f"{n:06}" for n in range(10**6)) if secrets.same(row.mac, secrets.mac(row.digest, c)))
    assert door.prove(asked.token, code).reason == "wrong"


def test_known_and_unknown_cost_the_same_statements(door: Door, person: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *more: Any, **named: Any) -> Any:
        said.append(str(query).split("x")[0][:60])  # savepoints are numbered
        return execute(cursor, query, *more, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)

    def asked(number: str, contact: tuple[str, str]) -> list[str]:
        said.clear()
        codes.ask(number=number, contact=contact, language="vi", address="192.0.2.7", now=NOW)
        return list(said)

    known, unknown = asked(NUMBER, ("phone", PHONE)), asked("079180099998", ("phone", "0987654322"))
    assert known == unknown
    assert len(known) == 15, "four transactions, with one, one, one and four statements"


def test_a_code_wrong_five_times_is_over_and_the_journal_says_so(door: Door, person: UUID) -> None:
    asked = door.ask()
    wrong = f"{(int(door.box.code) + 1) % 10**6:06}"
    assert [door.prove(asked.token, wrong).tries_left for _ in range(5)] == [4, 3, 2, 1, 0]
    assert door.prove(asked.token, door.box.code).reason == "over", "the right one comes too late"
    assert next(row.verb for row in journal.history(person)) == "person.code_closed"


def test_a_code_ends_after_ten_minutes(door: Door, person: UUID) -> None:
    asked = door.ask()
    assert door.prove(asked.token, door.box.code, now=NOW + 10 * MINUTE).reason == "over"
    again = door.ask()
    assert door.prove(again.token, door.box.code, now=NOW + 9 * MINUTE).person_id == person


def test_a_code_is_worth_nothing_in_another_browser(door: Door, person: UUID, register: Any) -> None:
    register("Trần Thị Bình", "1985-03-02", "F", citizen_id="079185054321",
             contacts=[{"kind": "phone", "value": "0987654321"}])  # fmt: skip
    mine = door.ask("079185054321", ("phone", "0987654321"))
    victims = door.ask()
    assert door.prove(mine.token, door.box.code).reason == "wrong", "their code in the guesser's browser"
    assert door.prove("made-up" * 9, door.box.code).reason == "over"
    assert door.prove(victims.token, door.box.code).person_id == person


def test_spaces_in_a_code_are_no_mistake(door: Door, person: UUID) -> None:
    asked = door.ask()
    assert door.prove(asked.token, f" {door.box.code[:3]} {door.box.code[3:]} ").person_id == person


def test_the_dead_and_the_merged_away(door: Door, person: UUID, register: Any) -> None:
    def send(verb: str, **body: Any) -> None:
        [outcome] = execute([Command(new_id(), verb, NOW, body)], actor=DESK, now=NOW)
        assert outcome.reason is None, outcome

    survivor = register("Nguyễn Văn Ân", "1980", force_new=True)
    send("person.merge", person={"id": str(survivor)}, other={"id": str(person)}, reason="one person")
    asked = door.ask()
    assert door.prove(asked.token, door.box.code).person_id == survivor, "the number finds who the record became"
    Person.objects.filter(id=survivor).update(died_on="2026-01-01")
    sent = len(door.box.sent)
    door.ask()
    assert len(door.box.sent) == sent


def test_asking_is_throttled_by_number_contact_and_address(door: Door, person: UUID) -> None:
    for n in range(rules.OF_NUMBER.most):
        assert door.ask(address=f"192.0.2.{n}").wait is None
    over = door.ask(address="192.0.2.99")
    assert over.wait is not None
    assert over.wait <= rules.OF_NUMBER.window
    assert door.ask("079180099999").wait is not None, "the same telephone for another number"
    assert door.ask("079180099999", ("phone", "0987654321")).wait is None, "somebody else is not in the way"
    assert door.ask(now=NOW + rules.OF_NUMBER.window).wait is None, "the window ends"


def test_a_scan_through_numbers_from_one_address_is_stopped(door: Door) -> None:
    answers = Counter(
        door.ask(f"0791800{n:05}", ("phone", f"09123{n:05}")).wait is None for n in range(rules.OF_ADDRESS.most + 20)
    )
    assert answers == {True: rules.OF_ADDRESS.most, False: 20}


def test_one_address_cannot_use_up_what_everybody_has(door: Door, person: UUID, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "OF_EVERYBODY", rules.OF_EVERYBODY._replace(most=rules.OF_ADDRESS.most + 5))
    for n in range(rules.OF_ADDRESS.most + 20):
        door.ask(f"0791800{n:05}", ("phone", f"09123{n:05}"), address="198.51.100.7")
    for _ in range(rules.OF_NUMBER.most):
        assert door.ask(address="198.51.100.7").wait is not None
    assert door.ask(address="192.0.2.1").wait is None, "from anywhere else people still get in, these two as well"


def test_unknown_numbers_run_into_the_same_walls(door: Door, person: UUID) -> None:
    """Otherwise the wall itself would say who is registered."""

    def tries(number: str, contact: tuple[str, str], address: str) -> int:
        return sum(door.ask(number, contact, address=address).wait is None for _ in range(12))

    assert tries(NUMBER, ("phone", PHONE), "a") == tries("079180099999", ("phone", "0987654321"), "b")


def test_wrong_codes_close_a_number_for_the_day_even_through_new_codes(door: Door, person: UUID) -> None:
    now, wrong = NOW, 0
    while True:
        asked = door.ask(now=now)
        if asked.wait is not None:
            break
        for _ in range(5):
            reason = door.prove(asked.token, f"{(int(door.box.code) + 1) % 10**6:06}", now=now).reason
            wrong += reason == "wrong"
        now += timedelta(minutes=9)
    assert wrong == rules.WRONG_CODES.most
    assert asked.wait > timedelta(hours=20)
    assert door.ask(now=NOW + timedelta(days=1, minutes=1)).wait is None


def test_nothing_in_the_tables_says_who_or_what(door: Door, person: UUID) -> None:
    door.ask()
    codes.ask(number=NUMBER, contact=("phone", PHONE), language="vi", address="192.0.2.1", now=NOW)
    stored = repr(list(SignInCode.objects.values())) + repr(list(SignInCount.objects.values()))
    code = door.box.code
    for secret in (NUMBER, PHONE, "192.0.2.1", code):
        assert secret not in stored
        assert secret.encode() not in b"".join(bytes(row.mac) for row in SignInCode.objects.all())
    assert "people_signincode.sealed" in {column.context for column in sealed_columns()}, "the key can be changed"


def test_a_sender_that_died_is_made_good(door: Door, person: UUID) -> None:
    codes.ask(number=NUMBER, contact=("phone", PHONE), language="vi", address="192.0.2.1", now=NOW)
    assert one_time.send_lost(door.box, NOW + timedelta(seconds=30)) == 0, "its sender may still be at it"
    assert one_time.send_lost(door.box, NOW + timedelta(minutes=1)) == 1
    assert one_time.send_lost(door.box, NOW + timedelta(minutes=2)) == 0
    assert len(door.box.sent) == 1


def test_a_line_that_is_away_is_tried_again_and_a_refusal_is_not(door: Door, person: UUID) -> None:
    class Away(Box):
        status = "retry"

        def send(self, batch: Any) -> list[Result]:
            return [Result(self.status)]

    asked = codes.ask(number=NUMBER, contact=("phone", PHONE), language="vi", address="192.0.2.1", now=NOW)
    with pytest.raises(one_time.NotTakenError):
        one_time.send(asked.digest, Away(), NOW)
    assert one_time.send(asked.digest, door.box, NOW) == "sent"
    asked = codes.ask(number=NUMBER, contact=("phone", PHONE), language="vi", address="192.0.2.1", now=NOW)
    refusing = Away()
    refusing.status = "rejected"
    assert one_time.send(asked.digest, refusing, NOW) == "failed"
    assert one_time.send(asked.digest, door.box, NOW) == "nobody", "nothing of it is kept"


@pytest.mark.slow
def test_ten_browsers_with_the_right_code_at_once_let_in_one(committed: None, django_db_blocker: Any) -> None:
    body = registration("Nguyễn Văn An", "1980-05-17", citizen_id=NUMBER, phone=PHONE)
    [made] = execute([Command(new_id(), "person.register", NOW, body)], actor=DESK, now=NOW)
    door = Door(Box())
    asked = door.ask()

    def prove(n: int) -> codes.Proved:
        try:
            return codes.prove(asked.token, door.box.code, address=str(n), now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        found = Counter(proved.person_id for proved in pool.map(prove, range(10)))
    assert found == {made.id: 1, None: 9}
