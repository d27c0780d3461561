"""Doses through the whole house: how many a second, how quickly each call, how near to bare PostgreSQL, all there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from lachan.analytics.checks import check_all
from lachan.bench import stations, wire
from lachan.bench.bare import Twin, rows_per_s
from lachan.bench.house import House, durable
from lachan.kernel.statements import load

ACCEPTED, DUPLICATE = b'"status":"accepted"', b'"status":"duplicate"'
RESENT = 5  # batches sent a second time after the clock has stopped: none of them may count twice
TWIN = Twin(rows="rows_for_twin", make="make_twin", insert="bare_insert", drop="drop_twin")


def batches(house: House, *, doses: int, size: int, lines: int, dsn: str) -> dict[str, Any]:
    """``bench doses``: batches of ``size`` over ``lines`` connections at once, with the bare figure of the same run."""
    settings = durable()
    stations.forget()
    token = stations.key()
    warm_up = max(size * lines * 2, size * 20)
    made = stations.batches(doses + warm_up, size)
    given_at = timezone.now()
    encoded = [stations.encode(batch, given_at) for batch in made]
    requests = [wire.request(house.url, "/api/v1/commands", token=token, body=entry.body) for entry in encoded]
    first = warm_up // size
    warm, _ = wire.run(house.url, requests[:first], lines)
    before = house.cpu_seconds()
    with house.watched() as memory:
        answers, seconds = wire.run(house.url, requests[first:], lines)
    spent = {part: value - before[part] for part, value in house.cpu_seconds().items()}
    again, _ = wire.run(house.url, requests[first : first + RESENT], 1)
    recorded = sum(answer.body.count(ACCEPTED) for answer in answers)
    found = audit([command for entry in encoded for command in entry.ids], [*warm, *answers])
    bare = rows_per_s(dsn, TWIN, doses, size)
    times = [answer.seconds * 1000 for answer in answers]
    rate = recorded / seconds
    return {
        "doses": recorded,
        "seconds": round(seconds, 2),
        "doses_per_s": round(rate),
        "bare_rows_per_s": round(bare),
        "ratio": round(rate / bare, 3),
        "p50_ms": round(wire.percentile(times, 0.5), 1),
        "p99_ms": round(wire.percentile(times, 0.99), 1),
        "rss_mb": round(max(memory)),
        "cpu_us_per_dose": {part: round(value * 1e6 / max(recorded, 1), 1) for part, value in spent.items()},
        **found,
        "resent_counted_again": sum(answer.body.count(ACCEPTED) for answer in again),
        "batch": size,
        "connections": lines,
        "settings": settings,
    }


def single(house: House, *, doses: int, lines: int) -> dict[str, Any]:
    """``bench single``: one dose a call."""
    durable()
    stations.forget()
    token = stations.key()
    made = stations.batches(doses + 2_000, 200)
    given_at = timezone.now()
    ids: list[UUID] = []
    requests = []
    for batch in made:
        for person in batch.persons:
            entry = stations.encode(batch._replace(persons=[person]), given_at)
            ids += entry.ids
            requests.append(wire.request(house.url, "/api/v1/commands", token=token, body=entry.body))
    warm, _ = wire.run(house.url, requests[:2_000], lines)
    before = house.cpu_seconds()
    answers, seconds = wire.run(house.url, requests[2_000 : 2_000 + doses], lines)
    spent = {part: value - before[part] for part, value in house.cpu_seconds().items()}
    times = [answer.seconds * 1000 for answer in answers]
    return {
        "requests": len(answers),
        "requests_per_s": round(len(answers) / seconds),
        "p50_ms": round(wire.percentile(times, 0.5), 1),
        "p99_ms": round(wire.percentile(times, 0.99), 1),
        "cpu_us_per_request": {part: round(value * 1e6 / max(len(answers), 1)) for part, value in spent.items()},
        **audit(ids[: 2_000 + doses], [*warm, *answers]),
        "connections": lines,
    }


def record(house: House, doses: int) -> None:
    """So many doses through the door, for what is measured afterwards."""
    stations.forget()
    token, given_at = stations.key(), timezone.now()
    bodies = [stations.encode(batch, given_at).body for batch in stations.batches(doses, 200)]
    wire.run(house.url, [wire.request(house.url, "/api/v1/commands", token=token, body=body) for body in bodies], 8)


def audit(ids: Sequence[UUID], answers: Sequence[wire.Answer]) -> dict[str, Any]:
    """What the answers promised against what the tables hold.

    ``lost``: accepted and not there. ``doubled``: rows beyond one a command. ``not_accepted``: answered otherwise.
    """
    promised = sum(answer.body.count(ACCEPTED) for answer in answers)
    wrong = [answer for answer in answers if answer.status != 200]
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "doses_of_commands"), [list(ids)])
        rows, distinct = cursor.fetchone()
    wrong_counts = [finding for finding in check_all() if not finding.good]
    example = next((answer.body for answer in answers if b'"reason"' in answer.body), b"")
    found: dict[str, Any] = {
        "lost": promised - distinct,
        "doubled": rows - distinct,
        "not_accepted": len(ids) - promised,
        "failed_calls": len(wrong),
        "counters_equal": not wrong_counts,
    }
    if found["not_accepted"]:
        found["example"] = (wrong[0].body if wrong else example)[:400].decode(errors="replace")
    return found
