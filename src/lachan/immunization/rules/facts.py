"""Facts handed to ``doses.check_dose`` and the decision handed back. All frozen, all plain values."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from msgspec import Struct

from lachan.immunization.rules.reasons import NEEDS, SEVERITY, Authority, Reason, Severity
from lachan.immunization.rules.series import PriorDose, Shift

VIETNAM = timezone(timedelta(hours=7))
CLOCK_SKEW = timedelta(minutes=10)
"""A station's clock may run ahead of ours by so much before its doses are taken to be in the future."""


class Moment(Struct, frozen=True, gc=False):
    """The present, made once per batch by ``moment``: the latest instant and day that are not yet the future."""

    latest: datetime
    latest_day: date


def moment(now: datetime) -> Moment:
    """``now`` (aware) with the tolerance for clocks that run ahead. Raises ValueError for a naive time."""
    if now.tzinfo is None:
        raise ValueError("The present must carry its time zone.")
    latest = (now + CLOCK_SKEW).astimezone(UTC)
    return Moment(latest, latest.astimezone(VIETNAM).date())


class Person(Struct, frozen=True, gc=False):
    """What the rules need of a person. ``precision`` is D, M or Y."""

    birth_date: date | None
    precision: str = "D"
    died_on: date | None = None


class LotMark(Struct, frozen=True, gc=False):
    """A lot is not to be used at a place from ``since`` (included) to ``until`` (not; None: still).

    ``status`` quarantined | recalled; the place is an area or a facility, the other is None.
    """

    status: str
    since: datetime
    until: datetime | None = None
    area_id: int | None = None
    facility_id: int | None = None

    def holds(self, at: datetime | None, on: date) -> bool:
        """Whether it held at that moment. Of a dose whose day alone is known: at any time of that day, the cautious
        reading, which somebody at the station can answer for."""
        if at is not None:
            return self.since <= at and (self.until is None or at < self.until)
        since = self.since.astimezone(VIETNAM).date()
        return since <= on and (self.until is None or on <= self.until.astimezone(VIETNAM).date())


class Lot(Struct, frozen=True, gc=False):
    """A known lot. ``marks``: where and when it was not to be used, all of them or those of one place.

    ``component`` 0: the product has no components, or which one the lot holds is not stated.
    """

    number: str
    product_id: int
    expires_on: date | None
    marks: tuple[LotMark, ...] = ()
    component: int = 0

    def status(self, at: datetime | None, on: date) -> str:
        """The gravest status then: recalled, quarantined or ok."""
        found = "ok"
        for mark in self.marks:
            if mark.status != found and mark.holds(at, on):
                if mark.status == "recalled":
                    return "recalled"
                found = mark.status
        return found


class SessionFacts(Struct, frozen=True, gc=False):
    """The session the dose was given in. A planned one counts as open: giving doses in it is what opens it."""

    date: date
    status: str
    closed_at: datetime | None = None


class Override(Struct, frozen=True, gc=False):
    """Codes someone answers for, with the reason stated and how far that person's word goes."""

    codes: frozenset[str]
    reason: str
    authority: Authority


class VialDraw(NamedTuple):
    """What has to be asked about drawing from a vial: other, not_open_yet, thrown_away, empty, time_passed.

    ``at`` is when it was opened, thrown away, or when its time ran out; ``doses`` what it held.
    """

    fault: str
    at: datetime | None = None
    doses: int = 0


class DoseFacts(Struct, frozen=True, gc=False):
    """One dose to decide. ``given_on``: the local day of ``given_at``, which is None when only the day is known.

    ``source``: here (by this station), elsewhere (another place in Vietnam) or abroad. ``prior``: the person's active
    doses, in any order, without the one being amended. ``lot`` None: not in our tables or, with an empty
    ``lot_number``, not stated.
    """

    person: Person
    prior: Sequence[PriorDose]
    product_id: int
    given_on: date
    given_at: datetime | None = None
    lot: Lot | None = None
    lot_number: str = ""
    session: SessionFacts | None = None
    claimed_number: int | None = None
    source: str = "here"
    override: Override | None = None
    vial: VialDraw | None = None


class Finding(NamedTuple):
    """One reason: ``params`` fill the message (dates as ``date``), ``reference`` is the text it rests on."""

    code: Reason
    params: Mapping[str, Any]
    reference: str = ""

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.code]

    @property
    def needs(self) -> Authority | None:
        """Least authority that may answer the question; None for a refusal."""
        return NEEDS.get(self.code)

    def plain(self) -> dict[str, Any]:
        """For a JSON column or answer: code, severity, params with ISO dates, reference."""
        params = {name: value.isoformat() if isinstance(value, date) else value for name, value in self.params.items()}
        return {"code": self.code.value, "severity": self.severity.value, "params": params, "reference": self.reference}


class Decision(Struct, frozen=True, gc=False):
    """``findings`` still stand, ``overridden`` were answered. ``shifts`` re-number later doses after a backfill."""

    findings: tuple[Finding, ...]
    overridden: tuple[Finding, ...]
    dose_number: int
    completes: bool
    next_due_on: date | None
    shifts: tuple[Shift, ...]
    version: str

    @property
    def accepted(self) -> bool:
        return not self.findings

    @property
    def refused(self) -> bool:
        """Something stands that no role can answer; a decision neither accepted nor refused is questioned."""
        return any(SEVERITY[finding.code] is Severity.REFUSE for finding in self.findings)
