"""A person as sent, made ready to be stored: every field checked, every secret sealed. No database."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from lachan.kernel.ids import new_id
from lachan.kernel.sealing import blind, seal
from lachan.people import identifiers
from lachan.people.cards import Card
from lachan.people.facts import CardIn, ContactIn, GuardianIn, IdentifierIn, PersonIn
from lachan.people.names import display_form, search_form
from lachan.people.queries import CONTACT_CONTEXT, GUARDIAN_CONTEXT, IDENTIFIER_CONTEXT

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
OLDEST = date(1890, 1, 1)
MOST_NUMBERS = 8  # identifiers, contacts and guardians a person may be sent with
LONGEST_NAME = 200
# Systems in which one number belongs to one person. The 9-digit number was issued twice in places.
UNIQUE_SYSTEMS = frozenset({"citizen_id", "passport", "health_insurance"})
SYSTEMS = frozenset({*UNIQUE_SYSTEMS, "old_id", "provisional"})


class Fault(NamedTuple):
    """Why a person cannot be stored as sent: reason code, the field, and what fills the sentence."""

    reason: str
    params: dict[str, Any]


class SealedNumber(NamedTuple):
    """An identifier ready to be stored."""

    system: str
    value: str
    blind: bytes
    trusted: bool
    malformed: bool = False  # kept as it was sent, for the commune to mend


class Intake(NamedTuple):
    """A person ready to be looked for and, if new, stored."""

    wanted_id: UUID | None
    name: str
    search_name: str
    sex: str
    born: date
    precision: str
    residence_code: str
    sent: PersonIn
    numbers: tuple[SealedNumber, ...]
    phones: tuple[tuple[str, str], ...]
    strict: bool  # someone is at a keyboard and can mend what is wrong

    @property
    def born_range(self) -> tuple[date, date]:
        """First and last day the birth date may mean."""
        if self.precision == "Y":
            return date(self.born.year, 1, 1), date(self.born.year, 12, 31)
        if self.precision == "M":
            last = calendar.monthrange(self.born.year, self.born.month)[1]
            return self.born, self.born.replace(day=last)
        return self.born, self.born

    @property
    def dob(self) -> str:
        """The birth date as written, to its precision."""
        return self.born.isoformat()[: {"Y": 4, "M": 7, "D": 10}[self.precision]]


def parse_birth(text: str) -> tuple[date, str] | None:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` as (first possible day, precision); None when it is none of them."""
    try:
        if len(text) == 4 and text.isdigit():
            return date(int(text), 1, 1), "Y"
        if len(text) == 7:
            return date.fromisoformat(f"{text}-01"), "M"
        return date.fromisoformat(text) if len(text) == 10 else None, "D"  # type: ignore[return-value]
    except ValueError:
        return None


def prepare(sent: PersonIn, today: date, *, strict: bool) -> Intake | Fault:
    """Check a person as sent.

    ``strict`` (someone is at a keyboard and can mend it): a malformed number is a fault. Otherwise (a walk-in whose
    dose is already given): the number is kept untrusted, for the commune's repair list.
    """
    name = display_form(sent.name)
    if not search_form(name) or len(name) > LONGEST_NAME:
        return Fault("name_malformed", {"field": "name"})
    if sent.sex not in ("M", "F", "U"):
        return Fault("sex_unknown", {"field": "sex"})
    birth = parse_birth(sent.birth_date)
    if birth is None or birth[0] is None or not OLDEST <= birth[0] <= today:
        return Fault("birth_date_malformed", {"field": "birth_date"})
    if max(len(sent.identifiers), len(sent.contacts), len(sent.guardians)) > MOST_NUMBERS:
        return Fault("too_many_numbers", {"field": "identifiers", "most": MOST_NUMBERS})
    numbers = []
    for entry in sent.identifiers:
        number = sealed_number(entry, strict=strict)
        if isinstance(number, Fault):
            return number
        numbers.append(number)
    phones = []
    for contact in sent.contacts:
        normal = normal_contact(contact)
        if normal:
            phones.append((contact.kind, normal))
        elif strict:
            return Fault("contact_malformed", {"field": "contacts"})
    return Intake(
        sent.person_id, name, search_form(name), sent.sex, birth[0], birth[1], sent.residence_code, sent,
        tuple(numbers), tuple(phones), strict,
    )  # fmt: skip


def base32(number: int, length: int) -> str:
    """Crockford's base 32: no letter is mistaken for a digit when a slip is read aloud."""
    return "".join(_BASE32[number >> 5 * place & 31] for place in reversed(range(length)))


def sealed_number(entry: IdentifierIn, *, strict: bool) -> SealedNumber | Fault:
    """A number in its one form, with its blind index; a fault for an unknown system or, if strict, a wrong form."""
    if entry.system not in SYSTEMS:
        return Fault("identifier_system_unknown", {"field": "identifiers", "system": entry.system[:40]})
    checked = identifiers.check(entry.system, entry.value[:100])
    if not checked.ok and strict:
        return Fault("identifier_malformed", {"field": "identifiers", "system": entry.system, "why": checked.reason})
    value = checked.normal if checked.ok else entry.value.strip()[:100]
    trusted = checked.ok and entry.system in UNIQUE_SYSTEMS
    return SealedNumber(entry.system, value, blind(entry.system, value), trusted, not checked.ok)


def normal_contact(contact: ContactIn) -> str:
    """The contact as it is kept; empty when it is none."""
    if contact.kind == "phone":
        return identifiers.normal_phone(contact.value)
    return contact.value.strip().lower()[:200] if contact.kind == "email" and "@" in contact.value else ""


def from_card(card: CardIn) -> PersonIn:
    """A walk-in's card data as a person to register."""
    numbers = [
        IdentifierIn(system, value)
        for system, value in (
            ("citizen_id", card.citizen_id),
            ("old_id", card.old_id),
            ("health_insurance", card.insurance_number),
            ("passport", card.passport),
        )
        if value
    ]
    return PersonIn(
        name=card.name,
        sex=card.sex,
        birth_date=card.birth_date,
        residence_code=card.commune_code,
        identifiers=tuple(numbers),
        contacts=(ContactIn("phone", card.phone),) if card.phone else (),
    )


def from_scan(card: Card) -> CardIn | None:
    """The data of a scanned card; None for a card that names nobody (a typed number)."""
    if not card.full_name or card.birth_date is None:
        return None
    born = card.birth_date.isoformat()
    return CardIn(
        name=card.full_name,
        sex=card.sex or "U",
        birth_date=born[:4] if card.birth_precision == "Y" else born,
        citizen_id=card.citizen_id,
        old_id=card.old_id,
        insurance_number=card.insurance_number,
        address=card.address,
    )


def number_of(card: Card) -> IdentifierIn | None:
    """The number by which a scanned or typed card is found, the most trusted first."""
    for system, value in (
        ("citizen_id", card.citizen_id),
        ("health_insurance", card.insurance_number),
        ("passport", card.passport),
        ("provisional", card.provisional),
        ("old_id", card.old_id),
    ):
        if value:
            return IdentifierIn(system, value)
    return None


def columns_of_contacts(person_id: UUID, contacts: Iterable[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """Rows of ``people_contact`` for these (kind, value), sealed; two spellings of one number are one row."""
    return [
        (person_id, new_id(), kind, blind(kind, value), seal(value, CONTACT_CONTEXT))
        for kind, value in dict.fromkeys(contacts)
    ]


def columns_of_numbers(person_id: UUID, numbers: tuple[SealedNumber, ...]) -> list[tuple[Any, ...]]:
    """Rows of ``people_identifier``, sealed."""
    return [
        (
            number.blind, person_id, number.system, number.trusted, number.malformed,
            seal(number.value, IDENTIFIER_CONTEXT),
        )
        for number in numbers
    ]  # fmt: skip


def columns_of_guardians(person_id: UUID, guardians: tuple[GuardianIn, ...]) -> list[tuple[Any, ...]]:
    """Rows of ``people_guardian``, the phone sealed."""
    return [
        (
            person_id,
            new_id(),
            guardian.person_id,
            display_form(guardian.name)[:LONGEST_NAME],
            guardian.relation[:60],
            seal(guardian.phone, GUARDIAN_CONTEXT) if guardian.phone else None,
        )
        for guardian in guardians
    ]
