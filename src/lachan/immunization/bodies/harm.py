"""Reactions that become cases: reports, follow-ups and what is found out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short, Timed, Untimely, untimely
from lachan.people.facts import PersonRef

Severity = Literal["mild", "moderate", "severe"]
Criterion = Literal[
    "death", "life_threatening", "hospitalisation", "disability", "congenital_anomaly", "medically_important"
]
Outcome = Literal["unknown", "recovered", "recovering", "not_recovered", "sequelae", "died"]
YesNo = Literal["yes", "no", "unknown"]
Stated = Annotated[str, Meta(min_length=3, max_length=2_000)]
Count = Annotated[int, Meta(ge=0, le=100_000)]


class ReactionFields(Timed):
    """What may be said about a reaction, by the codes of the form; what is left out was not said."""

    severity: Severity | None = None
    seriousness: Annotated[tuple[Criterion, ...], Meta(max_length=6)] | None = None
    symptoms: Annotated[tuple[Short, ...], Meta(max_length=40)] | None = None
    other_symptoms: Long | None = None
    onset_at: datetime | None = None
    diagnosis: Long | None = None
    treatment: Long | None = None
    hospital: Short | None = None
    admitted_on: date | None = None
    outcome: Outcome | None = None
    died_on: date | None = None
    autopsy: Literal["unknown", "planned", "done", "not_done"] | None = None
    past_history: Long | None = None
    investigation_needed: YesNo | None = None
    comment: Long | None = None
    ethnicity: Short | None = None
    parent_name: Short | None = None
    hamlet: Short | None = None
    programme: Literal["epi", "fee"] | None = None
    place_kind: Literal["station", "hospital", "outreach", "other"] | None = None
    manufacturer: Short | None = None
    diluent_lot: Short | None = None
    diluent_expires_on: date | None = None
    other_vaccines: Long | None = None
    reporter_name: Short | None = None
    reporter_unit: Short | None = None
    reporter_position: Short | None = None
    reporter_address: Short | None = None
    reporter_phone: Short | None = None
    reporter_email: Short | None = None

    def untimely(self, latest: datetime) -> Untimely | None:
        """Nothing about a reaction lies in the future."""
        if self.onset_at is not None and self.onset_at.tzinfo is not None and self.onset_at > latest:
            return Untimely("happened_in_future", {"field": "onset_at"})
        for field in ("died_on", "admitted_on"):
            day: date | None = getattr(self, field)
            if day is not None and day > latest.date():
                return Untimely("happened_in_future", {"field": field})
        return untimely("onset_at", self.onset_at, None, latest)


class ReactionReportIn(ReactionFields, kw_only=True):
    """``reaction.report``: a reaction after a dose, by whoever knows of it. Without ``dose_id`` the latest dose.

    ``case_id`` is the client's, so that what follows may refer to it while there is no line; ``known_at``: when the
    station knew, from which the clock runs (left out: when it happened, by the command). ``facility``: who reports.
    """

    person: PersonRef
    case_id: UUID | None = None
    dose_id: UUID | None = None
    facility: Short = ""
    source: Literal["station", "staff", "hospital", "person", "family"] = "staff"
    known_at: datetime | None = None

    def untimely(self, latest: datetime) -> Untimely | None:
        if self.known_at is not None and self.known_at.tzinfo is not None and self.known_at > latest:
            return Untimely("happened_in_future", {"field": "known_at"})
        return untimely("known_at", self.known_at, None, latest) or ReactionFields.untimely(self, latest)


class ReactionFollowUpIn(ReactionFields, kw_only=True):
    """``reaction.follow_up``: what is known since. Milder than before only with ``milder_reason``."""

    person: PersonRef
    case_id: UUID
    known_at: datetime | None = None
    milder_reason: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        if self.known_at is not None and self.known_at.tzinfo is not None and self.known_at > latest:
            return Untimely("happened_in_future", {"field": "known_at"})
        return untimely("known_at", self.known_at, None, latest) or ReactionFields.untimely(self, latest)


class CaseIn(Body):
    """``reaction.notify``, ``reaction.acknowledge``, ``reaction.remind``, ``reaction.escalate``: a step of a case."""

    person: PersonRef
    case_id: UUID
    note: Long = ""


class InvestigateIn(Body):
    """``reaction.investigate``: the record of the investigation."""

    person: PersonRef
    case_id: UUID
    conclusion: Stated
    investigated_on: date | None = None
    team: Long | None = None
    site_findings: Long | None = None
    cold_chain: YesNo | None = None
    others_vaccinated: Count | None = None
    others_affected: Count | None = None
    samples: Long | None = None
    clinical_findings: Long | None = None


class ClassifyIn(Body):
    """``reaction.classify``: WHO's class of causality, who decided and why. A later one stands in front of it."""

    person: PersonRef
    case_id: UUID
    causality: Literal["A1", "A2", "A3", "A4", "B1", "B2", "C", "D"]
    committee: Annotated[str, Meta(min_length=2, max_length=120)]
    decided_on: date
    reason: Stated


class CloseIn(Body):
    """``reaction.close``: nothing more is to be done; what is said later opens the case again."""

    person: PersonRef
    case_id: UUID
    reason: Stated


class SessionHaltIn(Body):
    """``session.halt``: stop a session before its time, with the reason that its board shows at once."""

    session_id: UUID
    reason: Stated
    case_id: UUID | None = None
