"""People as lists show them: name, age, place on both maps, masked number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.immunization.rules.bands import age_on
from lachan.immunization.sentences import sentence
from lachan.kernel.outcomes import Outcome
from lachan.people.facts import PersonFacts
from lachan.people.queries import IdentifierFacts, identifiers_of
from lachan.places import queries as places

# The number by which people are known at a desk comes first.
_ORDER = ("citizen_id", "old_id", "health_insurance", "passport", "provisional")
MOST_FORMER = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A person in a list."""

    person: PersonFacts
    residence: str
    identifier: str
    age: str
    note: str = ""
    marks: tuple[str, ...] = ()
    decision: str = ""


def rows(persons: Sequence[PersonFacts], notes: dict[UUID, str] | None = None) -> list[Row]:
    """People ready to be shown; one query for their numbers."""
    numbers = identifiers_of([person.id for person in persons]) if persons else {}
    return [row(person, numbers.get(person.id, []), note=(notes or {}).get(person.id, "")) for person in persons]


def row(person: PersonFacts, numbers: Sequence[IdentifierFacts], **more: Any) -> Row:
    return Row(person, address(person.residence_id), first_number(numbers), age(person), **more)


def first_number(numbers: Sequence[IdentifierFacts]) -> str:
    """The masked number a person is best known by; empty when there is none."""
    ordered = sorted(numbers, key=lambda number: _ORDER.index(number.system) if number.system in _ORDER else 9)
    return ordered[0].masked if ordered else ""


def address(area_id: int | None) -> str:
    return places.address(area_id) if area_id else ""


def other_map(area_id: int | None, today: date) -> str:
    """What the commune is called now when it has been merged, or what it was made of; empty when it is as it was."""
    area = places.area(area_id) if area_id else None
    if area is None:
        return ""
    if not area.valid(today):
        placement = places.commune_mapping(today).get(area.id)
        now = places.address(placement.commune_id or placement.province_id) if placement else ""
        return _("now %(place)s") % {"place": now} if now else ""
    before = places.predecessors([area.id], date(2025, 6, 30)).get(area.id, ())
    former = [found.full_name for found in places.areas([item.area_id for item in before[:MOST_FORMER]])]
    if not former or former == [area.full_name]:
        return ""
    more = len(before) - len(former)
    return _("formerly %(places)s") % {"places": ", ".join(former) + (f" +{more}" if more > 0 else "")}


def age(person: PersonFacts, on: date | None = None) -> str:
    """Years, months for infants, a range where only the year of birth is known; empty without a birth date."""
    if person.birth_date is None:
        return ""
    on = on or timezone.localdate()
    years = age_on(person.birth_date, person.birth_precision, on)
    if years.least != years.most:
        return _("%(least)s–%(most)s years") % {"least": max(years.least, 0), "most": years.most}
    if years.most < 2:
        months = max((on.year - person.birth_date.year) * 12 + on.month - person.birth_date.month, 0)
        return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
    return ngettext("%(count)s year", "%(count)s years", years.most) % {"count": years.most}


def why(outcome: Outcome) -> list[str]:
    """Every reason of a refused or held command in words; the first is the deciding one."""
    params = outcome.params or {}
    if findings := params.get("all"):
        return [sentence(finding["code"], finding["params"]) for finding in findings]
    return [sentence(outcome.reason or "", params)]


def open_questions(outcome: Outcome) -> list[str]:
    """Codes that someone with the authority may answer for; empty when one of the reasons cannot be answered."""
    findings = (outcome.params or {}).get("all", [])
    if any(finding["severity"] != "question" for finding in findings):
        return []
    return [finding["code"] for finding in findings]


def replace_marks(row: Row, marks: tuple[str, ...]) -> Row:
    """The same row with the fields that differ marked."""
    return replace(row, marks=marks)
