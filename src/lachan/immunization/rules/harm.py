"""A reaction that became a case: what is known of it, how far it has come, and the clock of a serious one. Pure.

A case is the sum of its facts and nothing else: ``fold`` makes it from them, the table holds what ``fold`` gave, and
``lachan db check`` folds again. A fact never leaves; what a later one says stands in front of what an earlier one said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

GRAVITY: Final = ("mild", "moderate", "severe")
SERIOUSNESS: Final = (
    "death",
    "life_threatening",
    "hospitalisation",
    "disability",
    "congenital_anomaly",
    "medically_important",
)
"""WHO's criteria; any one makes a case serious (34/2018/TT-BYT: to the province within 24 hours)."""
CAUSALITY: Final = ("A1", "A2", "A3", "A4", "B1", "B2", "C", "D")
SOON: Final = timedelta(hours=4)  # before the end of a clock: shown as pressing
MOST_FACTS: Final = 500  # of one case; a follow-up every day for a year stays below


class Kind(StrEnum):
    """What a fact is."""

    REPORT = "report"
    FOLLOW_UP = "follow_up"
    NOTIFY = "notify"
    ACKNOWLEDGE = "acknowledge"
    INVESTIGATE = "investigate"
    CLASSIFY = "classify"
    CLOSE = "close"
    REMIND = "remind"
    ESCALATE = "escalate"


class State(StrEnum):
    """How far a case has come."""

    NEW = "new"
    REPORTED = "reported"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATED = "investigated"
    CLASSIFIED = "classified"
    CLOSED = "closed"


class Clock(StrEnum):
    """The clock of the way to the province."""

    NONE = "none"
    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    MET = "met"
    MET_LATE = "met_late"


class Fact(Struct, frozen=True):
    """One thing said about a case. ``known_at``: when the station (or whoever reports) knew it; ``fields``: what was
    said, by the codes of the form."""

    kind: str
    at: datetime
    known_at: datetime
    fields: Mapping[str, Any]


class Case(Struct, kw_only=True):
    """A case as its facts make it."""

    version: int = 0
    fields: dict[str, Any] = {}
    known_at: datetime | None = None
    serious_known_at: datetime | None = None
    due_at: datetime | None = None
    notified_at: datetime | None = None
    acknowledged_at: datetime | None = None
    investigated_at: datetime | None = None
    classified_at: datetime | None = None
    closed_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None

    @property
    def severity(self) -> str:
        return str(self.fields.get("severity") or "mild")

    @property
    def seriousness(self) -> list[str]:
        return list(self.fields.get("seriousness") or ())

    @property
    def serious(self) -> bool:
        return bool(self.seriousness)

    @property
    def causality(self) -> str | None:
        return self.fields.get("causality")

    @property
    def state(self) -> State:
        """The furthest step: a step left out is no longer waited for once a later one is done."""
        if self.closed_at is not None:
            return State.CLOSED
        if self.classified_at is not None:
            return State.CLASSIFIED
        if self.investigated_at is not None:
            return State.INVESTIGATED
        if self.acknowledged_at is not None:
            return State.ACKNOWLEDGED
        return State.REPORTED if self.notified_at is not None else State.NEW


def fold(facts: Iterable[Fact], deadline: timedelta) -> Case:
    """The case that these facts, in order, make.

    The clock begins when the first fact that made the case serious was known. A fact that makes a closed case graver,
    or adds to it, opens it again: what came later cannot have been thought of at the closing.
    """
    case = Case(fields={})
    for fact in facts:
        case.version += 1
        case.fields.update({name: value for name, value in fact.fields.items() if value is not None})
        case.known_at = fact.known_at if case.known_at is None else min(case.known_at, fact.known_at)
        if case.serious and case.serious_known_at is None:
            case.serious_known_at = fact.known_at
            case.due_at = fact.known_at + deadline
        _step(case, fact)
    return case


def _step(case: Case, fact: Fact) -> None:
    if fact.kind == Kind.FOLLOW_UP:
        case.closed_at = None
    elif fact.kind in _FIRST_TIME:
        name = _FIRST_TIME[fact.kind]
        if getattr(case, name) is None:  # the first time counts: a second reader does not make a report late
            setattr(case, name, fact.at)
    elif fact.kind in _LATEST_TIME:
        setattr(case, _LATEST_TIME[fact.kind], fact.at)
    if fact.kind in (Kind.ACKNOWLEDGE, Kind.INVESTIGATE) and case.notified_at is None:
        case.notified_at = fact.at  # the province has it, however it came


_FIRST_TIME: Final[dict[str, str]] = {
    Kind.NOTIFY: "notified_at",
    Kind.ACKNOWLEDGE: "acknowledged_at",
    Kind.INVESTIGATE: "investigated_at",
    Kind.ESCALATE: "escalated_at",
}
_LATEST_TIME: Final[dict[str, str]] = {
    Kind.CLASSIFY: "classified_at",
    Kind.CLOSE: "closed_at",
    Kind.REMIND: "reminded_at",
}


class Fault(StrEnum):
    """Why a step cannot be taken now."""

    MILDER_WITHOUT_REASON = "milder_without_reason"
    CASE_CLOSED = "case_closed"
    NOT_INVESTIGATED = "case_not_investigated"
    NOT_CLASSIFIED = "case_not_classified"
    ALREADY_ACKNOWLEDGED = "case_already_acknowledged"
    TOO_MANY_FACTS = "case_too_long"


def fault_of(case: Case, kind: Kind, fields: Mapping[str, Any], *, milder_reason: str = "") -> Fault | None:
    """Why this step may not be taken on the case; None when it may.

    A serious case is classified after an investigation and closed after a classification; one that is not serious may
    be closed as soon as its outcome is known enough for whoever closes it.
    """
    if case.version >= MOST_FACTS:
        return Fault.TOO_MANY_FACTS
    if kind is Kind.FOLLOW_UP and milder(case, fields) and len(milder_reason.strip()) < 3:
        return Fault.MILDER_WITHOUT_REASON
    if kind is Kind.ACKNOWLEDGE and case.acknowledged_at is not None:
        return Fault.ALREADY_ACKNOWLEDGED
    if case.closed_at is not None and kind is not Kind.FOLLOW_UP:
        return Fault.CASE_CLOSED
    if kind is Kind.CLASSIFY and case.serious and case.investigated_at is None:
        return Fault.NOT_INVESTIGATED
    if kind is Kind.CLOSE and case.serious and case.classified_at is None:
        return Fault.NOT_CLASSIFIED
    return None


def milder(case: Case, fields: Mapping[str, Any]) -> list[str]:
    """Fields in which what is said now is less grave than what stands: severity, a criterion dropped, a death undone.

    Never silently: whoever says so states why, and what was said before stays in the history.
    """
    found = []
    severity = fields.get("severity")
    if severity in GRAVITY and GRAVITY.index(severity) < GRAVITY.index(case.severity):
        found.append("severity")
    criteria = fields.get("seriousness")
    if criteria is not None and set(case.seriousness) - set(criteria):
        found.append("seriousness")
    outcome = fields.get("outcome")
    if case.fields.get("outcome") == "died" and outcome not in (None, "died"):
        found.append("outcome")
    return found


def completed(fields: dict[str, Any]) -> dict[str, Any]:
    """What follows from what was said: a severe reaction is serious until someone says why not, a death is a death.

    Severity and seriousness are two things (WHO), but a station that chose "severe" and no criterion has not been
    asked for the second; the clock must not wait for it.
    """
    criteria = list(fields.get("seriousness") or ())
    if fields.get("outcome") == "died" and "death" not in criteria:
        criteria.insert(0, "death")
    if fields.get("severity") == "severe" and not criteria:
        criteria.append("medically_important")
    if criteria:
        fields["seriousness"] = sorted(set(criteria), key=SERIOUSNESS.index)
        fields.setdefault("severity", "severe")
    if "death" in criteria:
        fields["outcome"] = "died"
    return fields


def graver(before: str, now: str) -> str:
    """The graver of two severities."""
    return max(before, now, key=GRAVITY.index)


def clock(
    *, due_at: datetime | None, notified_at: datetime | None, serious: bool, now: datetime, soon: timedelta = SOON
) -> Clock:
    """Where the clock of a case stands at ``now``."""
    if due_at is None:
        return Clock.NONE
    if notified_at is not None:
        return Clock.MET if notified_at <= due_at else Clock.MET_LATE
    if not serious:  # found not to be serious, with the reason in its history
        return Clock.NONE
    if now > due_at:
        return Clock.LATE
    return Clock.SOON if due_at - now <= soon else Clock.RUNNING


class Due(StrEnum):
    """What the clock asks for now."""

    REMIND_STATION = "remind_station"
    REMIND_PROVINCE = "remind_province"
    ESCALATE = "escalate"


def due(case: Case, now: datetime, acknowledge: timedelta) -> Due | None:
    """What is to be sent now: a reminder to the station once its time is over, to the province when it has had a
    report for ``acknowledge`` without a word, and to the nation when a reminder stayed without effect for as long."""
    if not case.serious or case.closed_at is not None or case.acknowledged_at is not None or case.due_at is None:
        return None
    if case.escalated_at is not None:
        return None
    waits_since = case.due_at if case.notified_at is None else case.notified_at + acknowledge
    if now <= waits_since:
        return None
    if case.reminded_at is None or case.reminded_at < waits_since:
        return Due.REMIND_STATION if case.notified_at is None else Due.REMIND_PROVINCE
    return Due.ESCALATE if now > case.reminded_at + acknowledge else None
