"""Where people stand with the population register, from registration through every change of the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.kernel import events
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import blind
from lachan.people.facts import VERIFICATION_CHANGED, CardIn, PersonRef
from lachan.people.operations import resolve_in
from lachan.people.verification import notes, queries, rules
from lachan.people.verification.rules import Held
from lachan.places import queries as places
from tests.people.conftest import DESK, NOW, Register

pytestmark = [pytest.mark.django_db]

CITIZEN, OLD = "079185001234", "023456789"


def state(person_id: UUID) -> str:
    return queries.state_of([person_id])[person_id].state


def walk_in(**more: Any) -> UUID:
    card = CardIn(name="Trần Thị Bình", sex="F", birth_date="1985-03-02", commune_code="26740", **more)
    with hot_cursor() as cursor:
        [found] = resolve_in(cursor, [PersonRef(card=card)], actor_id=DESK.id, now=NOW, today=NOW.date())
    assert found.person is not None
    return found.person.id


def change(statement: str, *parameters: Any) -> None:
    with hot_cursor() as cursor:
        cursor.execute(statement, parameters)


def note(*ids: UUID, minutes: int = 1) -> None:
    with hot_cursor() as cursor:
        notes.note_changes(cursor, ids, now=NOW + timedelta(minutes=minutes))


def answered(person_id: UUID, answer: str) -> None:
    """As after an answer of the register about the record as it is."""
    with hot_cursor() as cursor:
        ground = notes.grounds_of(cursor, [person_id], NOW.date())[person_id]
        cursor.execute(
            "UPDATE people_verification SET state = %s, answer = %s, fingerprint = %s, step = step + 1, batch = NULL"
            " WHERE person_id = %s",
            [answer, answer, ground.fingerprint, person_id],
        )


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"citizen_id": CITIZEN}, "not_sent"),
        ({"old_id": OLD}, "not_sent"),
        ({}, "no_id"),
        ({"health_insurance": "DN4790123456789"}, "no_id"),  # not one of the four fields
        ({"citizen_id": CITIZEN, "nationality": "LA"}, "exempt"),
        ({"born": "2015-05-01"}, "exempt"),
        ({"born": "2015-05-01", "citizen_id": "079215001234"}, "not_sent"),
        ({"born": "2007-10-16"}, "no_id"),  # fourteen today
        ({"born": "2007-10-17"}, "exempt"),  # tomorrow
    ],
)
def test_first_state(register: Register, sent: dict[str, Any], expected: str) -> None:
    person_id = register("Trần Thị Bình", sent.pop("born", "1985-03-02"), "F", **sent)
    row = queries.state_of([person_id])[person_id]
    commune = places.area_at("26740", 3, NOW.date())
    assert commune is not None
    assert (row.state, row.residence_id, row.province_id) == (expected, commune.id, commune.province_id)
    assert [(found.state, found.cause) for found in queries.history(person_id)] == [(expected, "registered")]


@pytest.mark.parametrize("number", [{"citizen_id": "79185001234"}, {"old_id": "12345678"}, {"old_id": "KHÔNG CÓ"}])
def test_a_malformed_number_of_a_walk_in_is_kept_for_the_commune(reference: None, number: dict[str, str]) -> None:
    person_id = walk_in(**number)
    assert state(person_id) == "malformed_id"
    [system] = number
    with hot_cursor() as cursor:
        held = notes.numbers_of(cursor, [person_id])[person_id]
    assert Held(system, True, blind(system, number[system])) in held


def test_one_statement_for_those_registered_and_none_for_those_known(
    register: Register, reference: None, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    inserted = notes._insert

    def counted(cursor: Any, rows: Any, now: Any) -> None:
        calls.append(len(rows))
        inserted(cursor, rows, now)

    monkeypatch.setattr(notes, "_insert", counted)
    walk_in(citizen_id=CITIZEN)
    walk_in(citizen_id=CITIZEN)
    assert calls == [1]


def test_a_better_number_that_comes_later_is_asked_about(register: Register) -> None:
    person_id = register("Trần Thị Bình", "1985-03-02", "F", old_id=OLD)
    answered(person_id, "wrong")
    assert walk_in(old_id=OLD, citizen_id=CITIZEN) == person_id
    assert state(person_id) == "not_sent"
    assert [found.state for found in queries.history(person_id)] == ["not_sent", "wrong"]


def test_what_the_register_said_ends_with_the_fields_it_was_said_of(register: Register) -> None:
    person_id = register("Trần Thị Bình", "1985-03-02", "F", citizen_id=CITIZEN)
    answered(person_id, "right")
    note(person_id)
    assert state(person_id) == "right"  # nothing changed
    change("UPDATE people_person SET occupation = 'Giáo viên', residence_id = NULL WHERE id = %s", person_id)
    note(person_id)
    assert (state(person_id), queries.state_of([person_id])[person_id].province_id) == ("right", 0)
    change("UPDATE people_person SET birth_date = '1985-03-12' WHERE id = %s", person_id)
    note(person_id, minutes=2)
    assert state(person_id) == "not_sent"
    change("UPDATE people_person SET birth_date = '1985-03-02' WHERE id = %s", person_id)
    note(person_id, minutes=3)
    assert state(person_id) == "right"  # as it was, so the answer holds
    assert [(c.state, c.cause) for c in queries.history(person_id)] == [
        ("right", "data"), ("not_sent", "data"), ("right", "registered"),
    ]  # fmt: skip


def test_a_merged_record_owes_nothing_and_comes_back_as_it_was(register: Register) -> None:
    stays = register("Trần Thị Bình", "1985-03-02", "F", citizen_id=CITIZEN)
    goes = register("Trần Thị Bình", "1985-03-03", "F", old_id=OLD)
    answered(goes, "wrong")
    change("UPDATE people_person SET merged_into = %s WHERE id = %s", stays, goes)
    note(stays, goes)
    assert (state(stays), state(goes)) == ("not_sent", "exempt")
    change("UPDATE people_person SET merged_into = NULL WHERE id = %s", goes)
    note(stays, goes, minutes=2)
    assert (state(stays), state(goes)) == ("not_sent", "wrong")


def test_a_change_while_the_question_is_under_way_leaves_it_behind(register: Register) -> None:
    person_id = register("Trần Thị Bình", "1985-03-02", "F", citizen_id=CITIZEN)
    answered(person_id, "wrong")
    asked = "UPDATE people_verification SET state = 'waiting', answer = NULL, batch = %s WHERE person_id = %s"
    change(asked, new_id(), person_id)
    note(person_id)
    row = queries.state_of([person_id])[person_id]
    assert row.state == "waiting"
    assert row.batch is not None
    change("UPDATE people_person SET name = 'Trần Thị Bích' WHERE id = %s", person_id)
    note(person_id)
    row = queries.state_of([person_id])[person_id]
    assert (row.state, row.batch) == ("not_sent", None)


def test_other_rooms_hear_of_every_change_in_the_transaction(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(events._handlers, VERIFICATION_CHANGED, [lambda cursor, facts: heard.extend(facts)])
    person_id = register("Trần Thị Bình", "1985-03-02", "F")
    change("UPDATE people_person SET nationality = 'KH' WHERE id = %s", person_id)
    note(person_id)
    assert [(fact.person_id, fact.before, fact.after) for fact in heard] == [
        (person_id, None, "no_id"), (person_id, "no_id", "exempt"),
    ]  # fmt: skip


def _many(count: int, group: str, residences: Iterable[int]) -> list[UUID]:
    """Open items a second apart, spread over communes."""
    communes = list(residences)
    ids = [new_id() for _ in range(count)]
    for index, person_id in enumerate(ids):
        commune = communes[index % len(communes)]
        change(
            "INSERT INTO people_verification (person_id, state, step, residence_id, province_id, since, attempts)"
            " VALUES (%s, %s, 0, %s, %s, %s, 0)",
            person_id, group, commune, notes.province_of(commune), NOW + timedelta(seconds=index // 2),
        )  # fmt: skip
    return ids


def test_pages_of_the_repair_list_meet_without_gap_or_overlap(reference: None) -> None:
    quarter = [area.id for area in places.communes(_province("79"), date(2021, 11, 1))][:7]
    mine = _many(60, "wrong", quarter)
    _many(9, "wrong", [area.id for area in places.communes(_province("01"), date(2021, 11, 1))][:3])
    _many(5, "no_id", quarter)
    for areas in (None, places.areas_under(_province("79")), quarter):
        pages: list[UUID] = []
        after = None
        while page := queries.open_repairs(areas, "wrong", after, limit=13):
            pages += [item.person_id for item in page]
            after = page[-1].since, page[-1].person_id
        assert len(pages) == len(set(pages)) == (69 if areas is None else 60)
        assert [person for person in pages if person in set(mine)] == sorted(
            mine, key=lambda person: (mine.index(person) // 2, person)
        )
    counts = queries.repair_counts(quarter)
    assert sum(groups["wrong"] for groups in counts.values()) == 60
    assert sum(groups.get("no_id", 0) for groups in counts.values()) == 5
    with pytest.raises(ValueError, match="no group"):
        queries.open_repairs(None, "right")


def _province(code: str) -> int:
    found = places.area_at(code, 1, date(2021, 11, 1))
    assert found is not None
    return found.id


def test_the_register_is_asked_by_the_citizen_id_before_the_old_one() -> None:
    numbers = [Held("old_id", False, b"a"), Held("citizen_id", True, b"b"), Held("passport", False, b"c")]
    assert rules.number_asked(numbers) == numbers[0]
    assert rules.number_asked([*numbers, Held("citizen_id", False, b"d")]) == Held("citizen_id", False, b"d")
    assert rules.number_asked(numbers[1:]) is None
