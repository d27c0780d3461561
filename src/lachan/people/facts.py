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


class PersonChangesIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What a correction of a person changes; what is left out stays. ``birth_date`` as ``YYYY[-MM[-DD]]``.

    A residence with ``residence_since`` is a move: doses before that day stay where the person lived then. Without it
    the residence was wrong from the start. ``died_on``: null takes a wrong death back.
    """

    name: str | None = None
    sex: str | None = None
    birth_date: str | None = None
    residence_code: str | None = None
    residence_since: date | None = None
    nationality: Annotated[str, msgspec.Meta(min_length=2, max_length=2)] | None = None
    occupation: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    priority_group: Annotated[int, msgspec.Meta(ge=0, le=99)] | None = None
    died_on: date | msgspec.UnsetType | None = msgspec.UNSET
    add_identifiers: Annotated[tuple[IdentifierIn, ...], msgspec.Meta(max_length=8)] = ()
    end_identifiers: Annotated[tuple[IdentifierIn, ...], msgspec.Meta(max_length=8)] = ()
    add_contacts: Annotated[tuple[ContactIn, ...], msgspec.Meta(max_length=4)] = ()


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


PERSONS_CHANGED = "people.changed.v1"  # a sequence of PersonChanged


class PersonChanged(NamedTuple):
    """A record is not what it was: ``kind`` is amended, merged (it went into another), grown (another went into it),
    parted (another came out of it) or returned (it came out)."""

    person_id: UUID
    kind: str
