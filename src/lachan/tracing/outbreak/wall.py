"""What the wall of a centre shows: work, cases, clocks, and where most is overdue. Figures only."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final, NamedTuple

from lachan.access.actors import Actor
from lachan.surveillance.cases import queries as cases
from lachan.tracing.outbreak import capacity, lines
from lachan.tracing.outbreak.capacity import Load
from lachan.tracing.outbreak.lines import Clocks
from lachan.tracing.work.rules import HERE

MOST_BEHIND: Final = 8


class Wall(NamedTuple):
    """``work``: the sum of all places; ``behind``: those with most overdue, provinces when the whole nation is looked
    at; ``medians``: of the last fourteen days."""

    work: Load
    cases: cases.Counts
    medians: Clocks
    behind: tuple[Load, ...]


def wall(actor: Actor, now: datetime) -> Wall:
    """Of the actor's areas. About eight statements."""
    found = capacity.loads(actor, now)
    areas = lines.areas_of(actor, None, capacity.VERB)
    midnight = datetime.combine(now.astimezone(HERE).date(), time(), HERE)
    rows = capacity.by_province(found) if areas is None else found
    behind = sorted((one for one in rows if one.late), key=lambda one: (-one.late, -one.below, one.area_id))
    return Wall(
        capacity.total(found), cases.counts(areas, midnight), lines.clocks(actor, now), tuple(behind[:MOST_BEHIND])
    )
