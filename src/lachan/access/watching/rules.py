"""What is unusual about a day of looking. Pure: no database, no clock.

Nobody knows the right limits before an installation has run for a month; the shipped ones are wide, and the auditor
narrows them. A limit is never a verdict: an alert asks a question that a person answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, Final, NamedTuple
from uuid import UUID

RULES: Final = ("many_an_hour", "many_a_day", "elsewhere", "known_name", "no_act")
MOST_NAMED: Final = 50  # person ids kept as evidence

# name -> (shipped value, smallest, largest that may be set)
LIMITS: Final[Mapping[str, tuple[float, float, float]]] = {
    "hour_floor": (150, 1, 10_000),  # persons an hour below which nobody asks: a busy station receives 120
    "day_floor": (800, 1, 100_000),  # persons a day
    "times_own": (4, 1, 100),  # times the person's own usual day (median of 28 days with looks)
    "times_peers": (4, 1, 100),  # times the median of those with the same role on that day
    "elsewhere": (25, 1, 10_000),  # persons of outside one's areas, opened and not treated, in a day
    "no_act_floor": (40, 1, 10_000),  # records opened in a day
    "no_act_share": (0.6, 0.05, 1),  # share of them after which the looker did nothing
}


class Seen(NamedTuple):
    """One look. ``opened``: a record was opened, not only listed."""

    person_id: UUID
    at: datetime
    opened: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of one looker. ``acts``: whether the role is one that does something after looking (an auditor's is not).
    ``usual``: persons on each of the days before; ``peers``: persons on this day, of each other with the same role."""

    looks: Sequence[Seen]
    touched: Collection[UUID]  # persons the looker recorded something about on that day
    outside: Collection[UUID]  # persons who live outside the looker's areas
    known: Collection[UUID]  # persons on the auditor's list
    usual: Sequence[int]
    peers: Sequence[int]
    acts: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that found something, and the numbers a person needs to judge it."""

    rule: str
    evidence: dict[str, Any]


def findings(day: Day, limits: Mapping[str, float]) -> list[Finding]:
    """What is unusual about this day, in the order of ``RULES``."""
    found = [_many_an_hour(day, limits), _many_a_day(day, limits), _elsewhere(day, limits), _known(day)]
    return [item for item in [*found, _no_act(day, limits)] if item is not None]


def _many_an_hour(day: Day, limits: Mapping[str, float]) -> Finding | None:
    hours: dict[datetime, set[UUID]] = {}
    for look in day.looks:
        hours.setdefault(look.at.replace(minute=0, second=0, microsecond=0), set()).add(look.person_id)
    if not hours:
        return None
    hour, people = max(hours.items(), key=lambda entry: (len(entry[1]), entry[0]))
    if len(people) < limits["hour_floor"]:
        return None
    evidence = {"hour": hour.isoformat(), "persons": len(people), "limit": limits["hour_floor"]}
    return Finding("many_an_hour", evidence | {"person_ids": _named(people)})


def _many_a_day(day: Day, limits: Mapping[str, float]) -> Finding | None:
    """Many for anybody, for this one, and for their like: all three, so that a mass round accuses nobody."""
    people = {look.person_id for look in day.looks}
    usual, peers = _middle(day.usual), _middle(day.peers)
    compared = [limits["day_floor"]]
    if usual is not None:
        compared.append(limits["times_own"] * usual)
    if peers is not None:
        compared.append(limits["times_peers"] * peers)
    if len(people) < max(compared):
        return None
    evidence = {"persons": len(people), "limit": max(compared), "usual": usual, "peers": peers}
    return Finding("many_a_day", evidence | {"person_ids": _named(people)})


def _elsewhere(day: Day, limits: Mapping[str, float]) -> Finding | None:
    people = {look.person_id for look in day.looks if look.opened} & set(day.outside) - set(day.touched)
    if len(people) < limits["elsewhere"]:
        return None
    return Finding("elsewhere", {"persons": len(people), "limit": limits["elsewhere"], "person_ids": _named(people)})


def _known(day: Day) -> Finding | None:
    people = {look.person_id for look in day.looks} & set(day.known) - set(day.touched)
    return Finding("known_name", {"persons": len(people), "person_ids": _named(people)}) if people else None


def _no_act(day: Day, limits: Mapping[str, float]) -> Finding | None:
    opened = {look.person_id for look in day.looks if look.opened}
    idle = opened - set(day.touched)
    if not day.acts or len(opened) < limits["no_act_floor"] or len(idle) < limits["no_act_share"] * len(opened):
        return None
    evidence = {"persons": len(idle), "opened": len(opened), "limit": limits["no_act_share"]}
    return Finding("no_act", evidence | {"person_ids": _named(idle)})


def _middle(counts: Sequence[int]) -> float | None:
    """Median; None with fewer than three, which say nothing about a habit."""
    return float(median(counts)) if len(counts) >= 3 else None


def _named(people: Collection[UUID]) -> list[str]:
    return sorted(str(person) for person in people)[:MOST_NAMED]
