"""What other records we hold say about this one: the same person with a number, a number of the household."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lachan.people import identifiers
from lachan.people.identifiers import citizen_id_facts
from lachan.people.matching import dates, person_names
from lachan.people.matching.dates import Dates, birth_date
from lachan.people.matching.person_names import Names, name_of
from lachan.people.repair.facts import CITIZEN_ID, Held, Other, Proposal
from lachan.people.repair.numbers import said

_MISWRITTEN: Final = {Names.UNMARKED, Names.TONE, Names.MOVED, Names.DAMAGED}


def propose(held: Held, others: Sequence[Other]) -> list[Proposal]:
    """Merging first: it mends everything at once. Never between two different trusted citizen ids."""
    found: list[Proposal] = []
    mine = {value for value in held.values(CITIZEN_ID) if identifiers.check(CITIZEN_ID, value).ok}
    for other in others:
        theirs = {value for value in other.held.values(CITIZEN_ID) if identifiers.check(CITIZEN_ID, value).ok}
        if other.verdict != "no" and theirs and not (mine and theirs.isdisjoint(mine)):
            found.append(_same_person(held, other, theirs))
        elif other.verdict == "no" and mine & theirs:
            found.append(_number_of(held, other, min(mine & theirs)))
        elif other.verdict == "match" and other.standing:
            found += _as_it_stands(held, other.held)
    return found


def _same_person(held: Held, other: Other, theirs: set[str]) -> Proposal:
    facts = citizen_id_facts(min(theirs))
    certain = other.verdict == "match" and facts is not None and said(facts, held).agrees
    reason = "merge_with_number" if certain else "compare_with_number"
    return Proposal(
        "person", held.name, other.held.name, reason, "likely" if certain else "ask",
        {"born": "/".join(reversed(other.held.born.split("-")))}, other=other.id,
    )  # fmt: skip


def _number_of(held: Held, other: Other, number: str) -> Proposal:
    """Two people with one number: it ends where it does not fit."""
    facts = citizen_id_facts(number)
    fits_here = facts is not None and said(facts, held).confirms
    fits_there = facts is not None and said(facts, other.held).confirms
    if fits_there and not fits_here:
        reason = "id_of_household" if other.household else "id_of_other"
        return Proposal("number", number, "", reason, "likely", {"name": other.held.name}, system=CITIZEN_ID,
                        other=other.id)  # fmt: skip
    return Proposal("number", number, None, "id_of_other", "ask", {"name": other.held.name}, system=CITIZEN_ID,
                    other=other.id)  # fmt: skip


def _as_it_stands(held: Held, right: Held) -> list[Proposal]:
    """The register found the other record right: what differs here by a slip is written as it is there."""
    found = []
    names = person_names.compare(one, two) if (one := name_of(held.name)) and (two := name_of(right.name)) else None
    if names in _MISWRITTEN and names is not None:
        found.append(Proposal("name", held.name, right.name, "name_as_other", "likely", safe=names is Names.UNMARKED))
    born = dates.compare(birth_date(held.born), birth_date(right.born))
    if born in (Dates.SWAPPED, Dates.SLIP, Dates.YEAR) and len(right.born) == 10 and held.born != right.born:
        reason = "birth_swapped" if born is Dates.SWAPPED else "birth_as_other"
        found.append(Proposal("birth_date", held.born, right.born, reason, "likely"))
    return found
