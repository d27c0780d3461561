"""How quickly the house answers: the national picture, people found, screens opened."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import connection
from django.utils import timezone

from lachan.access.operations.demo import COMMUNE, DEMO_DAY, PROVINCE, create_demo_users
from lachan.access.session_store import SessionStore
from lachan.analytics import queries as analytics
from lachan.analytics.maps import Map
from lachan.bench import stations, wire
from lachan.bench.house import House
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.kernel.statements import load
from lachan.people import search as finding
from lachan.places import queries as places
from lachan.synth.cards import SyntheticPerson, people_for
from lachan.synth.faults import Fault
from lachan.synth.plan import Plan


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def summary(times: Sequence[float]) -> dict[str, float]:
    return {
        "p50_ms": round(wire.percentile(times, 0.5), 2),
        "p95_ms": round(wire.percentile(times, 0.95), 2),
        "p99_ms": round(wire.percentile(times, 0.99), 2),
    }


def coverage(house: House, times: int = 300) -> dict[str, Any]:
    """``bench coverage``: the nation by province on both maps, from the counters; in this process and through HTTP."""
    today = timezone.localdate()
    for of in Map:
        analytics.coverage_by_province(stations.ACTOR, of, today)
    found = [
        timed(lambda of=of: analytics.coverage_by_province(stations.ACTOR, of, today))  # type: ignore[misc]
        for _ in range(times // 2)
        for of in Map
    ]
    token = stations.key()
    path = "/api/v1/coverage/areas?map=2025"
    requests = [wire.request(house.url, path, token=token)] * times
    wire.run(house.url, requests[:20], 2)
    answers, _ = wire.run(house.url, requests, 1)
    wrong = [answer.status for answer in answers if answer.status != 200]
    if wrong:
        raise SystemExit(f"{path} answered {wrong[0]}")
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "count_doses"))
        doses = cursor.fetchone()[0]
    return {**summary(found), "http": summary([answer.seconds * 1000 for answer in answers]), "doses": doses}


def search(people: int, times: int = 300) -> dict[str, Any]:
    """``bench search``: people found by number, by scanned card, by name with birth date and commune.

    ``p95_ms`` is that of the slowest way.
    """
    plan, step = Plan(), max(1, people // (times * 3))
    sample: list[SyntheticPerson] = []
    for person in people_for(plan, range(0, people, step)):
        if person.fault == Fault.CLEAN and person.citizen_id and any(number[2] for number in person.recorded_numbers):
            sample.append(person)
        if len(sample) == times:
            break
    now = timezone.now()

    def by_number(text: str) -> object:
        return finding.by_number(stations.ACTOR, finding.read(text).numbers, now=now)

    def by_name(person: SyntheticPerson) -> object:
        wanted = finding.Wanted(person.name, person.born.isoformat(), person.commune_id)
        return finding.by_name(stations.ACTOR, wanted).persons

    ways: dict[str, Callable[[SyntheticPerson], object]] = {
        "identifier": lambda person: by_number(person.citizen_id),
        "card": lambda person: by_number(person.scan()),
        "name_birth_commune": by_name,
    }
    found: dict[str, Any] = {}
    for name, way in ways.items():
        missed = sum(not way(person) for person in sample[:20])
        if missed:
            raise SystemExit(f"search by {name} did not find {missed} of 20 people who are there")
        found[name] = summary([timed(lambda p=person: way(p)) for person in sample])  # type: ignore[misc]  # noqa: B023
    return {"p95_ms": max(entry["p95_ms"] for entry in found.values()), **found, "searches": len(sample) * len(ways)}


def screens(house: House, times: int = 60) -> dict[str, Any]:
    """``bench screens``: every screen of the day by whoever uses it, one after the other; time on this machine's wire.

    ``p95_ms`` is that of the slowest.
    """
    create_demo_users(timezone.now())
    session, person = _lively_session()
    pages = {
        "wall of the session": ("nurse", f"/station/{session}/wall/", b""),
        "session board": ("nurse", f"/station/{session}/", b""),
        "a person at the board": ("nurse", f"/station/{session}/people/{person}/", b""),
        "person": ("nurse", f"/people/{person}/", b""),
        "people": ("nurse", "/people/", b""),
        "register": ("nurse", "/people/new/", b""),
        "sessions": ("head", "/sessions/", b""),
        "session report": ("head", f"/sessions/{session}/", b""),
        "worklist": ("head", "/worklist/", b""),
        "worklist of a province": ("province", "/worklist/", b""),
        "national picture": ("national", "/national/", b""),
        "province": ("province", f"/national/{_area(PROVINCE, 1)}/", b""),
        "commune": ("commune", f"/national/{_area(COMMUNE, 3)}/", b""),
    }
    found: dict[str, Any] = {}
    for name, (username, path, body) in pages.items():
        message = wire.request(
            house.url, path, cookie=f"{settings.SESSION_COOKIE_NAME}={signed_in(username)}", body=body
        )
        answers, _ = wire.run(house.url, [message] * (times + 4), 1)
        if answers[-1].status != 200:  # pages that only lead on (home, the one open session) are not among them
            raise SystemExit(f"the screen {name!r} ({path}) answered {answers[-1].status}")
        found[name] = {
            **summary([answer.seconds * 1000 for answer in answers[4:]]),
            "kb": len(answers[-1].body) // 1024,
        }
    slowest = max(found, key=lambda name: found[name]["p95_ms"])
    return {"p95_ms": found[slowest]["p95_ms"], "slowest": slowest, "screens": found}


def signed_in(username: str) -> str:
    """A session cookie of a demonstration user, made here so that no sign-in is measured."""
    user: Any = get_user_model().objects.get(username=username)
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _area(code: str, level: int) -> int:
    """The demonstration's officers are of the map of its story."""
    area = places.area_at(code, level, DEMO_DAY)
    assert area is not None
    return area.id


def _lively_session() -> tuple[UUID, UUID]:
    """A session of the demonstration's station with 150 people in it, half of them vaccinated; and one of them."""
    now = timezone.now()
    code = f"TYT{COMMUNE}"
    session = new_id()
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "undosed_adults"), [stations.OLD_ENOUGH, 150])
        people = [row[0] for row in cursor.fetchall()]
    lot = {
        "facility": code, "product": stations.PRODUCT, "lot": "BENCH-SCREEN", "kind": "receive", "quantity": 500,
        "expires_on": (timezone.localdate() + timedelta(days=90)).isoformat(),
    }  # fmt: skip
    opening = {"session_id": str(session), "facility": code, "date": timezone.localdate().isoformat()}
    commands = [Command(new_id(), "stock.move", now, lot), Command(new_id(), "session.open", now, opening)]
    for number, person in enumerate(people):
        body = {"person": {"id": str(person)}, "session_id": str(session)}
        commands.append(Command(new_id(), "arrival.record", now, body))
        if number % 2:
            dose = {**body, "product": stations.PRODUCT, "lot": "BENCH-SCREEN", "site": "left_arm"}
            commands.append(Command(new_id(), "dose.record", now, dose))
    for outcome in execute(commands, actor=stations.ACTOR, now=now):
        if outcome.status is not ACCEPTED:
            raise SystemExit(f"the session to look at could not be filled: {outcome.reason}")
    return session, people[1]
