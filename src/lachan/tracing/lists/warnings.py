"""The staff of a place where a case was is told: by message where the place gave a telephone, else by a call.

They are told the day, and what to do; never who the case is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import psycopg

from lachan.access.actors import Actor
from lachan.immunization.messaging import Outgoing, Transport
from lachan.immunization.messaging.port import MOST, RETRY
from lachan.immunization.operations.messages import templates
from lachan.immunization.rules import messages as rules
from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places.venues.operations import subject_of
from lachan.places.venues.queries import contacts_of, venues
from lachan.tracing.engine.rules import ZONE

TEMPLATE: Final = "venue_warned"
LOOKS_BACK: Final = timedelta(days=21)
TRIED_FOR: Final = timedelta(days=1)  # by message; afterwards somebody calls
STAYS: Final = 1_000
MOST_SHOWN: Final = 200
_KEYS: Final = UUID("0b6e6e01-7c5b-5d0e-9a51-1f0f1f2f3f4f")


class Waiting(NamedTuple):
    """A place whose staff was not told: how many stays of cases, from when to when, how many people were there."""

    place_id: int
    stays: int
    first: datetime
    last: datetime
    others: int


class _Told(NamedTuple):
    """The stays of a day at a place, told by one message."""

    place_id: int
    day: date
    stays: list[UUID]


def tell_places(way: Transport, *, now: datetime) -> int:
    """Send what is due to places with a telephone; how many messages went out. Nothing at night.

    The stays are held meanwhile, so that two workers do not send twice; one that dies after sending sends again under
    the same id, which a gateway drops.
    """
    if rules.window_opens(now) is not None:
        return 0
    told, after = 0, 0
    while True:
        with hot_cursor() as cursor:
            arrays.execute(cursor, load("tracing", "claim_warnings"), [now - TRIED_FOR, after, STAYS])
            rows = cursor.fetchall()
            if not rows:
                return told
            after = rows[-1][0]
            told += _send(cursor, _days(rows), way, now)


def places_to_warn(areas: list[int] | None, now: datetime) -> list[Waiting]:
    """Places in these areas (None: all) whose staff is to be told, the latest first: those without a telephone."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "places_to_warn"), [now - LOOKS_BACK, areas, areas, MOST_SHOWN])
        return [Waiting(*row) for row in cursor.fetchall()]


def told_by_hand(place_id: int, areas: list[int] | None, *, actor: Actor, now: datetime) -> int:
    """Somebody called the place; how many stays that settles. Only of places within the areas (None: all)."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("tracing", "stays_to_tell_by_hand"), [place_id, areas, areas])
        stays = [row[1] for row in cursor.fetchall()]
        if stays:
            _keep(cursor, [(place_id, stay) for stay in stays], actor.id, now)
            journal.append(cursor, [journal.Entry("venue.warned", subject_of(place_id), now, actor.id, "{}")])
        return len(stays)


def _days(rows: Sequence[tuple[Any, ...]]) -> list[_Told]:
    found: dict[tuple[int, date], list[UUID]] = defaultdict(list)
    for place_id, stay_id, t_in in rows:
        found[place_id, t_in.astimezone(ZONE).date()].append(stay_id)
    return [_Told(place_id, day, stays) for (place_id, day), stays in found.items()]


def _send(cursor: psycopg.Cursor[Any], told: list[_Told], way: Transport, now: datetime) -> int:
    places = {one.place_id for one in told}
    names, contacts = venues(places), contacts_of(places)
    template = rules.template_on(templates(), TEMPLATE, now.astimezone(ZONE).date())
    assert template is not None, "the text for places is missing"
    reached = [one for one in told if one.place_id in contacts and one.place_id in names]
    sent: list[tuple[int, UUID]] = []
    for start in range(0, len(reached), MOST):
        part = reached[start : start + MOST]
        results = way.send([
            Outgoing(
                str(uuid5(_KEYS, f"{one.place_id} {one.day}")), contacts[one.place_id],
                template.text("vi", {"place": names[one.place_id].name, "day": f"{one.day:%d/%m/%Y}"}),
            )
            for one in part
        ])  # fmt: skip
        for one, result in zip(part, results, strict=True):
            if result.status == "sent":
                sent += [(one.place_id, stay) for stay in one.stays]
            elif result.status != RETRY:
                continue  # a wrong number: the place stays on the list of those to be called
    _keep(cursor, sent, None, now)
    system = Actor.system("tracing").id
    people = sorted({place_id for place_id, _ in sent})
    journal.append(cursor, [journal.Entry("venue.warned", subject_of(place), now, system, "{}") for place in people])
    return len({(one.place_id, one.day) for one in reached if (one.place_id, one.stays[0]) in set(sent)})


def _keep(cursor: psycopg.Cursor[Any], told: list[tuple[int, UUID]], actor_id: UUID | None, now: datetime) -> None:
    if told:
        rows = sorted(told)
        columns = [[row[0] for row in rows], [row[1] for row in rows]]
        arrays.execute(cursor, load("tracing", "keep_warnings"), [now, actor_id, *columns, columns[0]])
