"""Which vial a dose was drawn from, and how long an open one may be used. Pure; times decide, not the order of arrival.

A vial of many doses is thrown away at the end of the session or some hours after it was opened, whichever comes first
(WHO/IVB/14.07, multi-dose vial policy). Doses of a day without a line arrive after the vial was thrown away: one given
before that takes its place back from what was written off.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct

from lachan.immunization.rules.facts import CLOCK_SKEW, VIETNAM, VialDraw

HOURS_OPEN = 6  # of a product nothing else is known about: the policy's own limit


class VialRow(Struct, gc=False):
    """A vial as it stands in the transaction; ``drawn`` and ``wasted`` move as doses are decided."""

    id: UUID
    facility_id: int
    session_id: UUID
    lot_id: int
    doses: int
    drawn: int
    wasted: int
    opened_at: datetime
    limit_at: datetime
    closed_at: datetime | None
    automatic: bool

    @property
    def left(self) -> int:
        return self.doses - self.drawn - self.wasted

    def open_at(self, at: datetime) -> bool:
        """Whether it had been opened and not yet been thrown away. Clocks of two desks may differ a little."""
        return self.opened_at <= at + CLOCK_SKEW and (self.closed_at is None or at <= self.closed_at)

    def place_at(self, at: datetime) -> bool:
        """Whether a dose can have come out of it then: a place is left, or was written off later."""
        return self.left > 0 or (self.wasted > 0 and self.closed_at is not None and at <= self.closed_at)


class VialKind(NamedTuple):
    """What is known of a product's vials: doses in one (0: not known), hours it may be open, days after thawing."""

    doses: int
    hours: float
    thawed_days: int | None


def kind_of(facts: dict[str, Any]) -> VialKind:
    """From a product's facts. Where several sizes exist the smallest is taken: an overestimate would show as waste."""
    vial = facts.get("vial") or {}
    sizes = vial.get("doses") or facts.get("vial_doses") or []
    return VialKind(min(sizes, default=0), vial.get("hours_open") or HOURS_OPEN, vial.get("thawed_days"))


def limit(opened_at: datetime, hours: float, use_by: date | None) -> datetime:
    """The last moment a vial opened then may be used; never past the last day of what was thawed."""
    until = opened_at + timedelta(hours=hours)
    if use_by is None:
        return until
    return min(until, datetime.combine(use_by + timedelta(days=1), time(0), VIETNAM).astimezone(UTC))


def pick(vials: Iterable[VialRow], lot_id: int, at: datetime) -> VialRow | None:
    """The vial a dose of this lot given then came from: the oldest in time with a place; else one still standing open
    past its time, which will be asked about; None: a fresh one."""
    fitting = [vial for vial in vials if vial.lot_id == lot_id and vial.open_at(at) and vial.place_at(at)]
    in_time = [vial for vial in fitting if at <= vial.limit_at]
    # a place that is still free goes before one that was written off
    best = min(in_time, key=lambda vial: (vial.left <= 0, vial.opened_at, vial.id), default=None)
    if best is not None:
        return best
    late = [vial for vial in fitting if vial.left > 0 and vial.closed_at is None]
    return min(late, key=lambda vial: (vial.opened_at, vial.id), default=None)


def draw_facts(vial: VialRow, lot_id: int, session_id: UUID | None, at: datetime) -> VialDraw | None:
    """What the rules must ask about drawing from this vial then; None: nothing."""
    if vial.lot_id != lot_id or vial.session_id != session_id:
        return VialDraw("other")
    if vial.opened_at > at + CLOCK_SKEW:
        return VialDraw("not_open_yet", vial.opened_at)
    if vial.closed_at is not None and at > vial.closed_at:
        return VialDraw("thrown_away", vial.closed_at)
    if not vial.place_at(at):
        return VialDraw("empty", vial.opened_at, vial.doses)
    if at > vial.limit_at:
        return VialDraw("time_passed", vial.limit_at)
    return None


def take(vial: VialRow, at: datetime) -> bool:
    """Draw one dose. True when its place had been written off as waste and comes back from there. A vial that had none
    left, which somebody has answered for, held one more than its label says."""
    vial.drawn += 1
    if vial.left >= 0:
        return False
    if vial.wasted > 0 and vial.closed_at is not None and at <= vial.closed_at:
        vial.wasted -= 1
        return True
    vial.doses += 1
    return False
