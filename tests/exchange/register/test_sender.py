"""The register is asked about everybody who is owed an answer, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from lachan.exchange.register import client
from lachan.exchange.register.breaker import OPEN
from lachan.exchange.register.sender import Sender, read_breaker
from lachan.exchange.register.simulator.manner import Manner
from lachan.exchange.register.simulator.server import Register
from lachan.kernel.database import hot_cursor
from lachan.people.verification import queries, queue, rules
from lachan.people.verification.notes import note_changes
from lachan.people.verification.queue import BEFORE_ALL, Again
from tests.exchange.register.conftest import NOW, Clock, Here, count, states

pytestmark = [pytest.mark.slow]

Make = Callable[..., Sender]


def someone(state: str) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM people_verification WHERE state = %s ORDER BY 1 LIMIT 1", [state])
        return UUID(str(cursor.fetchone()[0]))


def number_of(person_id: UUID) -> str:
    with hot_cursor() as cursor:
        found, _ = queue.asked_of(cursor, [person_id])
    return found[person_id][0].number


def nobody_is_lost_or_doubled(people: int, register: Register) -> None:
    """Everyone owed has exactly one answer, in state, history and journal."""
    assert count("state IN ('not_sent', 'waiting')") == 0
    assert count("state IN ('right', 'wrong')") == people == register.count.persons
    assert count("before = 'waiting'", "people_verificationchange") == people
    assert count("verb = 'person.verified'", "kernel_journal") == people
    assert count("answered_at IS NULL OR sealed IS NOT NULL", "people_registerbatch") == 0
    assert count("batch IS NOT NULL") == 0


def test_everybody_is_asked_about_once_and_the_answers_are_the_registers(
    people: int, sender: Make, register: Register
) -> None:
    sent = sender().run()
    nobody_is_lost_or_doubled(people, register)
    assert (sent.asked, sent.right + sent.wrong, sent.stale) == (people, people, 0)
    assert 0.6 < sent.right / people < 0.9
    assert register.count.requests == -(-people // 1_000)
    person_id = someone("wrong")
    assert [(found.state, found.cause) for found in queries.history(person_id)] == [
        ("wrong", "answer"), ("waiting", "asked"), ("not_sent", "registered"),
    ]  # fmt: skip
    assert person_id in {item.person_id for item in queries.open_repairs(None, "wrong", limit=500)} or sent.wrong > 500
    assert sender().run().asked == 0


def test_a_register_that_is_full_is_left_alone_as_long_as_it_asks(
    people: int, sender: Make, register: Register, clock: Clock
) -> None:
    register.manner = Manner(rate=100)
    sent = sender().run()
    nobody_is_lost_or_doubled(people, register)
    assert register.count.throttled > 0
    assert sent.failures == 0  # no failure, only a pause
    assert clock.seconds() > people / 100 - 20
    assert register.count.throttled < 60


def test_the_register_is_down_for_a_day(people: int, sender: Make, register: Register, clock: Clock) -> None:
    register.manner = Manner(outages=((0, 86_400),))
    line = sender().line
    assert isinstance(line, Here)
    during = sender()
    during.run(NOW + timedelta(hours=23))
    assert read_breaker().state == OPEN
    assert sum(states().get(state, 0) for state in ("waiting", "not_sent")) == people
    asked_in_vain = register.count.away
    assert 50 < asked_in_vain < 400  # it is tried now and then, not hammered
    sent = sender().run()  # waits for the rest of the day
    nobody_is_lost_or_doubled(people, register)
    assert clock.seconds() >= 86_400
    assert read_breaker().state == "closed"
    assert clock.seconds() < 86_400 + 900
    assert sent.failures < 60


def test_what_was_sent_again_is_the_same_question_word_for_word(people: int, register: Register, clock: Clock) -> None:
    line = Here(register)
    register.manner = Manner(outages=((0, 30),))
    Sender(line, clock=clock).run()
    by_id: dict[UUID, set[bytes]] = {}
    for request_id, request in line.calls:
        by_id.setdefault(request_id, set()).add(request)
    assert len(line.calls) > len(by_id)
    assert all(len(contents) == 1 for contents in by_id.values())
    nobody_is_lost_or_doubled(people, register)


def test_a_sender_that_is_lost_leaves_its_questions_to_the_next(
    people: int, sender: Make, register: Register, clock: Clock
) -> None:
    place = queue.provinces_waiting()[0]
    claimed = queue.claim(place, BEFORE_ALL, 2, client.write, now=clock.now())
    first = claimed.batches[0]
    Here(register).ask(first.id, first.request, len(first.persons))  # asked, and the answer never recorded
    assert queue.lease_due(10, clock.now()) == []  # they are still its own
    sender().run()
    assert register.count.repeated == 1
    nobody_is_lost_or_doubled(people, register)


def test_an_answer_that_comes_twice_changes_nothing(people: int, clock: Clock) -> None:
    [batch, *_] = queue.claim(queue.provinces_waiting()[0], BEFORE_ALL, 1, client.write, now=NOW).batches
    right = [index % 3 > 0 for index in range(len(batch.persons))]
    assert queue.answer(batch, right, NOW)["stale"] == 0
    before = states(), count(table="people_verificationchange"), count("verb = 'person.verified'", "kernel_journal")
    assert queue.answer(batch, [not good for good in right], NOW)["stale"] == len(batch.persons)
    assert before == (
        states(), count(table="people_verificationchange"), count("verb = 'person.verified'", "kernel_journal"),
    )  # fmt: skip


def test_a_wrong_right_is_taken_back_and_the_commune_sees_it(
    people: int, sender: Make, register: Register, clock: Clock
) -> None:
    sender().run()
    rights = states()["right"]
    person_id = someone("right")
    register.opinions.taken_back.add(number_of(person_id))
    clock.at += timedelta(days=200)
    seen: list[str] = []

    def look(_: UUID) -> None:
        seen.append("asked")

    again = sender(again=Again(clock.now() - timedelta(days=180)))
    assert isinstance(again.line, Here)
    again.line.before = look
    sent = again.run()
    assert sent.taken_back == sent.wrong == 1
    assert (sent.asked, states()["right"]) == (rights, rights - 1)
    latest = queries.history(person_id)[0]
    assert (latest.state, latest.cause) == ("wrong", "taken_back")
    residence = queries.state_of([person_id])[person_id].residence_id
    assert residence is not None
    assert queries.repair_counts([residence])[residence]["wrong"] >= 1
    page = queries.open_repairs([residence], "wrong", limit=500)
    assert page[-1].person_id == person_id
    # those confirmed just now are not asked again before their time
    assert sender(again=Again(clock.now() - timedelta(days=180))).run().asked == 0


def test_a_share_of_the_rights_is_asked_again(people: int, sender: Make, clock: Clock) -> None:
    sender().run()
    rights = states()["right"]
    clock.at += timedelta(days=1)
    sent = sender(again=Again(clock.now(), 0.25)).run()
    assert 0.15 * rights < sent.asked < 0.35 * rights
    assert states()["right"] == rights


def test_the_answer_about_a_record_that_changed_meanwhile_does_not_count(
    people: int, register: Register, clock: Clock
) -> None:
    person_id = someone("not_sent")
    line = Here(register)
    batch = queue.claim(queue.provinces_waiting()[0], BEFORE_ALL, 3, client.write, now=NOW)
    mine = next(found for found in batch.batches if person_id in found.persons)
    with hot_cursor() as cursor:
        cursor.execute("UPDATE people_person SET birth_date = '1950-05-05' WHERE id = %s", [person_id])
        note_changes(cursor, [person_id], now=NOW)
    outcome = line.ask(mine.id, mine.request, len(mine.persons))
    assert isinstance(outcome, client.Right)
    assert queue.answer(mine, outcome.right, NOW)["stale"] == 1
    assert queries.state_of([person_id])[person_id].state == "not_sent"


def test_one_the_register_cannot_read_goes_to_the_commune_and_holds_up_nobody(
    people: int, sender: Make, register: Register
) -> None:
    person_id = someone("not_sent")
    with hot_cursor() as cursor:
        cursor.execute("UPDATE people_person SET name = repeat('A', 300) WHERE id = %s", [person_id])
    sender().run()
    assert queries.state_of([person_id])[person_id].state == "malformed_id"
    assert queries.history(person_id)[0].cause == "unreadable"
    assert states().get("waiting", 0) == states().get("not_sent", 0) == 0
    assert count("state IN ('right', 'wrong')") == people - 1
    with hot_cursor() as cursor:
        note_changes(cursor, [person_id], now=NOW)
    assert queries.state_of([person_id])[person_id].state == "malformed_id"  # until its fields change


def test_a_key_that_is_not_accepted_stops_everything_at_once(
    people: int, sender: Make, register: Register, clock: Clock
) -> None:
    register.key = "another"
    sent = sender().run(NOW + timedelta(minutes=5))
    assert 1 <= sent.failures <= 4
    assert "key" in read_breaker().error
    assert sum(states().get(state, 0) for state in ("waiting", "not_sent")) == people


def test_only_so_many_when_so_many_are_wanted(people: int, sender: Make) -> None:
    sent = sender(most=1_000).run()
    assert sent.asked == 1_000 or sent.asked == people
    assert states().get("waiting", 0) == 0


def test_nothing_personal_stands_open_in_the_queue(people: int, clock: Clock) -> None:
    [batch, *_] = queue.claim(queue.provinces_waiting()[0], BEFORE_ALL, 1, client.write, now=NOW).batches
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM people_registerbatch WHERE id = %s", [batch.id])
        sealed = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT string_agg(body::text, '') FROM kernel_journal WHERE verb LIKE 'register.%%'")
        journal: Any = cursor.fetchone()[0]
    number = number_of(batch.persons[0]).encode()
    assert number in batch.request
    assert number not in sealed
    assert number.decode() not in journal
    assert str(batch.persons[0]).encode() not in batch.request  # nor does the register learn our ids
    assert rules.WAITING in states()
