"""A chunk of invented people in columns: as they are (what their cards say), and as the records have them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lachan.people.names import search_form
from lachan.synth import faults, households, numbers, tables, work
from lachan.synth.faults import Fault
from lachan.synth.numbers import Ints, Words
from lachan.synth.plan import AS_OF, CHUNK, Plan

DAYS_A_YEAR = 365.2425
EPOCH = np.datetime64("1970-01-01")
AS_OF_DAYS = int((np.datetime64(AS_OF) - EPOCH).astype(np.int64))


class Truth(NamedTuple):
    """People as they are, one column a property; places point into the chunk."""

    plan: Plan
    first: int  # number of the first person in the population
    upper: Words  # halves of the person id
    lower: Words
    age: NDArray[np.float64]
    born: Ints  # days since 1970
    male: NDArray[np.bool_]
    name: list[str]
    folded: list[str]
    place: Ints  # position in tables.places
    birth_province: Ints
    household: Ints
    father: Ints
    mother: Ints
    twin_of: Ints  # place of the person this is a second record of; -1
    citizen_id: list[str]  # on the card; empty without one
    old_id: list[str]
    insurance: list[str]
    phone: list[str]
    occupation: Ints
    fault: Ints
    bits: Words  # dice for what a record makes of it


class Records(NamedTuple):
    """The same people as the records have them. Numbers are (system, value, trusted)."""

    name: list[str]
    folded: list[str]
    born: Ints
    precision: list[str]
    numbers: list[list[tuple[str, str, bool]]]


def generate(plan: Plan, chunk: int) -> Truth:
    """The people of one chunk; the same plan and chunk, the same people."""
    rng = np.random.default_rng([plan.seed, int(plan.province or 0), chunk])
    lower_age, sexes, age_steps = tables.ages()
    cell = np.searchsorted(age_steps, rng.random(CHUNK), "right")
    age = lower_age[cell] + rng.random(CHUNK) * 5
    male = np.array([sex == "M" for sex in sexes])[cell]
    homes = households.form(rng, age, male)
    age, male = age[homes.order], male[homes.order]
    twin_of = _second_records(rng, age, homes.single)
    source = np.where(twin_of >= 0, twin_of, np.arange(CHUNK))
    age, male = age[source], male[source]
    household = np.where(twin_of >= 0, homes.household.max() + 1 + np.arange(CHUNK), homes.household)

    places = tables.places(plan.province)
    by_home = np.searchsorted(places.steps, rng.random(int(household.max()) + 1), "right")
    place = by_home[household][source]
    father = homes.father
    mother = homes.mother
    name, folded = _names(rng, male, places.region[place], father, source)
    index = chunk * CHUNK + np.arange(CHUNK)
    bits = numbers.mix(index, plan.salt + 101)
    born = AS_OF_DAYS - np.ceil(age * DAYS_A_YEAR).astype(np.int64)
    fault = np.where(twin_of >= 0, Fault.DUPLICATE, faults.draw(rng, age))
    moved = rng.random(CHUNK) < 0.12
    birth_province = np.where(
        moved, np.searchsorted(places.province_steps, rng.random(CHUNK), "right"), places.province[place]
    )[source]
    upper, lower = numbers.ids(index, plan.salt)
    return Truth(
        plan=plan,
        first=chunk * CHUNK,
        upper=upper,
        lower=lower,
        age=age,
        born=born,
        male=male,
        name=name,
        folded=folded,
        place=place,
        birth_province=birth_province,
        household=household,
        father=father,
        mother=mother,
        twin_of=twin_of,
        citizen_id=_citizen_ids(plan, chunk, birth_province, male, born, age, fault, bits, source),
        old_id=_old_ids(plan, index[source], age),
        insurance=_insurances(plan, index[source], age, places.province[place]),
        phone=_phones(plan, index, age, household, source, bits),
        occupation=work.draw(rng, age)[source],
        fault=fault,
        bits=bits,
    )


def _second_records(rng: np.random.Generator, age: NDArray[np.float64], single: NDArray[np.bool_]) -> Ints:
    """For the records that are somebody's second one, whose; taken from the people nobody is the child of."""
    twin_of = np.full(CHUNK, -1)
    spare = rng.permutation(np.flatnonzero(single))[: round(faults.DUPLICATES * CHUNK)]
    holders = np.setdiff1d(np.flatnonzero(age >= faults.HOLDER_AGE), spare)
    if len(holders):
        twin_of[spare] = rng.choice(holders, len(spare), replace=len(spare) > len(holders))
    return twin_of


def _names(
    rng: np.random.Generator, male: NDArray[np.bool_], region: Ints, father: Ints, source: Ints
) -> tuple[list[str], list[str]]:
    """Full names and their search forms; children have their father's surname."""
    table = tables.names()
    dice = rng.random(CHUNK)
    surname = np.zeros(CHUNK, dtype=np.int64)
    for number, steps in enumerate(table.surname_steps):
        surname = np.where(region == number, np.searchsorted(steps, dice, "right"), surname)
    heir = np.where(father >= 0, father, np.arange(CHUNK))
    surname, region = surname[heir][source], region[heir][source]
    tail = np.zeros(CHUNK, dtype=np.int64)
    for sex, members in (("M", male), ("F", ~male)):
        drawn = np.searchsorted(table.joint_steps[sex], rng.random(CHUNK), "right")
        tail = np.where(members, drawn, tail)
    tails = [
        table.tail("M" if is_male else "F", code)
        for is_male, code in zip(male.tolist(), tail[source].tolist(), strict=True)
    ]
    keys = list(zip(region.tolist(), surname.tolist(), tails, strict=True))
    names = [f"{table.surnames[place][number]} {rest}" for place, number, rest in keys]
    return names, [f"{table.surnames_folded[place][number]} {search_form(rest)}" for place, number, rest in keys]


def _citizen_ids(
    plan: Plan, chunk: int, province: Ints, male: NDArray[np.bool_], born: Ints, age: NDArray[np.float64],
    fault: Ints, bits: Words, source: Ints,
) -> list[str]:  # fmt: skip
    """12-digit numbers by Decree 137/2015: province of birth, century and sex, year, six digits never given twice.

    Holders are those of 14 and older (but half of those recorded without a number really have none) and a few children.
    """
    year = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    century = 2 * ((year - 1900) // 100) + ~male
    cell = (province * 10 + century) * 100 + year % 100
    owner = source == np.arange(CHUNK)
    rank = numbers.rank_within(np.where(owner, cell, -1 - np.arange(CHUNK)))
    shift = (numbers.mix(cell, plan.salt + 7) % np.uint64(1_000_000)).astype(np.int64)
    serial = ((chunk * plan.slots + rank) * 7_736_627 + shift) % 1_000_000
    holds = (age >= faults.HOLDER_AGE) | (bits % np.uint64(20) == 0)
    holds &= ~((fault == Fault.NO_ID) & (bits % np.uint64(2) == 0))
    holds &= rank < plan.slots
    codes = tables.places(plan.province).province_codes
    rows = zip(
        holds[source].tolist(), province.tolist(), century.tolist(), year.tolist(), serial[source].tolist(), strict=True
    )
    return [
        f"0{codes[place]}{digit}{y % 100:02d}{number:06d}" if held else "" for held, place, digit, y, number in rows
    ]


def _old_ids(plan: Plan, index: Ints, age: NDArray[np.float64]) -> list[str]:
    values = numbers.permuted(index, 1_000_000_000, plan.salt).tolist()
    return [f"{value:09d}" if adult else "" for value, adult in zip(values, (age >= 19).tolist(), strict=True)]


def _insurances(plan: Plan, index: Ints, age: NDArray[np.float64], province: Ints) -> list[str]:
    """15-character health-insurance numbers: TE1 children, HS4 pupils, HT2 pensioners, DN4 employees, GD4 families."""
    codes = tables.places(plan.province).province_codes
    values = numbers.permuted(index, 10_000_000_000, plan.salt + 3).tolist()
    kinds = np.select([age < 6, age < 20, age >= 60, index % 2 == 0], ["TE1", "HS4", "HT2", "DN4"], "GD4").tolist()
    rows = zip(kinds, province.tolist(), values, strict=True)
    return [f"{kind}{codes[place]}{value:010d}" for kind, place, value in rows]


def _phones(plan: Plan, index: Ints, age: NDArray[np.float64], household: Ints, source: Ints, bits: Words) -> list[str]:
    """Mobile numbers: most adults have their own, children and many of the old are reached by the head's."""
    dice = (bits >> np.uint64(8)) % np.uint64(100)
    own = (age >= 16) & (dice < np.where(age < 65, 93, 55))
    _, first = np.unique(household, return_index=True)
    head = first[np.searchsorted(household[first], household)]
    holder = np.where(own, np.arange(CHUNK), np.where((dice < 90) & own[head], head, -1))
    # a second record often carries the same telephone
    holder = np.where((source != np.arange(CHUNK)) & (dice < 60), holder[source], holder)
    prefixes = tables.phone_prefixes()
    values = numbers.permuted(index, len(prefixes) * 10_000_000, plan.salt + 5)[holder]
    rows = zip((holder >= 0).tolist(), values.tolist(), strict=True)
    return [f"{prefixes[value // 10_000_000]}{value % 10_000_000:07d}" if held else "" for held, value in rows]


def records(truth: Truth) -> Records:
    """What the records have of these people, faults and all."""
    fault, bits = truth.fault, truth.bits
    twin = fault == Fault.DUPLICATE
    year_only = (fault == Fault.YEAR_ONLY) | (twin & (bits % np.uint64(5) < 2))
    new_year = truth.born.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    born = np.where(year_only | (fault == Fault.FIRST_JANUARY), new_year, truth.born)
    slipped = (fault == Fault.BIRTH_SLIP) | (twin & (bits % np.uint64(5) == 2))
    born = np.where(slipped, np.minimum(faults.slipped_birth(truth.born, bits), AS_OF_DAYS), born)
    name, folded = list(truth.name), list(truth.folded)
    for position in np.flatnonzero((fault == Fault.NAME_SLIP) | (twin & (bits % np.uint64(5) >= 3))):
        name[position] = faults.slipped_name(name[position], int(bits[position] >> np.uint64(20)))
        folded[position] = search_form(name[position])
    return Records(name, folded, born, np.where(year_only, "Y", "D").tolist(), _numbers(truth))


def _numbers(truth: Truth) -> list[list[tuple[str, str, bool]]]:
    """The numbers in each record: the citizen id for most, what was at hand for the rest."""
    found = []
    rows = zip(
        truth.fault.tolist(), truth.bits.tolist(), truth.citizen_id, truth.old_id, truth.insurance,
        (truth.age < faults.HOLDER_AGE).tolist(), strict=True,
    )  # fmt: skip
    for fault, bits, citizen, old, insurance, child in rows:
        dice = bits >> 16
        held: list[tuple[str, str, bool]] = []
        if fault in (Fault.OLD_ID, Fault.DUPLICATE):
            if old and (fault == Fault.OLD_ID or dice % 2):
                held.append(("old_id", old, False))
        elif fault == Fault.MALFORMED_ID and citizen:
            held.append(("citizen_id", faults.malformed_id(citizen, dice), False))
        elif fault != Fault.NO_ID and citizen:
            held.append(("citizen_id", citizen, True))
            if old and dice % 100 < 8:
                held.append(("old_id", old, False))
        if fault not in (Fault.DUPLICATE, Fault.NO_ID, Fault.MALFORMED_ID) and dice % 100 >= (70 if child else 95):
            held.append(("health_insurance", insurance, True))
        found.append(held)
    return found
