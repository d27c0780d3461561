"""From a positive result committed over HTTP to work in every commune concerned, through the whole house.

The clock runs from the server's answer to the laboratory until the list, its tasks and messages are committed. The
window of each case is full of visits, at the density of a nation.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import connection
from django.utils import timezone

from lachan.access import operations as access
from lachan.access.scopes import NATION
from lachan.bench import tracing_fill, wire
from lachan.bench.house import House, durable
from lachan.bench.stations import ACTOR
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.surveillance.cases.queries import cases_of
from lachan.synth.run import target
from lachan.tracing import answers
from lachan.tracing.lists.queries import CaseLine, lines_of
from lachan.tracing.visits.subjects import subject_of

VISITS: Final = 20_000_000
CASES: Final = 60
ONSETS: Final = 20
LONGEST: Final = 20  # lists whose pages are asked for
CALLS: Final = 400  # of the list through the API
PATIENCE_S: Final = 60.0
FIRST_PATIENCE_S: Final = 400.0  # of a new version the search is compiled once
LOOK_EVERY_S: Final = 0.004


def measure(house: House, *, visits: int = VISITS, say: Callable[[str], None]) -> dict[str, Any]:
    """``result_to_tasks_p95_s``, ``recompute_p95_s``, ``f1_api_p95_ms`` (a page of 100 with names, rights, the log
    of looks) and how many people the lists hold."""
    durable()
    tracing_fill.ensure_visits(target(), visits, say)
    with hot_cursor() as cursor:
        cursor.execute(load("bench", "forget_lists"))
    say("sealing the answer store")
    answers.rebuild()
    key = _key()
    people = _visitors(CASES)
    _result(house, key, people[0])  # what is compiled is compiled
    _until(people[0], 0, FIRST_PATIENCE_S)
    to_tasks = [_result_s(house, key, person) for person in people[1:]]
    again = [_onset_s(person) for person in people[1 : 1 + ONSETS]]
    lines = {person: _line(person) for person in people[1:]}
    listed = [line.f1 for line in lines.values() if line is not None]
    longest = sorted((line for line in lines.values() if line is not None), key=lambda line: -line.f1)
    paged = _api(house, key, longest[:LONGEST])
    return {
        "result_to_tasks_p50_s": _rounded(to_tasks, 0.5), "result_to_tasks_p95_s": _rounded(to_tasks, 0.95),
        "recompute_p50_s": _rounded(again, 0.5), "recompute_s": _rounded(again, 0.95),
        "f1_api_p50_ms": round(1_000 * wire.percentile(paged, 0.5), 1),
        "f1_api_p95_ms": round(1_000 * wire.percentile(paged, 0.95), 1),
        "f1_median": int(wire.percentile([float(n) for n in listed], 0.5)), "f1_most": max(listed),
        "visits": visits,
    }  # fmt: skip


def _rounded(seconds: list[float], at: float) -> float:
    return round(wire.percentile(seconds, at), 3)


def _key() -> str:
    item = access.NewApiKey("bench tracing", "partner", timezone.now() + timedelta(hours=2), area_ids=(NATION,))
    return access.create_api_key(item, actor=ACTOR, now=timezone.now())[1]


def _visitors(count: int) -> list[UUID]:
    """People who were somewhere closed in the last two days: with whom there is somebody to find."""
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "some_people"), [count * 40])
        people = [row[0] for row in cursor.fetchall()]
    random.Random(7).shuffle(people)
    now, found = int(time.time()), []
    for person, subject in subject_of(people).items():
        if answers.store().stays([subject], now - 2 * 86_400, now).closed.any():
            found.append(person)
        if len(found) == count:
            return found
    raise SystemExit(f"only {len(found)} people were somewhere lately")


def _facility() -> str:
    return places.facilities(sorted(places.facility_table())[:1])[0].code


def _result(house: House, key: str, person: UUID) -> float:
    """Send one positive result; when its answer was there."""
    now = datetime.now(UTC)
    body = {
        "person": {"id": str(person)}, "disease": "covid-19", "method": "pcr", "outcome": "positive",
        "facility": _facility(), "taken_at": (now - timedelta(hours=20)).isoformat(),
    }  # fmt: skip
    command = {"id": str(new_id()), "verb": "result.record", "happened_at": now.isoformat(), "body": body}
    line = wire.Line(house.url)
    status, answer = line.call(
        wire.request(house.url, "/api/v1/commands", token=key, body=msgspec.json.encode(command))
    )
    line.close()
    if status != 200 or b'"status":"accepted"' not in answer:
        raise SystemExit(f"a result was not accepted: {status} {answer[:300]!r}")
    return time.perf_counter()


def _result_s(house: House, key: str, person: UUID) -> float:
    begun = _result(house, key, person)
    _until(person, 0)
    return time.perf_counter() - begun


def _onset_s(person: UUID) -> float:
    line = _line(person)
    if line is None:
        raise SystemExit("a case has no list")
    now = timezone.now()
    body = {
        "person": {"id": str(person)}, "case_id": str(line.case_id), "symptomatic": "yes",
        "onset_on": (timezone.localdate(now) - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    [outcome] = execute([Command(new_id(), "case.onset", now, body)], actor=ACTOR, now=now)
    if outcome.status is not ACCEPTED:
        raise SystemExit(f"an onset was not accepted: {outcome.reason}")
    begun = time.perf_counter()
    _until(person, line.revision)
    return time.perf_counter() - begun


def _line(person: UUID) -> CaseLine | None:
    cases = cases_of([person]).get(person, [])
    return next(iter(lines_of([case.id for case in cases]).values()), None)


def _until(person: UUID, revision: int, patience_s: float = PATIENCE_S) -> None:
    begun = time.perf_counter()
    while (line := _line(person)) is None or line.revision <= revision:
        if time.perf_counter() - begun > patience_s:
            raise SystemExit(f"no list was there {patience_s:.0f} s after the result")
        time.sleep(LOOK_EVERY_S)


def _api(house: House, key: str, lines: list[CaseLine]) -> list[float]:
    """Pages of lists, one after the other over one line."""
    seconds = []
    line = wire.Line(house.url)
    for nth in range(CALLS):
        path = f"/api/v1/tracing/cases/{lines[nth % len(lines)].case_id}/contacts"
        call = wire.request(house.url, path, token=key, purpose="contact_tracing")
        begun = time.perf_counter()
        status, answer = line.call(call)
        if status != 200:
            raise SystemExit(f"a list was not answered: {status} {answer[:300]!r}")
        if nth >= CALLS // 10:  # the first warm the web processes
            seconds.append(time.perf_counter() - begun)
    line.close()
    return seconds
