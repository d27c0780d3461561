"""Whom a command means: by our id, by a number, by the card that was shown."""

from __future__ import annotations

from typing import Any

import pytest

from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.people.facts import CardIn, IdentifierIn, PersonRef
from lachan.people.models import Person
from lachan.people.operations import resolve_in

from .conftest import DESK, NOW, Register

CITIZEN = "079180012345"
CARD = f"{CITIZEN}|024123456|Nguyễn Văn An|17051980|Nam|Bến Nghé, Quận 1, TP. Hồ Chí Minh|01012021"

pytestmark = pytest.mark.django_db


def resolve(*refs: PersonRef) -> list[Any]:
    with hot_cursor() as cursor:
        return resolve_in(cursor, refs, actor_id=DESK.id, now=NOW, today=NOW.date())


def test_every_way_of_naming_leads_to_the_same_person_in_the_order_asked(register: Register) -> None:
    person = register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN, old_id="024123456")
    card = CardIn(name="Nguyễn Văn An", sex="M", birth_date="1980-05-17", citizen_id=CITIZEN)
    answers = resolve(
        PersonRef(scan=CARD), PersonRef(id=person), PersonRef(card=card), PersonRef(scan=CITIZEN),
        PersonRef(identifier=IdentifierIn("old_id", "024 123 456")),
    )  # fmt: skip
    assert [answer.person.id for answer in answers] == [person] * 5


def test_who_is_unknown_is_said_for_each_and_does_not_stop_the_others(register: Register) -> None:
    person = register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN)
    answers = resolve(
        PersonRef(id=new_id()), PersonRef(identifier=IdentifierIn("citizen_id", "079180099999")),
        PersonRef(identifier=IdentifierIn("citizen_id", "12")), PersonRef(scan="???"), PersonRef(id=person),
    )  # fmt: skip
    assert [answer.reason for answer in answers] == [
        "person_unknown", "person_unknown", "identifier_malformed", "card_unreadable", None,
    ]  # fmt: skip
    assert answers[-1].person.id == person


def test_a_card_nobody_is_known_by_registers_its_holder(reference: None) -> None:
    [answer] = resolve(PersonRef(scan=CARD))
    assert answer.created
    stored = Person.objects.get(id=answer.person.id)
    assert (stored.name, stored.sex, str(stored.birth_date), stored.status) == (
        "Nguyễn Văn An",
        "M",
        "1980-05-17",
        "known",
    )


def test_a_number_two_people_hold_names_nobody(register: Register) -> None:
    register("Nguyễn Văn An", "1980-05-17", old_id="024123456")
    register("Lê Thị Hoa", "1975-01-02", "F", old_id="024123456")
    [answer] = resolve(PersonRef(identifier=IdentifierIn("old_id", "024123456")))
    assert answer.reason == "person_unknown"


def test_one_card_twice_in_a_batch_is_one_person(reference: None) -> None:
    first, second = resolve(PersonRef(scan=CARD), PersonRef(scan=CARD))
    assert first.person.id == second.person.id
    assert Person.objects.count() == 1


def test_a_reference_names_its_person_in_exactly_one_way() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        PersonRef(id=new_id(), scan=CARD)
    with pytest.raises(ValueError, match="exactly one"):
        PersonRef()
