"""Plain facts about people that other rooms work with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec


class PersonFacts(NamedTuple):
    """What decisions need of a person; never a number, never a contact."""

    id: UUID
    name: str
    sex: str
    birth_date: date | None
    birth_precision: str
    residence_id: int | None
    died_on: date | None
    status: str
    merged_into: UUID | None


class IdentifierIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A number as sent: which system it belongs to, and its value as typed."""

    system: str
    value: str


class ContactIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A phone number or e-mail address as sent."""

    kind: str
    value: str


class GuardianIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who answers for a child."""

    name: str
    relation: str
    phone: str = ""
    person_id: UUID | None = None


class PersonIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Body of ``person.register``; also a walk-in's card data."""

    name: str
    sex: str
    birth_date: str  # YYYY, YYYY-MM or YYYY-MM-DD
    person_id: UUID | None = None
    residence_code: str = ""
    residence_since: date | None = None
    identifiers: tuple[IdentifierIn, ...] = ()
    contacts: tuple[ContactIn, ...] = ()
    guardians: tuple[GuardianIn, ...] = ()
    occupation: str = ""
    priority_group: Annotated[int, msgspec.Meta(ge=0, le=99)] | None = None  # groups of the ministry's lists
    nationality: str = "VN"
    force_new: bool = False  # someone looked at the possible matches and says: another person


class CardIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A person's card data carried by another command (walk-in, offline)."""

    name: str
    sex: str
    birth_date: str
    citizen_id: str = ""
    old_id: str = ""
    insurance_number: str = ""
    passport: str = ""
    address: str = ""
    commune_code: str = ""
    phone: str = ""


class PersonRef(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How a command names its person: exactly one of the four."""

    id: UUID | None = None
    identifier: IdentifierIn | None = None
    card: CardIn | None = None
    scan: str | None = None

    def __post_init__(self) -> None:
        given = (self.id, self.identifier, self.card, self.scan)
        if sum(value is not None for value in given) != 1:
            raise ValueError("name the person by exactly one of id, identifier, card, scan")


class Resolved(NamedTuple):
    """The person a reference means, or why there is none.

    ``doubt`` is a reason for the worklist although the person was found or made (possible match, conflicting number).
    """

    person: PersonFacts | None
    reason: str | None = None
    params: dict[str, Any] | None = None
    doubt: str | None = None
    candidates: tuple[UUID, ...] = ()
    created: bool = False


VERIFICATION_CHANGED = "people.verified.v1"  # a sequence of VerificationChanged


class VerificationChanged(NamedTuple):
    """Where a person stands with the population register, before and after; ``before`` is None for a new record."""

    person_id: UUID
    before: str | None
    after: str
