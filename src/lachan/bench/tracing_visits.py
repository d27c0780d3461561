"""Check-ins through the whole house: how many a second are durable, how soon seen, how near to bare PostgreSQL.

Every device sends batches over its own connection, as scans of chip cards in the binary form; the clock runs from the
first byte sent to the last answer, and an answer means that its visits are committed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

import msgspec
from django.db import connection
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.bench import wire
from lachan.bench.bare import Twin, rows_per_s
from lachan.bench.house import House, durable
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.tracing.visits import devices, partitions
from lachan.tracing.visits.calls import Head, Line, write_binary

PATH: Final = "/api/v1/visits"
KIND: Final = "application/x-lachan-visits"
VENUES: Final = 400  # about as many as one centre's devices are at work in one minute
PEOPLE: Final = 1_900_000
TWIN: Final = Twin(rows="visits_for_twin", make="make_visit_twin", insert="bare_visit_insert", drop="drop_visit_twin")
PROBES: Final = 10
_SEED: Final = 20211


def measure(house: House, *, visits: int = 100_000, size: int = 500, lines: int = 4, dsn: str) -> dict[str, Any]:
    """``checkins_per_s`` (durable, through HTTP), ``visible_s`` (slowest of ten probes until readers may have it),
    ``ratio`` to plain psycopg writing the same rows in the same batches, and what was refused (nothing)."""
    settings = durable()
    with hot_cursor() as cursor:
        cursor.execute(load("bench", "forget_visits"))
        partitions.ensure_around(cursor, timezone.now().date(), back=1)
    doors = _doors(lines)
    requests = _requests(house.url, doors, visits + visits // 10, size)
    first = visits // 10 // size
    wire.run(house.url, requests[:first], lines)
    before = house.cpu_seconds()
    answers, seconds = wire.run(house.url, requests[first:], lines)
    spent = {part: value - before[part] for part, value in house.cpu_seconds().items()}
    told = [msgspec.json.decode(answer.body) for answer in answers if answer.status == 200]
    recorded = sum(one["accepted"] for one in told)
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "count_visits"))
        there = cursor.fetchone()[0]
    bare = rows_per_s(dsn, TWIN, recorded, size)
    times = [answer.seconds * 1000 for answer in answers]
    rate = recorded / seconds
    return {
        "checkins": recorded,
        "checkins_per_s": round(rate),
        "bare_rows_per_s": round(bare),
        "ratio": round(rate / bare, 3),
        "visible_s": round(_visible(house, doors), 3),
        "p50_ms": round(wire.percentile(times, 0.5), 1),
        "p99_ms": round(wire.percentile(times, 0.99), 1),
        "refused": sum(len(one["refused"]) for one in told),
        "failed_calls": len(answers) - len(told),
        "rows": there,
        "cpu_us_per_checkin": {part: round(value * 1e6 / max(recorded, 1), 1) for part, value in spent.items()},
        "batch": size,
        "connections": lines,
        "settings": settings,
    }


def _doors(count: int) -> list[tuple[str, list[int]]]:
    """(token, venues) of so many devices; each stands for those of many doors."""
    now, actor = timezone.now(), Actor.system("bench")
    commune = places.communes(places.provinces(now.date())[0].id, now.date())[0]
    new = [NewVenue(f"Chợ {number}", "market", commune.id, uuid4()) for number in range(VENUES)]
    with hot_cursor() as cursor:
        made = register_venues(cursor, new, actor_id=actor.id, now=now)
    ids = [outcome.params["id"] for outcome in made if outcome.params]
    found = []
    for number in range(count):
        mine = ids[number::count][: devices.MOST_VENUES]
        device = devices.make(f"bench {number}", mine, actor_id=actor.id, now=now)
        paired = devices.pair(device.pairing, now=now)
        assert paired is not None
        found.append((paired.token, mine))
    return found


def _requests(url: str, doors: Sequence[tuple[str, list[int]]], visits: int, size: int) -> list[bytes]:
    """Encoded before the clock starts. People return about as often as visits of 21 days to 1.9 million people say."""
    rng, now = random.Random(_SEED), int(time.time())
    requests = []
    for number in range(visits // size):
        token, venues = doors[number % len(doors)]
        lines = [
            Line(now - 3_000 + rng.randrange(2_900), _card(rng.randrange(PEOPLE)), "in", None)
            for _ in range(size)
        ]  # fmt: skip
        head = Head(uuid4(), now, venues[number // len(doors) % len(venues)])
        requests.append(wire.request(url, PATH, token=token, body=write_binary(head, lines), kind=KIND))
    return requests


def _card(person: int) -> str:
    """The text of an invented chip card."""
    number = f"079{person % 2}{person // 1_000_000 + 60:02d}{person % 1_000_000:06d}"
    old, born = f"024{person % 1_000_000:06d}", 1960 + person // 1_000_000
    return f"{number}|{old}|Nguyễn Văn An|0101{born}|Nam|Bến Nghé, Quận 1|01012021"


def _visible(house: House, doors: Sequence[tuple[str, list[int]]]) -> float:
    """Seconds from an answer until readers of the outbox may have what it promised; the slowest of ten."""
    slowest = 0.0
    for request in _requests(house.url, doors, PROBES * 50, 50):
        [answer], _ = wire.run(house.url, [request], 1)
        started = time.perf_counter()
        assert answer.status == 200, answer.body
        with connection.cursor() as cursor:
            while True:
                cursor.execute(load("bench", "count_visits"))
                written = cursor.fetchone()[0]
                cursor.execute(load("bench", "readable_batches"))
                if cursor.fetchone()[0] >= written or time.perf_counter() - started > 30:
                    break
                time.sleep(0.005)
        slowest = max(slowest, time.perf_counter() - started)
    return slowest
