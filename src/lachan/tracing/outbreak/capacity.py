"""Whether the communes can do what is asked of them: open tasks, calls a day, tracers, what stays below the line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, Final, NamedTuple

from lachan.access.actors import Actor
from lachan.access.queries import holders_by_area
from lachan.access.rules import Role
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.tracing.outbreak.lines import areas_of
from lachan.tracing.work.planning import CENTRE
from lachan.tracing.work.rules import HERE, settings_on

VERB: Final = "outbreak.read"


class Load(NamedTuple):
    """A place today. ``people`` under watch with something open; tasks ``due`` and, of them, ``late`` since before
    today; ``households`` to call; ``calls``: households it can call in a day, ``said`` by its officer or assumed;
    ``done``: households spoken to today; ``tracers`` who hold the role there; ``places``: communes summed."""

    area_id: int
    people: int
    due: int
    late: int
    households: int
    calls: int
    said: bool
    done: int
    tracers: int
    below: int
    places: int = 1

    @property
    def per_tracer(self) -> float | None:
        """Households to call for each tracer; None where there is nobody."""
        return self.households / self.tracers if self.tracers else None


def loads(actor: Actor, now: datetime, area_id: int | None = None) -> list[Load]:
    """Each commune of the actor's areas where anything is open, was said or somebody calls; most below the line first.
    No names. Four statements, however many communes."""
    areas = areas_of(actor, area_id, VERB)
    day = now.astimezone(HERE).date()
    asked: dict[str, Any] = {
        "areas": areas, "now": now, "today": day, "since": datetime.combine(day, time(), HERE),
    }  # fmt: skip
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "open_work_by_place"), asked, prepare=False)
        work = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(load("tracing", "done_by_place"), asked, prepare=False)
        done = dict(cursor.fetchall())
        cursor.execute(load("tracing", "capacities_said"), asked, prepare=False)
        said = dict(cursor.fetchall())
    tracers = holders_by_area(Role.TRACER, areas, day)
    usual = settings_on(day).calls_a_day
    found = []
    for area in work.keys() | said.keys() | tracers.keys():
        people, due, late, households = work.get(area, (0, 0, 0, 0))
        calls, spoken = said.get(area, usual), done.get(area, 0)
        below = max(households - max(calls - spoken, 0), 0)
        found.append(
            Load(area, people, due, late, households, calls, area in said, spoken, tracers.get(area, 0), below)
        )
    return sorted(found, key=lambda one: (-one.below, -one.late, -one.due, one.area_id))


def by_province(found: Iterable[Load]) -> list[Load]:
    """Communes summed to their provinces; the centre stands for itself."""
    sums: dict[int, Load] = {}
    for one in found:
        area = places.area(one.area_id)
        home = area.province_id if area is not None and area.province_id is not None else one.area_id
        sums[home] = _plus(sums[home], one) if home in sums else one._replace(area_id=home)
    return sorted(sums.values(), key=lambda one: (-one.below, -one.late, -one.due, one.area_id))


def total(found: Iterable[Load]) -> Load:
    """The sum of places."""
    whole = Load(CENTRE, 0, 0, 0, 0, 0, True, 0, 0, 0, 0)
    for one in found:
        whole = _plus(whole, one)
    return whole


def _plus(one: Load, other: Load) -> Load:
    return Load(
        one.area_id, one.people + other.people, one.due + other.due, one.late + other.late,
        one.households + other.households, one.calls + other.calls, one.said and other.said, one.done + other.done,
        one.tracers + other.tracers, one.below + other.below, one.places + other.places,
    )  # fmt: skip
