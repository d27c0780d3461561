"""The epidemic's figures as rooms above read them. With an actor: ``Forbidden`` outside the grants of "epidemic.read".

A fixed number of statements, however many areas, days and facts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lachan.access.actors import Actor
from lachan.analytics.epidemic.facts import Delays, Figures, Floats, Public, Table, Wanted


def may_see(actor: Actor, area_id: int) -> bool:
    """Whether the figures of the area are the actor's to read."""
    raise NotImplementedError


def complete_until() -> datetime | None:
    """Everything recorded before this moment is in the figures; None: never counted."""
    raise NotImplementedError


def series(actor: Actor, wanted: Wanted) -> Table:
    """Counts by measure, area and day. Every area asked for must be within the grants."""
    raise NotImplementedError


def for_jobs(wanted: Wanted) -> Table:
    """The same without an actor, for jobs and forecasts."""
    raise NotImplementedError


def triangle(area_ids: Sequence[int], disease: str, measure: str, as_of: date, longest: int, days: int = 180) -> Floats:
    """Counts [A, D, longest + 1]: of day D (the last one is ``as_of``, ``days`` of them), what was known K days later,
    cumulative; NaN where that day is not yet come."""
    raise NotImplementedError


def latest(actor: Actor, area_id: int, day: date, as_of: date | None = None, disease: str = "covid-19") -> Figures:
    """An area on a day: every figure with the day before and 28 days."""
    raise NotImplementedError


def public(area_id: int, day: date, disease: str = "covid-19") -> Public:
    """What anybody may see; small numbers suppressed so that they follow from nothing else shown."""
    raise NotImplementedError


def delays(actor: Actor, area_id: int, since: date, until: date, disease: str = "covid-19") -> Delays:
    """How long the one line took for the cases of an area: result, list, reached, quarantine, tested."""
    raise NotImplementedError
