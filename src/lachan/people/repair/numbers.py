"""What may be wrong with a number, against sex and birth date: a citizen id says both (Circular 59/2021/TT-BCA)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from lachan.people import identifiers
from lachan.people.identifiers import CitizenIdFacts, citizen_id_facts
from lachan.people.matching.record import GUARDIAN_YEARS
from lachan.people.repair.facts import CITIZEN_ID, OLD_ID, Confidence, Held, Proposal
from lachan.people.repair.lexicon import sex_of

# Letters a hand or a scanner takes for digits.
_LETTERS: Final = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "|": "1", "Z": "2",
                                 "S": "5", "B": "8"})  # fmt: skip
_SEPARATORS: Final = re.compile(r"[\s.\-\u00a0\u202f\u2010\u2011/()'\"`,;:_]+")


class Said(NamedTuple):
    """What a number says beside what the record says; None where the record does not say."""

    sex: bool | None
    year: bool | None

    @property
    def agrees(self) -> bool:
        return self.sex is not False and self.year is not False

    @property
    def confirms(self) -> bool:
        return self.sex is True and self.year is True


def said(facts: CitizenIdFacts, held: Held) -> Said:
    return Said(
        facts.sex == held.sex if held.sex in ("M", "F") else None,
        facts.birth_year == int(held.born[:4]) if held.born else None,
    )


def propose(held: Held) -> list[Proposal]:
    """Proposals for every number of the record that is malformed or contradicts it, at most two a number."""
    found: list[Proposal] = []
    for value in held.values(CITIZEN_ID):
        found += _malformed(value, held) if not identifiers.check(CITIZEN_ID, value).ok else _contradicting(value, held)
    for value in held.values(OLD_ID):
        if not identifiers.check(OLD_ID, value).ok:
            found += _old(value)
    return found


def _malformed(value: str, held: Held) -> list[Proposal]:
    bare = _SEPARATORS.sub("", value)
    digits = bare.translate(_LETTERS)
    for text, reason in ((bare, "id_spaces"), (digits, "id_letters")):
        if text != value and identifiers.check(CITIZEN_ID, text).ok:
            return [_confirmed(value, text, reason, held)]
    lost = identifiers.check(CITIZEN_ID, digits)
    if lost.reason == "leading_zero_lost" and identifiers.check(CITIZEN_ID, lost.normal).ok:
        return [_confirmed(value, lost.normal, "id_leading_zero", held)]
    if moved := _of_another_system(value, digits):
        return [moved]
    fitting = sorted({guess for guess in _one_digit_repaired(digits) if _fits(guess, held)})
    if len(fitting) == 1:
        return [_number(value, fitting[0], "id_digits_repaired", "likely")]
    return [Proposal("number", value, None, "id_unreadable", "ask", {"digits": len(digits)}, system=CITIZEN_ID)]


def _confirmed(value: str, after: str, reason: str, held: Held) -> Proposal:
    """A matter of writing; safe in bulk where the number then says the sex and the year of birth of the record."""
    facts = citizen_id_facts(after)
    confirms = facts is not None and said(facts, held).confirms
    return _number(value, after, reason, "sure" if confirms else "likely")._replace(safe=confirms)


def _of_another_system(value: str, digits: str) -> Proposal | None:
    """A number written into the field of the citizen id that is of another kind by its form."""
    if identifiers.check(OLD_ID, digits).ok:
        return Proposal("number", value, digits, "id_is_old_id", "sure", safe=True, system=CITIZEN_ID, to_system=OLD_ID)
    if identifiers.check("phone", digits).ok:
        return Proposal("number", value, "", "id_is_phone", "likely", system=CITIZEN_ID)
    insurance = identifiers.check("health_insurance", value)
    if insurance.ok and len(insurance.normal) == 15:
        after = insurance.normal
        return Proposal(
            "number", value, after, "id_is_insurance", "likely", system=CITIZEN_ID, to_system="health_insurance"
        )
    return None


def _one_digit_repaired(digits: str) -> Iterator[str]:
    """Twelve digits that one slip away from these: two neighbours exchanged, or a digit typed twice."""
    if not digits.isdigit():
        return
    if len(digits) == 12:
        yield from _exchanged(digits)
    elif len(digits) == 13:
        for i in range(12):
            if digits[i] == digits[i + 1]:
                yield digits[:i] + digits[i + 1 :]


def _exchanged(digits: str) -> Iterator[str]:
    for i in range(len(digits) - 1):
        if digits[i] != digits[i + 1]:
            yield digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]


def _fits(number: str, held: Held) -> bool:
    """Confirmed by sex and year, and of a province: a guess never makes somebody born abroad."""
    facts = citizen_id_facts(number)
    return facts is not None and number.startswith("0") and said(facts, held).confirms


def _contradicting(value: str, held: Held) -> list[Proposal]:
    facts = citizen_id_facts(value)
    if facts is None or said(facts, held).agrees:
        return []
    heard = said(facts, held)
    exchanged = sorted({guess for guess in _exchanged(value) if _fits(guess, held)})
    if heard.sex is False and heard.year is not False:
        return [_sex(held, facts, value, exchanged)]
    if len(exchanged) == 1:  # two neighbours exchanged explain everything: a slip of the hand that copied the number
        others = _year(held, facts) if heard.sex is not False else []
        return [_number(value, exchanged[0], "id_digits_repaired", "likely"), *others]
    year = int(held.born[:4]) if held.born else facts.birth_year
    if year - facts.birth_year >= GUARDIAN_YEARS:
        return [_number(value, "", "id_of_guardian", "likely", {"years": year - facts.birth_year})]
    found = _year(held, facts) if heard.sex is not False else []
    if (mended := _year_digit(value, held)) is not None:
        found.append(_number(value, mended, "id_year_digit", "ask"))
    return found or [Proposal("number", value, None, "id_contradicts", "ask", _what_it_says(facts), system=CITIZEN_ID)]


def _sex(held: Held, facts: CitizenIdFacts, value: str, exchanged: list[str]) -> Proposal:
    """Number and year agree, the sex does not: the box ticked wrongly, unless the name speaks against it."""
    by_name = sex_of(held.name)
    params = _what_it_says(facts)
    if by_name == held.sex:
        if len(exchanged) == 1:
            return _number(value, exchanged[0], "id_digits_repaired", "ask")
        mended = value[:3] + str(int(value[3]) ^ 1) + value[4:]
        return _number(value, mended, "id_sex_digit", "ask", params)
    confidence: Confidence = "likely" if by_name == facts.sex else "ask"
    return Proposal("sex", held.sex, facts.sex, "sex_by_id", confidence, params)


def _year(held: Held, facts: CitizenIdFacts) -> list[Proposal]:
    """Number and sex agree, the year does not: one digit of the year typed wrongly, in the record more often."""
    written, meant = int(held.born[:4]), facts.birth_year
    slip = sum(x != y for x, y in zip(held.born[:4], str(meant), strict=True)) == 1 or abs(written - meant) in (1, 10)
    exchanged = sorted(str(written)[2:]) == sorted(str(meant)[2:])
    after = str(meant) + held.born[4:]
    if (slip or exchanged) and _is_day(after):
        return [Proposal("birth_date", held.born, after, "year_by_id", "ask", {"year": meant})]
    return []


def _is_day(written: str) -> bool:
    """29 February of the wrong year is no day of the right one."""
    return written[4:] != "-02-29" or (int(written[:4]) % 4 == 0)


def _year_digit(value: str, held: Held) -> str | None:
    """The number with the year of the record, where one digit explains it."""
    if not held.born or held.sex not in ("M", "F"):
        return None
    year = int(held.born[:4])
    code = f"{2 * (year // 100 - 19) + (held.sex == 'F')}{year % 100:02}"
    slips = sum(x != y for x, y in zip(value[3:6], code, strict=True))
    return value[:3] + code + value[6:] if slips == 1 else None


def _what_it_says(facts: CitizenIdFacts) -> dict[str, str | int]:
    return {"year": facts.birth_year, "sex": facts.sex}


def _old(value: str) -> list[Proposal]:
    digits = _SEPARATORS.sub("", value).translate(_LETTERS)
    checked = identifiers.check(OLD_ID, digits)
    if checked.ok:
        reason = "id_spaces"
    elif checked.reason == "leading_zero_lost" and identifiers.check(OLD_ID, checked.normal).ok:
        reason = "id_leading_zero"
    elif identifiers.check(CITIZEN_ID, digits).ok:
        return [Proposal("number", value, digits, "id_is_citizen_id", "likely", system=OLD_ID, to_system=CITIZEN_ID)]
    else:
        return [Proposal("number", value, None, "id_unreadable", "ask", {"digits": len(digits)}, system=OLD_ID)]
    return [Proposal("number", value, checked.normal, reason, "sure", safe=True, system=OLD_ID, to_system=OLD_ID)]


def _number(
    before: str, after: str, reason: str, confidence: Confidence, params: Mapping[str, str | int] | None = None
) -> Proposal:
    return Proposal(
        "number", before, after, reason, confidence, params or {}, system=CITIZEN_ID,
        to_system=CITIZEN_ID if after else "",
    )  # fmt: skip
