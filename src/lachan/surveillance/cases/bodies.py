"""What is said of cases: suspicion, onset, course, isolation, its end, an officer's word, source and cluster."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from lachan.immunization.bodies.base import Body, Long, Short, Timed, Untimely, untimely
from lachan.immunization.rules.facts import VIETNAM
from lachan.people.facts import PersonRef

Stated = Annotated[str, Meta(min_length=3, max_length=2_000)]
Symptoms = Annotated[tuple[Short, ...], Meta(max_length=40)]
Signs = Literal["yes", "no", "unknown"]
Link = Literal["", "factor", "contact"]
Severity = Literal["mild", "moderate", "severe", "critical"]
Outcome = Literal["recovered", "died", "transferred", "lost"]
Where = Literal["home", "facility", "hospital"]
Country = Annotated[str, Meta(pattern="^([A-Z]{2})?$")]


class CaseReportIn(Timed):
    """``case.report``: somebody is ill with what may be this disease, by whoever sees it. One case an episode; a second
    report adds. ``case_id`` is the client's, so that what follows may refer to it while there is no line."""

    person: PersonRef
    disease: Short
    facility: Short = ""
    case_id: UUID | None = None
    symptomatic: Signs = "unknown"
    symptoms: Symptoms = ()
    onset_on: date | None = None
    link: Link = ""
    severity: Severity | None = None
    hospital: Short = ""
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        return _not_future("onset_on", self.onset_on, latest)


class CaseOnsetIn(Timed):
    """``case.onset``: the day of the first signs learnt or corrected, or that there are none. ``onset_on`` null: that
    day is not known after all. ``symptoms``: what stands now, left out: as before."""

    person: PersonRef
    case_id: UUID
    symptomatic: Signs
    onset_on: date | None = None
    symptoms: Symptoms | None = None
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        return _not_future("onset_on", self.onset_on, latest)


class CaseCourseIn(Timed):
    """``case.course``: how it goes; what is left out stays. A death is taken back with ``reason`` only."""

    person: PersonRef
    case_id: UUID
    severity: Severity | None = None
    hospital: Short | None = None
    outcome: Outcome | Literal[""] | None = None
    outcome_on: date | None = None
    link: Link | None = None
    reason: Long = ""
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        return _not_future("outcome_on", self.outcome_on, latest)


class CaseIsolateIn(Timed):
    """``case.isolate``: since when and where the person is apart from others. A later one corrects it."""

    person: PersonRef
    case_id: UUID
    isolated_at: datetime
    kind: Where
    place: Short = ""
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        wrong = untimely("isolated_at", self.isolated_at, None, latest)
        if wrong is None and self.isolated_at > latest:
            return Untimely("happened_in_future", {"field": "isolated_at"})
        return wrong


class CaseEndIn(Body):
    """``case.end``: isolation is over, by the rule of the day; before its time only with a reason, by an officer."""

    person: PersonRef
    case_id: UUID
    reason: Long = ""


class CaseDiscardIn(Body):
    """``case.discard``: it is not this disease, by an officer's word; a later result that says more stands above it."""

    person: PersonRef
    case_id: UUID
    reason: Stated


class CaseClassifyIn(Body):
    """``case.classify``: a class by an officer's word, or ``rule``: the officer's word is taken back."""

    person: PersonRef
    case_id: UUID
    classification: Literal["suspected", "probable", "confirmed", "rule"]
    reason: Stated


class CaseSourceIn(Timed):
    """``case.source``: from whom, from when on, or from which country; what is left out stays, null or empty takes it
    back."""

    person: PersonRef
    case_id: UUID
    source_case_id: UUID | UnsetType | None = UNSET
    infected_from: datetime | UnsetType | None = UNSET
    imported_from: Country | None = None
    note: Long = ""

    def untimely(self, latest: datetime) -> Untimely | None:
        if self.infected_from is UNSET or self.infected_from is None:
            return None
        wrong = untimely("infected_from", self.infected_from, None, latest)
        if wrong is None and self.infected_from > latest:
            return Untimely("happened_in_future", {"field": "infected_from"})
        return wrong


class CaseClusterIn(Body):
    """``case.cluster``: the cluster this case belongs to, by its code; empty: none."""

    person: PersonRef
    case_id: UUID
    cluster: Annotated[str, Meta(max_length=40)]
    note: Long = ""


class CaseMoveIn(Body):
    """``case.move``: another commune answers for the case from now on. ``commune``: its code, on the map of
    ``commune_on``, of today when that is left out."""

    person: PersonRef
    case_id: UUID
    commune: Annotated[str, Meta(pattern="^[0-9]{5}$")]
    reason: Stated
    commune_on: date | None = None


def _not_future(field: str, day: date | None, latest: datetime) -> Untimely | None:
    if day is not None and day > latest.astimezone(VIETNAM).date():
        return Untimely("happened_in_future", {"field": field})
    return untimely(field, None, day, latest)
