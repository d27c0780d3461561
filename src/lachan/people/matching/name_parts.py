"""The rules for registries with separate name parts (the style of the American immunization registries).

Such records carry many weak facts. A merge needs the names and the birth date exactly, and one fact more than
contradicts; whatever is damaged goes to a person. Sources of the caution: the label policy of MIIS-F2, where the same
person with a changed first name, birth date or hyphenated family name is "possible", never "match".
"""

from enum import IntEnum
from typing import Final

import msgspec

from lachan.people.identifiers import one_slip_apart
from lachan.people.matching import dates
from lachan.people.matching.dates import Dates
from lachan.people.matching.decision import Decision, Verdict, decided
from lachan.people.matching.record import Parts, Record
from lachan.people.matching.spelling import one_letter_apart, slips_apart


class Part(IntEnum):
    """Agreement of one name part: EQUAL, NEAR (a slip, a half of a double name, a part standing elsewhere), APART."""

    EQUAL = 0
    NEAR = 1
    APART = 2


class Evidence(msgspec.Struct, frozen=True):
    """`support` and `against` weigh the facts beside names and date; `bars` names what forbids a merge."""

    given: Part
    family: Part
    dates: Dates
    sex: bool | None
    support: float
    against: float
    id_agrees: bool
    middle_agrees: bool
    street_agrees: bool
    bars: tuple[str, ...]
    facts: tuple[str, ...]


# Weight when equal, weight when both say something else. Families share street, phone, guardian and maiden name, so
# these prove little against a namesake; people move and change numbers, so a difference proves less still.
_WEIGHTS: Final = {
    "ssn": (2.0, 0.0),  # a difference bars the merge, see _bars
    "medicaid": (2.0, 0.0),
    "street": (1.0, 0.3),
    "phone": (1.0, 0.2),
    "guardian": (1.0, 0.5),
    "mother": (0.8, 0.6),
    "middle": (0.6, 1.0),
    "second_family": (0.2, 1.0),
}


# One agreeing fact, with at most a changed phone against it. A guardian's name at another street is not enough.
_ONE_FACT: Final = 0.79


def decide(a: Record, b: Record) -> Decision:
    """The verdict for two records with name parts; symmetric."""
    evidence = compare(a, b)
    verdict, reason = judge(evidence)
    names = {Part.EQUAL: 2.5, Part.NEAR: 0.5, Part.APART: -3.0}
    date = {Dates.FULL: 2.5, Dates.DIFFER: -3.0, Dates.UNKNOWN: 0.0}.get(evidence.dates, 0.5)
    weight = names[evidence.given] + names[evidence.family] + date + evidence.support - evidence.against
    return decided(verdict, weight - 2 * len(evidence.bars), (reason, *evidence.bars, *evidence.facts))


def judge(e: Evidence) -> tuple[Verdict, str]:
    """The rules in order."""
    if e.dates in (Dates.DIFFER, Dates.UNKNOWN):
        whole = e.given is Part.EQUAL and e.family is Part.EQUAL and e.support - e.against >= 1
        return ("possible", "dates_differ") if whole and e.sex is not False else ("no", "dates_differ")
    if e.given is Part.APART:
        return _given_name_apart(e)
    if e.family is Part.APART:
        kept = e.given is Part.EQUAL and e.dates is Dates.FULL and e.support - e.against >= 1.5
        return ("possible", "family_name_changed") if kept else ("no", "names_differ")
    damaged = (e.given is not Part.EQUAL) + (e.family is not Part.EQUAL) + (e.dates is not Dates.FULL)
    if damaged == 0:
        if e.bars:
            return "possible", "barred"
        if e.support - e.against >= _ONE_FACT:
            return "match", "names_date_and_more"
        return "possible", "namesake_with_birth_date"
    if damaged == 1 or e.support > e.against:
        return "possible", "one_part_damaged"
    return "no", "names_and_date_damaged"


def _given_name_apart(e: Evidence) -> tuple[Verdict, str]:
    """Brothers, sisters and twins share all but the given name: only a number, or the middle name, says otherwise."""
    if e.family is Part.APART or e.dates is not Dates.FULL or "twins" in e.bars:
        return "no", "names_differ"
    if (e.id_agrees or (e.middle_agrees and e.street_agrees)) and e.against < 1 and e.sex is not False:
        return "possible", "given_name_changed"
    return "no", "names_differ"


def compare(a: Record, b: Record) -> Evidence:
    """All comparisons; symmetric. Both records must have parts."""
    p, q = a.parts, b.parts
    if p is None or q is None:
        raise ValueError("both records need name parts")
    compared = {
        "ssn": _number(p.ssn, q.ssn),
        "medicaid": _number(p.medicaid, q.medicaid),
        "street": _street(p, q),
        "phone": _both(a.phone, b.phone),
        "guardian": _guardian(p, q),
        "mother": _both(p.mother_maiden, q.mother_maiden),
        "middle": _middle(p, q),
        "second_family": _both(p.second_family, q.second_family),
    }
    support = against = 0.0
    for fact, agrees in compared.items():
        if agrees is True:
            support += _WEIGHTS[fact][0]
        elif agrees is False:
            against += _WEIGHTS[fact][1]
    sex = a.sex == b.sex if a.sex and b.sex else None
    given, family = _given(p, q), _family(p, q)
    if p.given and q.given and p.given == q.family and q.given == p.family and p.given != q.given:
        given = family = Part.NEAR  # written into each other's place
    return Evidence(
        given=given,
        family=family,
        dates=_dates(a, b),
        sex=sex,
        support=support,
        against=against,
        id_agrees=compared["ssn"] is True or compared["medicaid"] is True,
        middle_agrees=compared["middle"] is True,
        street_agrees=compared["street"] is True,
        bars=_bars(p, q, sex, compared),
        facts=tuple(f"{fact}:{'same' if ok else 'other'}" for fact, ok in compared.items() if ok is not None),
    )


def _bars(p: Parts, q: Parts, sex: bool | None, compared: dict[str, bool | None]) -> tuple[str, ...]:
    """What forbids a merge whatever agrees; a person decides then."""
    bars = []
    if sex is False:
        bars.append("sexes_differ")
    if p.suffix and q.suffix and p.suffix != q.suffix:
        bars.append("father_and_son")
    if p.birth_order and q.birth_order and p.birth_order != q.birth_order and (p.twin or q.twin):
        bars.append("twins")
    if compared["middle"] is False:
        bars.append("middle_names_differ")
    # Even where the other number agrees: one of the two is then somebody else's, and a person has to say whose.
    if compared["ssn"] is False or compared["medicaid"] is False:
        bars.append("ids_differ")
    return tuple(bars)


def _dates(a: Record, b: Record) -> Dates:
    """As everywhere, and the month written twice (06-06 for 06-28), which forms with month first invite."""
    found = dates.compare(a.born, b.born)
    if found is Dates.DIFFER and a.born and b.born and (a.born.year, a.born.month) == (b.born.year, b.born.month):
        return Dates.SLIP if a.born.day == a.born.month or b.born.day == b.born.month else found
    return found


def _both(x: str, y: str) -> bool | None:
    return x == y if x and y else None


def _street(p: Parts, q: Parts) -> bool | None:
    """A street misspelt is the same street where the zip code is the same but for one digit."""
    if not p.street or not q.street:
        return None
    same_zip = p.zip != "" and (p.zip == q.zip or one_letter_apart(p.zip, q.zip))
    return p.street == q.street or (same_zip and slips_apart(p.street, q.street, 2))


def _number(x: str, y: str) -> bool | None:
    """A number one slip away, a lost figure included, neither proves nor contradicts."""
    if not x or not y or one_slip_apart(x, y) or one_letter_apart(x, y):
        return None
    return x == y


def _middle(p: Parts, q: Parts) -> bool | None:
    """An initial fits every name it begins, and proves nothing."""
    x, y = p.middle, q.middle
    if not x or not y:
        return None
    if len(x) == 1 or len(y) == 1:
        return None if x[0] == y[0] else False
    return None if x != y and _slip(x, y) else x == y


def _guardian(p: Parts, q: Parts) -> bool | None:
    """The given name tells parents apart; a family name beside it only confirms, for it is mostly the child's own."""
    given, family = _both(p.guardian_given, q.guardian_given), _both(p.guardian_family, q.guardian_family)
    if given is None:
        return family or None
    return given and family is not False


def _given(p: Parts, q: Parts) -> Part:
    if p.given == q.given:
        return Part.EQUAL if p.given else Part.APART
    if not p.given or not q.given:
        # One side lost its given name; the middle name may stand in its place.
        other = (p.middle, p.alias, q.middle, q.alias)
        return Part.NEAR if (p.given or q.given) in other else Part.APART
    if p.given in (q.middle, q.alias) or q.given in (p.middle, p.alias) or _slip(p.given, q.given):
        return Part.NEAR
    return Part.APART


def _family(p: Parts, q: Parts) -> Part:
    if p.family == q.family:
        return Part.EQUAL
    if p.family_words & q.family_words or _slip(p.family, q.family):
        return Part.NEAR
    return Part.APART


def _slip(x: str, y: str) -> bool:
    """One letter apart, two in a long name, or a short form of at least three letters (Dan, Daniel)."""
    short, long = sorted((x, y), key=len)
    if len(short) >= 3 and long.startswith(short):
        return True
    return slips_apart(x, y, 2) if len(short) >= 8 else len(long) > 2 and one_letter_apart(x, y)
