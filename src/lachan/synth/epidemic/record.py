"""An outbreak into the database, through the front doors of the rooms: venues, visits, reports of illness, results.

What follows from a result (cases, lists, tasks) is the rooms' own work. Done again on the same day it adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import numpy as np

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.synth import tables
from lachan.synth.epidemic.course import NEVER
from lachan.synth.epidemic.days import Stays
from lachan.synth.epidemic.outbreak import Told, play
from lachan.synth.epidemic.plan import Outbreak
from lachan.synth.epidemic.population import KINDS
from lachan.tracing.visits import operations as visits
from lachan.tracing.visits.facts import DEVICE_CODE, STAY, VisitIn
from lachan.tracing.visits.limits import limits_on

ACTOR: Final = Actor.system("epidemic")
BATCH: Final = 1_000
SPACE: Final = UUID("8e0c2f1a-51c5-5d0b-8a55-7f6f1d8a3c01")
# kinds of places' data: ours -> (theirs, what it is called)
NAMED: Final = {
    "market": ("market", "Chợ"), "shop": ("supermarket", "Cửa hàng"), "eatery": ("restaurant", "Quán"),
    "clinic": ("clinic", "Phòng khám"), "temple": ("worship", "Chùa"), "mall": ("shopping_centre", "Trung tâm"),
    "hospital": ("hospital", "Bệnh viện"), "bus": ("bus", "Xe buýt"), "party": ("event", "Nhà tiệc"),
    "class": ("school", "Lớp"), "workplace": ("office", "Công ty"),
}  # fmt: skip

Say = Callable[[str], Any]


class Recorded(NamedTuple):
    """``visits``: recorded; ``refused``: visits and commands that were refused or held; ``found``: people whose
    positive results are recorded."""

    people: int
    venues: int
    visits: int
    results: int
    found: int
    refused: int


def until_today(plan: Outbreak, now: datetime) -> Outbreak:
    """The same plan with its last day today. A :class:`Problem` when it is longer than visits are kept."""
    today = now.astimezone(VIETNAM).date()
    kept = limits_on(now.astimezone(UTC).date()).keep_days
    if plan.days >= kept:
        raise Problem("too_long", "Too long", f"visits are kept {kept} days: play at most {kept - 1}", status=422)
    return replace(plan, start=today - timedelta(days=plan.days - 1))


def put(plan: Outbreak, *, now: datetime, say: Say) -> Recorded:
    """Play the outbreak and record it; the plan's people must be there already (:func:`lachan.synth.run.invent`)."""
    days: list[Stays] = []
    told = play(plan, lambda stays, _: days.append(stays))
    ids = _ids(told)
    venue_of = _venues(told, days, now)
    say(f"{len(venue_of):,} venues")
    recorded, refused = 0, 0
    sender = visits.Sender(ACTOR.id, "epidemic", None)
    for batch in _batches(_visits(told, days, ids, venue_of, int(now.timestamp()))):
        done = visits.record(batch, actor=sender, now=now)
        recorded += sum(outcome.status in (ACCEPTED, DUPLICATE) for outcome in done)
        refused += sum(outcome.status not in (ACCEPTED, DUPLICATE) for outcome in done)
    say(f"{recorded:,} visits")
    commands = sorted(_commands(told, ids, now), key=lambda command: command.happened_at)
    outcomes: list[Outcome] = []
    for start in range(0, len(commands), BATCH):
        outcomes += execute(commands[start : start + BATCH], actor=ACTOR, now=now)
    refused += sum(outcome.status not in (ACCEPTED, DUPLICATE) for outcome in outcomes)
    results = sum(command.verb == "result.record" for command in commands)
    found = int((told.course.result <= int(now.timestamp())).sum())
    say(f"{results:,} results, {found:,} people found positive")
    return Recorded(plan.people, len(venue_of), recorded, results, found, refused)


def _ids(told: Told) -> list[UUID]:
    folk = told.folk
    return [UUID(int=(high << 64) | low) for high, low in zip(folk.upper.tolist(), folk.lower.tolist(), strict=True)]


def _venues(told: Told, days: Sequence[Stays], now: datetime) -> dict[int, int]:
    """Ids of the venues somebody was scanned at, by place of the outbreak. They lie in the commune of their area."""
    seen = np.unique(np.concatenate([day.place[day.recorded] for day in days]))
    communes = tables.places(told.plan.province).ids
    _, person = np.unique(told.folk.area, return_index=True)
    of_area = communes[told.folk.commune[person]]
    items = []
    for place in seen.tolist():
        kind, name = NAMED[KINDS[int(told.places.kind[place])].name]
        area = int(of_area[told.places.area[place]])
        request = uuid5(SPACE, f"{told.plan.seed} {told.plan.province} {told.plan.people} {place}")
        closed = KINDS[int(told.places.kind[place])].closed
        items.append(NewVenue(f"{name} số {place + 1}", kind, area, request, closed=closed))
    found: dict[int, int] = {}
    for start in range(0, len(items), BATCH):
        with hot_cursor() as cursor:
            done = register_venues(cursor, items[start : start + BATCH], actor_id=ACTOR.id, now=now)
        for place, outcome in zip(seen[start : start + BATCH].tolist(), done, strict=True):
            if outcome.status in (ACCEPTED, DUPLICATE) and outcome.params is not None:
                found[place] = int(outcome.params["id"])
    return found


def _visits(
    told: Told, days: Sequence[Stays], ids: Sequence[UUID], venue_of: dict[int, int], clock: int
) -> Iterator[VisitIn]:
    """Scanned stays that are over, day by day in the order of time."""
    for day in days:
        rows = np.flatnonzero(day.recorded & (day.end <= clock))
        rows = rows[np.argsort(day.start[rows], kind="stable")]
        columns = (column[rows].tolist() for column in (day.person, day.place, day.start, day.end))
        for person, place, start, end in zip(*columns, strict=True):
            if place in venue_of:
                yield VisitIn(venue_of[place], start, STAY, person=ids[person], source=DEVICE_CODE, until=end)


def _batches(items: Iterator[VisitIn]) -> Iterator[list[VisitIn]]:
    batch: list[VisitIn] = []
    for item in items:
        batch.append(item)
        if len(batch) == visits.MOST_VISITS:
            yield batch
            batch = []
    if batch:
        yield batch


def _commands(told: Told, ids: Sequence[UUID], now: datetime) -> Iterator[Command]:
    """Reports of people who feel ill, and results, as far as they have come in."""
    plan, course, clock = told.plan, told.course, int(now.timestamp())
    station = _stations(told)
    tests = told.tests
    ill = course.symptoms & (course.infected < NEVER)
    rows = np.flatnonzero(tests.result <= clock)
    columns = (column[rows].tolist() for column in (tests.person, tests.sampled, tests.result, tests.positive))
    for person, sampled, result, positive in zip(*columns, strict=True):
        about = {"person": {"id": str(ids[person])}, "facility": station[int(told.folk.commune[person])]}
        key = f"{plan.seed} {plan.start} {person} {sampled}"
        if ill[person] and course.onset[person] <= sampled:
            onset = datetime.fromtimestamp(int(course.onset[person]), VIETNAM).date()
            case = {"disease": "covid-19", "symptomatic": "yes", "onset_on": str(onset)}
            at = datetime.fromtimestamp(sampled, VIETNAM)
            yield Command(uuid5(SPACE, f"report {key}"), "case.report", at, about | case)
        found = {
            "disease": "covid-19", "method": "pcr", "outcome": "positive" if positive else "negative",
            "taken_at": datetime.fromtimestamp(sampled, VIETNAM).isoformat(),
            "reason": "symptoms" if ill[person] else "screening",
        }  # fmt: skip
        at = datetime.fromtimestamp(result, VIETNAM)
        yield Command(uuid5(SPACE, f"result {key}"), "result.record", at, about | found)


def _stations(told: Told) -> dict[int, str]:
    """Code of the facility that samples people of each commune: one of their district, else of their province."""
    by_district: dict[int, str] = {}
    by_province: dict[int, str] = {}
    for facility in sorted(places.facility_table().values(), key=lambda row: row.id):
        by_province.setdefault(facility.province_id, facility.code)
        if facility.district_id is not None:
            by_district.setdefault(facility.district_id, facility.code)
    found = {}
    communes = tables.places(told.plan.province).ids
    for commune in np.unique(told.folk.commune).tolist():
        area = places.area(int(communes[commune]))
        code = by_district.get(area.district_id or 0) or by_province.get(area.province_id or 0) if area else None
        found[commune] = code or next(iter(by_province.values()), "")
    return found
