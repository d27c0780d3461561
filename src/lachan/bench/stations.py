"""What stations would send: people in their communes, sessions opened, stock delivered, doses encoded."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection
from django.utils import timezone

from lachan.access import operations as access
from lachan.access.actors import Actor
from lachan.access.scopes import NATION
from lachan.immunization.commands import execute
from lachan.kernel.commands import MOST_COMMANDS, Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.kernel.statements import load
from lachan.places import queries as places

PRODUCT = "astrazeneca"
OLD_ENOUGH = date(2003, 1, 1)  # surely 18 by October 2021
LOTS = 20
USUAL_PEOPLE = 200_000
ACTOR = Actor.system("bench")
_encode = msgspec.json.Encoder().encode


class Batch(NamedTuple):
    """The doses one station sends in one call."""

    facility: str
    session_id: UUID
    lot: str
    persons: list[UUID]


class Encoded(NamedTuple):
    """A batch as bytes, and the ids of its commands."""

    body: bytes
    ids: list[UUID]


def key() -> str:
    """A device key for the whole nation; it expires within the hour."""
    item = access.NewApiKey("bench", "device", timezone.now() + timedelta(hours=1), area_ids=(NATION,))
    return access.create_api_key(item, actor=ACTOR, now=timezone.now())[1]


def batches(doses: int, size: int, seed: int = 1) -> list[Batch]:
    """So many doses in batches of neighbours, spread evenly over the country; sessions open and stock in place.

    Of a larger population every n-th person comes, so that a batch touches as many communes, and therefore counters,
    as with 200,000 people: only the size of the tables differs between two measurements.

    SystemExit when the database holds too few adults.
    """
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "adults_by_commune"), [OLD_ENOUGH, max(1, people_there() // USUAL_PEOPLE)])
        adults: list[tuple[UUID, int]] = cursor.fetchall()
    wanted = -(-doses // size)
    slices = len(adults) // size
    if slices < wanted:
        raise SystemExit(f"{len(adults):,} adults are too few for {doses:,} doses; have more people")
    station_of = {row.area_id: row for row in places.facility_table().values() if row.kind == "station"}
    made = []
    for number in range(wanted):
        start = number * slices // wanted * size
        members = adults[start : start + size]
        facility = next(station_of[area] for _, area in members if area in station_of)
        made.append(Batch(facility.code, new_id(), f"BENCH-{number % LOTS:03d}", [person for person, _ in members]))
    random.Random(seed).shuffle(made)
    _prepare(made)
    return made


def _prepare(made: list[Batch]) -> None:
    """Open the sessions and deliver the vaccine, through the door's own operation."""
    now = timezone.now()
    today = timezone.localdate(now)
    commands: list[Command] = []
    for batch in made:
        opening = {"session_id": str(batch.session_id), "facility": batch.facility, "date": today.isoformat()}
        delivery = {
            "facility": batch.facility, "product": PRODUCT, "lot": batch.lot, "kind": "receive",
            "quantity": len(batch.persons), "expires_on": (today + timedelta(days=200)).isoformat(),
        }  # fmt: skip
        commands += [Command(new_id(), "stock.move", now, delivery), Command(new_id(), "session.open", now, opening)]
    for start in range(0, len(commands), MOST_COMMANDS):
        for outcome in execute(commands[start : start + MOST_COMMANDS], actor=ACTOR, now=now):
            if outcome.status is not ACCEPTED:
                raise SystemExit(f"a station could not be prepared: {outcome.reason} {outcome.params}")


def encode(batch: Batch, given_at: datetime) -> Encoded:
    """The batch as NDJSON, one ``dose.record`` a line."""
    ids = [new_id() for _ in batch.persons]
    lines = [
        _encode(dose(command_id, person, batch, given_at))
        for command_id, person in zip(ids, batch.persons, strict=True)
    ]
    return Encoded(b"\n".join(lines), ids)


def dose(command_id: UUID, person: UUID, batch: Batch, given_at: datetime) -> dict[str, Any]:
    """One command as a station's device sends it."""
    return {
        "id": command_id,
        "verb": "dose.record",
        "happened_at": given_at,
        "body": {
            "person": {"id": person},
            "session_id": batch.session_id,
            "product": PRODUCT,
            "lot": batch.lot,
            "dose_number": 1,
            "site": "left_arm",
            "route": "intramuscular",
        },
    }


def forget() -> None:
    """Throw away what earlier measurements recorded; the people stay."""
    with connection.cursor() as cursor:
        for name in ("forget_doses", "forget_journal", "refresh_statistics"):
            cursor.execute(load("bench", name))


def ensure_people(people: int, say: Callable[[str], None]) -> int:
    """At least so many invented people in the database; returns how many there are."""
    from lachan.synth import run
    from lachan.synth.plan import Plan

    found = people_there()
    if found < people:
        say(f"inventing {people - found:,} people")
        run.invent(Plan(), people, run.target(), demonstration=True)
    return people_there()


def people_there() -> int:
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "count_people"))
        return int(cursor.fetchone()[0])
