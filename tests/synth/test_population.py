"""The invented population has the shares it promises. Two chunks, no database."""

from __future__ import annotations

import datetime
from collections import Counter
from functools import cache

import numpy as np
import pytest

from lachan.people import identifiers
from lachan.people.cards import Card, parse_card
from lachan.people.names import search_form
from lachan.synth import people, tables
from lachan.synth.cards import people_for
from lachan.synth.faults import DUPLICATES, SHARES, Fault
from lachan.synth.numbers import permuted, rank_within
from lachan.synth.plan import AS_OF, CHUNK, Plan

pytestmark = pytest.mark.slow
PLAN = Plan(seed=7)


@cache
def chunk(number: int = 0, plan: Plan = PLAN) -> tuple[people.Truth, people.Records]:
    truth = people.generate(plan, number)
    return truth, people.records(truth)


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    first, again = people.generate(PLAN, 3), people.generate(PLAN, 3)
    assert first.name == again.name
    assert first.citizen_id == again.citizen_id
    assert first.lower.tolist() == again.lower.tolist()
    assert people.records(first).name == people.records(again).name
    assert people.generate(Plan(seed=8), 3).name != first.name


def test_person_ids_are_time_ordered_and_of_version_7():
    persons = people_for(PLAN, range(0, 3 * CHUNK, 997))
    assert {person.id.version for person in persons} == {7}
    assert [person.id for person in persons] == sorted(person.id for person in persons)


def test_two_random_people_share_a_full_name_as_often_as_in_the_country():
    """1.3e-5 to 2e-5 (measured on 40,496 names; the upper with national surname shares)."""
    table = tables.names()
    surname = np.mean([np.sum(np.diff(steps, prepend=0) ** 2) for steps in table.surname_steps])
    chances = {}
    for sex in "MF":
        shares = np.diff(table.joint_steps[sex], prepend=0)
        chances[sex] = {table.tail(sex, code): share for code, share in enumerate(shares) if share > 0}
    same = sum(share**2 for sex in "MF" for share in chances[sex].values()) / 4
    across = sum(share * chances["F"].get(name, 0) for name, share in chances["M"].items()) / 2
    assert 1.3e-5 <= surname * (same + across) <= 2e-5


def test_frequent_names_keep_their_rank():
    truth, _ = chunk()
    surnames = Counter(name.split()[0] for name in truth.name)
    assert [name for name, _ in surnames.most_common(3)] == ["Nguyễn", "Trần", "Lê"]
    assert 0.28 <= surnames["Nguyễn"] / CHUNK <= 0.36
    women = Counter(name.split()[1] for name, male in zip(truth.name, truth.male, strict=True) if not male)
    assert women.most_common(1)[0][0] == "Thị"


def test_search_forms_are_those_of_the_people_room():
    truth, records = chunk()
    assert all(search_form(name) == folded for name, folded in zip(truth.name, truth.folded, strict=True))
    assert all(search_form(name) == folded for name, folded in zip(records.name, records.folded, strict=True))


def test_ages_and_sexes_follow_the_pyramid():
    truth, _ = chunk()
    lower, sexes, steps = tables.ages()
    shares = np.diff(steps, prepend=0)
    women = sum(share for share, sex in zip(shares, sexes, strict=True) if sex == "F")
    assert abs(float(np.mean(~truth.male)) - women) < 0.02
    children = sum(share for share, age in zip(shares, lower, strict=True) if age < 15)
    assert abs(float(np.mean(truth.age < 15)) - children) < 0.02


def test_birth_dates_lie_before_the_day_of_the_map():
    truth, records = chunk()
    last = (AS_OF - datetime.date(1970, 1, 1)).days
    assert truth.born.max() <= last
    assert records.born.max() <= last


def test_provinces_in_proportion_to_their_people():
    truth, _ = chunk()
    places = tables.places()
    home = Counter(places.province_codes[place] for place in places.province[truth.place].tolist())
    assert len(home) == 63
    assert home.most_common(1)[0][0] == "79"  # Hồ Chí Minh City, 9.2 of 98.5 million
    assert 0.07 <= home["79"] / CHUNK <= 0.115


def test_one_province_only():
    truth, _ = chunk(0, Plan(seed=1, province="48"))
    places = tables.places("48")
    assert {places.province_codes[place] for place in places.province[truth.place].tolist()} == {"48"}
    with pytest.raises(KeyError):
        tables.places("99")


def test_faults_have_the_shares_of_2022():
    truth, _ = chunk()
    holders = (truth.age >= 14) & (truth.fault != Fault.DUPLICATE)
    found = Counter(truth.fault[holders].tolist())
    for fault, share in SHARES.items():
        assert abs(found[fault] / holders.sum() - share) < 0.01, fault.name
    assert Counter(truth.fault.tolist())[Fault.DUPLICATE] == round(DUPLICATES * CHUNK)


def test_trusted_numbers_are_well_formed_and_say_what_the_card_says():
    for person in people_for(PLAN, range(CHUNK)):
        for system, value, trusted in person.recorded_numbers:
            assert identifiers.check(system, value).ok == (person.fault != Fault.MALFORMED_ID or system != "citizen_id")
            assert not trusted or identifiers.check(system, value).normal == value
        if person.citizen_id:
            facts = identifiers.citizen_id_facts(person.citizen_id)
            assert facts is not None
            assert (facts.sex, facts.birth_year) == (person.sex, person.born.year)
        if person.phone:
            assert identifiers.check("phone", person.phone).normal == person.phone


def test_no_number_is_given_twice():
    numbers = Counter(
        (system, value)
        for part in range(2)
        for held in chunk(part)[1].numbers
        for system, value, trusted in held
        if trusted
    )
    assert max(numbers.values()) == 1


def test_most_children_have_no_citizen_id():
    truth, _ = chunk()
    held = [bool(number) for number, age in zip(truth.citizen_id, truth.age, strict=True) if age < 14]
    assert 0.02 <= sum(held) / len(held) <= 0.1


def test_children_have_their_fathers_surname_and_a_mother_of_an_age_to_be_one():
    truth, _ = chunk()
    at_home = np.flatnonzero((truth.mother >= 0) & (truth.fault != Fault.DUPLICATE))
    assert len(at_home) > CHUNK * 0.2
    same = [truth.name[child].split()[0] == truth.name[truth.father[child]].split()[0] for child in at_home]
    assert all(same)
    gap = truth.age[truth.mother[at_home]] - truth.age[at_home]
    assert np.mean((gap > 15) & (gap < 50)) > 0.98
    assert (truth.mother[at_home] < at_home).all()  # a chunk cut anywhere keeps the parents of the children in it


def test_telephones_are_shared_in_families_and_many_people_have_none():
    truth, _ = chunk()
    sharing = Counter(phone for phone in truth.phone if phone)
    assert 0.1 < sum(count > 1 for count in sharing.values()) / len(sharing) < 0.5
    assert 0.03 < sum(not phone for phone in truth.phone) / CHUNK < 0.2


def test_a_second_record_is_of_the_same_person_and_shares_no_trusted_number():
    persons = people_for(PLAN, range(CHUNK))
    seconds = [person for person in persons if person.fault == Fault.DUPLICATE]
    assert seconds
    for person in seconds:
        assert person.twin_of is not None
        first = persons[person.twin_of]
        assert (person.name, person.born, person.commune_id) == (first.name, first.born, first.commune_id)
        recorded = {number for number in person.recorded_numbers if number[2]}
        assert not recorded & set(first.recorded_numbers)


def test_the_scan_of_a_card_is_read_back_as_the_person():
    for person in people_for(PLAN, range(0, CHUNK, 37)):
        if person.citizen_id:
            card = parse_card(person.scan())
            assert isinstance(card, Card)
            assert (card.citizen_id, card.full_name, card.birth_date, card.sex) == (
                person.citizen_id, person.name, person.born, person.sex,
            )  # fmt: skip


def test_a_slip_in_the_record_is_one_digit_off_the_card():
    slipped = [person for person in people_for(PLAN, range(CHUNK)) if person.fault == Fault.ID_SLIP]
    assert slipped
    for person in slipped:
        recorded = next(value for system, value, _ in person.recorded_numbers if system == "citizen_id")
        assert identifiers.one_slip_apart(recorded, person.citizen_id)


def test_permutations_never_repeat():
    assert len(set(permuted(np.arange(100_000), 100_000, 5).tolist())) == 100_000
    assert rank_within(np.array([3, 1, 3, 3, 1])).tolist() == [0, 0, 1, 2, 1]
