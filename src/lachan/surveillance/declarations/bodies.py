"""What the verbs of declarations take."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short, Timed, Untimely
from lachan.immunization.rules.facts import VIETNAM
from lachan.people.facts import PersonRef

Kind = Literal["domestic", "entry", "place", "daily"]
AreaCode = Annotated[str, Meta(pattern=r"^[0-9]{2,5}$")]
Settled = Literal["called", "sampled", "case", "unreached", "mistaken"]


class SymptomIn(Body):
    """A symptom by the code of the form, and the day it began where that is known."""

    code: Short
    onset_on: date | None = None


class DeclarationIn(Timed):
    """``declaration.make``: what somebody says of their own health, or of somebody they answer for.

    ``form``: code of the questions that were asked; left out, those in force on the day. ``answers``: a question's code
    to yes, no or unknown, and every question of the kind has one. ``places``: codes of provinces or communes of the
    last 14 days. ``area_code``: the commune where the person is, left out: where they live; it is read on the map of
    ``area_on`` (left out: of today), since July 2025 gave old numbers to other communes. ``facility``: the desk where
    it was made. ``venue``: code of the place at whose door. ``contact``, ``quarantine_place`` and ``note`` are kept
    sealed. ``source`` and ``proved`` are believed of this house's own pages only.
    """

    person: PersonRef
    kind: Kind
    form: Short = ""
    symptoms: Annotated[tuple[SymptomIn, ...], Meta(max_length=30)] = ()
    answers: dict[Short, Literal["yes", "no", "unknown"]] = {}
    places: Annotated[tuple[AreaCode, ...], Meta(max_length=20)] = ()
    area_code: Annotated[str, Meta(pattern=r"^([0-9]{5})?$")] = ""
    area_on: date | None = None
    facility: Short = ""
    venue: Annotated[str, Meta(max_length=40)] = ""
    flight: Annotated[str, Meta(pattern=r"^([A-Z0-9]{2,3}[0-9]{1,4}[A-Z]?)?$")] = ""
    seat: Annotated[str, Meta(pattern=r"^([0-9]{1,3}[A-Z])?$")] = ""
    from_country: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")] = ""
    quarantine_place: Annotated[str, Meta(max_length=200)] = ""
    temperature: Annotated[float, Meta(ge=34, le=43)] | None = None
    spo2: Annotated[int, Meta(ge=50, le=100)] | None = None
    contact: Short = ""
    note: Long = ""
    source: Literal["self", "member", "staff", "partner"] = "staff"
    proved: bool = False

    def untimely(self, latest: datetime) -> Untimely | None:
        """No symptom begins tomorrow."""
        last = latest.astimezone(VIETNAM).date()
        if any(symptom.onset_on is not None and symptom.onset_on > last for symptom in self.symptoms):
            return Untimely("happened_in_future", {"field": "symptoms.onset_on"})
        return None


class SettleIn(Body):
    """``declaration.settle``: what was done about a declaration that asked for somebody, and about those of the same
    person before it. ``mistaken``: it was not about this person."""

    person: PersonRef
    declaration_id: UUID
    what: Settled
    note: Long = ""
