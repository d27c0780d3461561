"""The rules for Vietnamese records. Each returns the verdict with the reason a clerk would give."""

from enum import IntEnum
from typing import Final

import msgspec

from lachan.people.identifiers import one_slip_apart
from lachan.people.matching import dates, person_names
from lachan.people.matching.communes import same_commune
from lachan.people.matching.dates import Dates
from lachan.people.matching.decision import Decision, Verdict, decided
from lachan.people.matching.person_names import Names
from lachan.people.matching.record import Record


class Ids(IntEnum):
    """What the trusted numbers say together.

    EQUAL   one number is the same on both sides and none of its kind differs
    SLIP    one digit apart, or two neighbours exchanged
    SILENT  nothing to compare (also a 12-digit number against an old one)
    MIXED   one number is the same, another differs
    NOT_OWN two citizen ids differ, but one of them is an adult's number on a child's record
    OLD_DIFFER two old numbers differ and nothing newer is there to compare
    DIFFER  two citizen ids or two insurance numbers differ
    """

    EQUAL = 0
    SLIP = 1
    SILENT = 2
    MIXED = 3
    NOT_OWN = 4
    OLD_DIFFER = 5
    DIFFER = 6


class Evidence(msgspec.Struct, frozen=True):
    """Every comparison of one pair. True: agree; False: contradict; None: one side is silent."""

    names: Names
    dates: Dates
    ids: Ids
    phone: bool | None
    commune: bool | None
    mother: bool | None
    sex: bool | None

    @property
    def support(self) -> int:
        """How many of phone, commune and mother agree."""
        return (self.phone is True) + (self.commune is True) + (self.mother is True)


# Weights only order pairs inside a verdict; the verdict comes from the rules. Roughly bits of evidence / 2.
_NAME_WEIGHT: Final = {
    Names.SAME: 3.0, Names.UNMARKED: 2.6, Names.TONE: 2.2, Names.MOVED: 2.0, Names.DROPPED: 1.8, Names.DAMAGED: 1.0,
    Names.ALIKE: 0.5, Names.DIFFER: -4.0,
}  # fmt: skip
_DATE_WEIGHT: Final = {
    Dates.FULL: 3.0, Dates.YEAR: 1.0, Dates.SWAPPED: 1.0, Dates.SLIP: 0.8, Dates.DIFFER: -4.0, Dates.UNKNOWN: 0.0,
}  # fmt: skip
_ID_WEIGHT: Final = {
    Ids.EQUAL: 4.0,
    Ids.SLIP: 2.0,
    Ids.SILENT: 0.0,
    Ids.MIXED: 0.0,
    Ids.NOT_OWN: -0.5,
    Ids.OLD_DIFFER: -1.5,
    Ids.DIFFER: -4.0,
}


def compare(a: Record, b: Record) -> Evidence:
    """All comparisons; symmetric."""
    return Evidence(
        names=person_names.compare(a.name, b.name),
        dates=dates.compare(a.born, b.born),
        ids=_ids(a, b),
        phone=a.phone == b.phone if a.phone and b.phone else None,
        commune=same_commune(a.place, b.place),
        mother=_mother(a, b),
        sex=a.sex == b.sex if a.sex and b.sex else None,
    )


def decide(a: Record, b: Record) -> Decision:
    """The verdict for two records; symmetric."""
    evidence = compare(a, b)
    verdict, reason = judge(evidence)
    return decided(verdict, weight(evidence), (reason, *_facts(evidence)))


def judge(e: Evidence) -> tuple[Verdict, str]:
    """The rules in order of strength. Never a match where two trusted ids differ by more than a slip."""
    if e.names is Names.DIFFER or e.dates in (Dates.DIFFER, Dates.UNKNOWN):
        return _name_or_date_apart(e)
    match e.ids:
        case Ids.EQUAL:
            return "match", "same_id"
        case Ids.DIFFER:
            # Two children of one mother with one name and one birth date do not exist; a wrong number does.
            one_child = e.mother and e.names < Names.ALIKE
            return ("possible", "ids_differ_but_one_mother") if one_child else ("no", "ids_differ")
        case Ids.MIXED:
            return "possible", "one_id_agrees_one_differs"
        case Ids.NOT_OWN:
            return ("no", "mothers_differ") if e.mother is False else ("possible", "id_of_a_guardian")
        case Ids.OLD_DIFFER:
            # Old numbers were issued anew by each province, so two of them may be one person's; a person decides.
            return "possible", "old_ids_differ"
        case Ids.SLIP:
            verdict: Verdict = "match" if e.support >= _needed_with_slip(e) else "possible"
            return verdict, "id_one_slip_apart"
        case Ids.SILENT:
            return _without_ids(e)


def _needed_with_slip(e: Evidence) -> int:
    """How many further facts a number one slip away needs; four (more than there are) with name and date both weak."""
    damaged, weak = e.names >= Names.DAMAGED, e.dates is not Dates.FULL
    if damaged and weak:
        return 4
    return 2 if damaged or e.dates in (Dates.SWAPPED, Dates.SLIP) else 1


def _name_or_date_apart(e: Evidence) -> tuple[Verdict, str]:
    """Names or dates differ: two people, unless a trusted number, or the whole household and the name, object."""
    if e.names is Names.DIFFER:
        if e.ids in (Ids.EQUAL, Ids.MIXED) and e.dates is Dates.FULL:
            return "possible", "same_id_other_name"
        return "no", "names_differ"
    if e.ids in (Ids.EQUAL, Ids.MIXED):
        return "possible", "same_id_other_date"
    if e.dates is Dates.UNKNOWN:
        return ("possible", "no_birth_date") if e.ids < Ids.MIXED and e.support else ("no", "no_birth_date")
    if e.ids < Ids.MIXED and e.names < Names.MOVED and e.phone and e.support >= 2:
        return "possible", "household_and_name"
    return "no", "dates_differ"


def _without_ids(e: Evidence) -> tuple[Verdict, str]:
    """No number to compare. A namesake with the same birth date is another person until something else agrees.

    A commune is shared by ten thousand people, so it does not outweigh a phone that contradicts; another mother means
    another child whatever else agrees.
    """
    if e.mother is False:
        return "possible", "mothers_differ"
    if e.names is Names.ALIKE:
        return "possible", "names_alike"
    damaged = e.names is Names.DAMAGED
    if e.dates is Dates.FULL and not damaged:
        if e.support >= 2 or (e.support == 1 and (e.phone is not False or e.mother)):
            return "match", "name_date_and_more"
        return "possible", "namesake_with_birth_date"
    if e.support >= 2 and not (damaged and e.dates is not Dates.FULL):
        return "match", "name_date_and_two_more"
    if not e.support and e.dates is not Dates.YEAR and e.phone is False:
        return "no", "namesake"
    return "possible", "name_and_weak_date"


def _ids(a: Record, b: Record) -> Ids:
    """All trusted numbers together: one that contradicts outweighs one that agrees."""
    citizen = _number(a.citizen_id, b.citizen_id)
    if citizen <= Ids.SLIP and not (a.own_id and b.own_id):
        citizen = Ids.SILENT  # a guardian's number: brothers and sisters have it alike
    found = [citizen, _number(a.insurance, b.insurance)]
    if a.old_ids and b.old_ids and citizen is not Ids.EQUAL:
        # Old numbers changed with the province of issue: beside an equal citizen id a second one says nothing.
        found.append(min(_number(x, y) for x in a.old_ids for y in b.old_ids))
    if a.passport and a.passport == b.passport:  # a renewed passport has another number: only equality speaks
        found.append(Ids.EQUAL)
    if Ids.DIFFER in found:
        if Ids.EQUAL in found:
            return Ids.MIXED
        if Ids.DIFFER not in found[:2]:
            return Ids.OLD_DIFFER
        # An adult's number on a child's record proves nothing, for or against.
        borrowed = citizen is Ids.DIFFER and found.count(Ids.DIFFER) == 1 and not (a.own_id and b.own_id)
        return Ids.NOT_OWN if borrowed else Ids.DIFFER
    return min(found)


def _number(x: str, y: str) -> Ids:
    if not x or not y:
        return Ids.SILENT
    if x == y:
        return Ids.EQUAL
    return Ids.SLIP if one_slip_apart(x, y) else Ids.DIFFER


def _mother(a: Record, b: Record) -> bool | None:
    if a.mother is None or b.mother is None:
        return None
    return person_names.compare(a.mother, b.mother) is not Names.DIFFER


def weight(e: Evidence) -> float:
    """Evidence for minus against; it orders pairs inside one verdict and never changes the verdict."""
    sides = {True: 1.0, False: -0.7, None: 0.0}
    total = _NAME_WEIGHT[e.names] + _DATE_WEIGHT[e.dates] + _ID_WEIGHT[e.ids]
    return total + sides[e.phone] + sides[e.commune] + 1.3 * sides[e.mother] + 0.3 * sides[e.sex]


def _facts(e: Evidence) -> tuple[str, ...]:
    """What agrees and what contradicts, as codes: `name:unmarked`, `phone:same`, `commune:other` …"""
    facts = [f"name:{e.names.name.lower()}", f"date:{e.dates.name.lower()}", f"id:{e.ids.name.lower()}"]
    for label, agrees in (("phone", e.phone), ("commune", e.commune), ("mother", e.mother), ("sex", e.sex)):
        if agrees is not None:
            facts.append(f"{label}:{'same' if agrees else 'other'}")
    return tuple(facts)
