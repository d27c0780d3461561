"""One slice of commands on its way through this room: what was asked, and what every handler needs to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.immunization.rules.catalogue import Catalogue
from lachan.immunization.rules.facts import Moment
from lachan.immunization.rules.reasons import AUTHORITY_OF_ROLE, Authority
from lachan.kernel import journal
from lachan.kernel.commands import Command, Refusal, Worked
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED, Outcome
from lachan.people.facts import PersonFacts, Resolved
from lachan.people.merging.queries import Merge
from lachan.places.facts import FacilityRow


class SessionRow(NamedTuple):
    """What decisions need of a session."""

    id: UUID
    facility_id: int
    date: date
    status: str
    closed_at: datetime | None
    vials: bool = False  # its doses are drawn from vials said to be open


class Item(msgspec.Struct, gc=False):
    """One command, decoded, with its person, facility and session where it has them."""

    command: Command
    body: Any
    facility: FacilityRow | None = None
    session: SessionRow | None = None
    resolved: Resolved | None = None
    other: Resolved | None = None  # the second person of a command about two
    merge: Merge | None = None

    @property
    def person(self) -> PersonFacts:
        assert self.resolved is not None
        assert self.resolved.person is not None
        return self.resolved.person

    @property
    def owner(self) -> Refusal:
        """Whose worklist this belongs to: the station's, else the commune's of the person."""
        person = self.resolved.person if self.resolved is not None else None
        facility_id = self.facility.id if self.facility is not None else None
        area_id = person.residence_id if person is not None else None
        return Refusal(facility_id, area_id, person.id if person is not None else None)

    def refuse(self, reason: str, **params: Any) -> Worked:
        return Worked(Outcome(REFUSED, reason, None, params or None), self.owner)

    def hold(self, reason: str, **params: Any) -> Worked:
        return Worked(Outcome(HELD, reason, None, params or None), self.owner)

    def accept(self, record_id: UUID, **params: Any) -> Worked:
        if self.resolved is None or self.resolved.doubt is None:
            return Worked(Outcome(ACCEPTED, None, record_id, params or None), self.owner)
        # whoever settles the doubt needs to know between whom
        both = {**(self.resolved.params or {}), **params}
        return Worked(Outcome(ACCEPTED, self.resolved.doubt, record_id, both), self.owner, self.resolved.doubt)


class Batch(msgspec.Struct):
    """The transaction, the actor and the time; rows to write are collected by the handlers."""

    cursor: psycopg.Cursor[Any]
    actor: Actor
    now: datetime
    moment: Moment
    catalogue: Catalogue
    sessions: dict[UUID, SessionRow]
    entries: list[journal.Entry]

    @property
    def today(self) -> date:
        return self.moment.latest_day

    def record(self, verb: str, subject: UUID, happened_at: datetime, body: str) -> None:
        """Add a fact to the journal rows of this slice; written once at its end."""
        self.entries.append(journal.Entry(verb, subject, happened_at, self.actor.id, body))

    def authority(self, facility_id: int | None) -> Authority:
        """How far the actor's stated reason goes at this facility."""
        if self.actor.kind == "system":
            return Authority.HEAD
        known = [
            AUTHORITY_OF_ROLE.get(grant.role, Authority.NONE)
            for grant in self.actor.grants
            if grant.facility_id is None or grant.facility_id == facility_id
        ]
        return max(known, default=Authority.NONE)

    def may_at(self, verb: str, facility_id: int) -> bool:
        return scopes.may_at(self.actor, verb, facility_id)


Handler = Callable[[Batch, list[Item]], list[Worked]]
