"""Two records as the comparison shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.immunization import queries
from lachan.immunization.queries.person import DoseRow, PersonHistory, person_history
from lachan.people.facts import PersonFacts
from lachan.people.matching import UnusableRecordError, decide, from_dict
from lachan.people.merging.proposal import Proposal, Standing, proposed
from lachan.people.profile import Profile, profile
from lachan.people.records import records_of
from lachan.people.search import differences
from lachan.web.parts.duplicates import words as evidence_words
from lachan.web.parts.people import present, words
from lachan.web.parts.people.story import where

PROPOSED: Final[dict[str, Promise]] = {
    "known": _("proposed: it is known, the other is provisional"),
    "trusted_number": _("proposed: it has a number that belongs to one person only"),
    "older": _("proposed: it is the older of the two"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    profile: Profile
    history: PersonHistory
    row: present.Row

    @property
    def person(self) -> PersonFacts:
        return self.profile.person

    @property
    def numbers(self) -> list[tuple[str | Promise, str]]:
        return [(words.SYSTEMS.get(number.system, number.system), number.masked) for number in self.profile.numbers]


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the comparison; ``differs`` is what the eye must find."""

    label: str | Promise
    values: tuple[str | Promise, str | Promise]
    differs: bool


@dataclass(frozen=True, slots=True)
class DoseLine:
    """A day on which one or both have a dose. ``kind``: one, twice (same product) or against (two products)."""

    day: date
    doses: tuple[DoseRow | None, DoseRow | None]
    products: tuple[str, str]
    places: tuple[str, str]
    kind: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything on the screen."""

    sides: tuple[Side, Side]
    fields: list[Field]
    doses: list[DoseLine]
    reason: str
    facts: list[tuple[str, Promise]]
    codes: tuple[str, ...]
    verdict: str
    proposal: Proposal
    ending: list[str | Promise]

    @property
    def why(self) -> Promise:
        return PROPOSED[self.proposal.why]

    @property
    def against(self) -> bool:
        return any(line.kind == "against" for line in self.doses)


def compared(one: PersonFacts, other: PersonFacts) -> Compared:
    """Both records, the matcher's evidence and the doses side by side. About two dozen queries."""
    sides = _side(one.id), _side(other.id)
    records = records_of([one, other])
    try:
        decision = decide(from_dict(records[one.id]), from_dict(records[other.id]))
        verdict, codes = decision.decision, decision.reasons
    except UnusableRecordError:
        verdict, codes = "possible", ()
    marks = differences(records[other.id], records[one.id])
    trusted = [{number.system for number in side.profile.numbers if number.trusted} for side in sides]
    first, second = (
        Standing(side.person.id, side.person.status == "known", bool(systems), side.profile.created_at)
        for side, systems in zip(sides, trusted, strict=True)
    )
    return Compared(
        sides, _fields(sides, marks), _doses(sides), _why(codes), evidence_words.facts(codes),
        tuple(codes), verdict, proposed(first, second),
        [words.SYSTEMS.get(system, system) for system in sorted(trusted[0] & trusted[1])],
    )  # fmt: skip


def _why(codes: Sequence[str]) -> str:
    """The deciding reason in words; of two people the facts beside it say enough."""
    return evidence_words.reason(codes) if codes and codes[0] in evidence_words.REASONS else ""


def _side(person_id: UUID) -> Side:
    found = profile(person_id)
    if found is None:
        raise Http404
    [row] = present.rows([found.person])
    return Side(found, person_history(person_id), row)


def _fields(sides: tuple[Side, Side], marks: Sequence[str]) -> list[Field]:
    def field(label: str | Promise, mark: str, one: str | Promise, other: str | Promise) -> Field:
        return Field(label, (one, other), mark in marks if mark else bool(one and other) and str(one) != str(other))

    sexes = dict(words.SEXES)
    one, other = sides
    born = [words.shown_date(_written(side.person)) for side in sides]
    contacts = [", ".join(contact.masked for contact in side.profile.contacts) for side in sides]
    guardians = [", ".join(guardian.name for guardian in side.profile.guardians) for side in sides]
    return [
        field(_("Name"), "name", one.person.name, other.person.name),
        field(_("Born"), "birth", born[0], born[1]),
        field(_("Sex"), "sex", sexes.get(one.person.sex, ""), sexes.get(other.person.sex, "")),
        field(_("Lives in"), "residence", one.row.residence, other.row.residence),
        field(_("Telephone, e-mail"), "", contacts[0], contacts[1]),
        field(_("Guardian"), "", guardians[0], guardians[1]),
        field(_("Occupation"), "", one.profile.occupation, other.profile.occupation),
    ]


def _written(person: PersonFacts) -> str:
    if person.birth_date is None:
        return ""
    return person.birth_date.isoformat()[: {"Y": 4, "M": 7, "D": 10}[person.birth_precision]]


def _doses(sides: tuple[Side, Side]) -> list[DoseLine]:
    catalogue = queries.catalogue()
    days: dict[date, list[DoseRow | None]] = {}
    for place, side in enumerate(sides):
        for dose in side.history.doses:
            if dose.status == "active":
                days.setdefault(dose.given_on, [None, None])[place] = dose
    lines = []
    for day in sorted(days):
        one, other = days[day]
        kind = "one" if one is None or other is None else "twice" if one.product_id == other.product_id else "against"
        names = [catalogue.name(dose.product_id) if dose else "" for dose in (one, other)]
        at = [where(dose) if dose else "" for dose in (one, other)]
        lines.append(DoseLine(day, (one, other), (names[0], names[1]), (at[0], at[1]), kind))
    return lines
