"""One rehearsal from the first delivery to the audit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg
from django.db import connection
from django.utils import timezone

from lachan.access import operations as access
from lachan.access.actors import Actor
from lachan.bench.wire import percentile
from lachan.immunization import queries
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.rehearsal.audit import Audit, audit
from lachan.rehearsal.day import AMENDED, GROWN, VOIDED, WALK_IN, Planned, Script, Station, window
from lachan.rehearsal.mischief import Mischief
from lachan.rehearsal.play import Ledger, Player
from lachan.synth import run as synth
from lachan.synth.cards import SyntheticPerson, people_for
from lachan.synth.faults import Fault
from lachan.synth.plan import CHUNK, Plan

ACTOR = Actor.system("rehearsal")
FORM = "adult-5785"
WALK_IN_SEED = 1_000_000  # walk-ins are people of another invention, so that nobody knows them


class Wanted(NamedTuple):
    """What to play."""

    doses: int
    stations: int
    batch: int
    seed: int
    connections: int
    url: str


class Played(NamedTuple):
    """What came of it."""

    ledger: Ledger
    audit: Audit
    seconds: float
    doses: int
    kills: dict[str, int]


def rehearse(
    wanted: Wanted, target: synth.Target, *, demonstration: bool, faults_in: Path | None,
    say: Callable[[str], None], progress: Callable[[int], None],
) -> Played:  # fmt: skip
    """Play the day and audit it. ``faults_in``: the data directory of the house to break meanwhile."""
    began = datetime.now(UTC)
    say("writing the script")
    script, stations = write(wanted, target, demonstration=demonstration)
    connection.close()
    ledger = Ledger()
    player = Player(wanted.url, ledger, wanted.connections, progress)
    mischief = Mischief(faults_in, wanted.seed, say) if faults_in is not None else None
    started = time.perf_counter()
    if mischief:
        mischief.start()
    try:
        say("the day")
        day = [station for station in stations if station.kind != "offline"]
        player.play([(station, script.calls(station, wanted.batch)) for station in day])
        say("the night: stations that were offline send their whole day")
        night = [station for station in stations if station.kind == "offline"]
        player.play([(station, script.calls(station, wanted.batch)) for station in night], packed=True)
        say("corrections")
        player.play([(station, calls) for station, calls in corrections(script, stations, ledger, wanted.batch)])
    finally:
        player.stop.set()
        if mischief:
            mischief.done.set()
            mischief.join()
    seconds = time.perf_counter() - started
    say("the audit")
    sent = sum(1 for entry in ledger.heard.values() if entry.planned.verb == "dose.record")
    return Played(ledger, audit(ledger, began), seconds, sent, dict(mischief.kills) if mischief else {})


def write(wanted: Wanted, target: synth.Target, *, demonstration: bool) -> tuple[Script, list[Station]]:
    """Stations with their keys and everything they will send, in memory."""
    now = timezone.now()
    walk_ins = round(wanted.doses * WALK_IN)
    known = known_people(wanted.doses - walk_ins, target, demonstration=demonstration)
    strangers = adults(Plan(WALK_IN_SEED + wanted.seed), walk_ins)
    form = next(form for form in queries.forms() if form["code"] == FORM)
    script = Script(wanted.seed, window(now), dict(form), now, run=time.time_ns())
    known.sort(key=lambda person: (person.commune_id, person.number))
    # neighbours come to the same station; a station stands where the one in the middle lives
    share = -(-len(known) // wanted.stations)
    groups = [known[start : start + share] for start in range(0, len(known), share)]
    code_of = {row.area_id: row.code for row in places.facility_table().values() if row.kind == "station"}
    stations = script.stations([code_of[group[len(group) // 2].commune_id] for group in groups])
    give_keys(stations, now)
    for number, (station, group) in enumerate(zip(stations, groups, strict=True)):
        guests = strangers[number * len(strangers) // len(groups) : (number + 1) * len(strangers) // len(groups)]
        script.open(station, len(group) + len(guests))
        people = [(person, False) for person in group] + [(person, True) for person in guests]
        script.random.shuffle(people)
        for person, walk_in in people:
            script.visit(station, person, walk_in)
    return script, stations


def known_people(count: int, target: synth.Target, *, demonstration: bool) -> list[SyntheticPerson]:
    """So many invented grown-ups of the database (and a few small children) without a dose; invents more if need be."""
    plan, first = Plan(), 0
    found: list[SyntheticPerson] = []
    while len(found) < count:
        with psycopg.connect(target.dsn) as raw:
            there, _ = synth.missing(raw, plan, first + CHUNK)
        if there < first + CHUNK:
            synth.invent(plan, first + 2 * CHUNK, target, demonstration=demonstration)
        chunk = [person for person in people_for(plan, range(first, first + CHUNK)) if _comes(person)]
        ids = [person.id for person in chunk]
        with connection.cursor() as cursor:
            cursor.execute(load("rehearsal", "already_dosed"), [ids])
            dosed = {row[0] for row in cursor.fetchall()}
        found += [person for person in chunk if person.id not in dosed]
        first += CHUNK
        if first > 500 * CHUNK:
            raise SystemExit("five million invented people are dosed already; begin with a new database")
    return found[:count]


def _comes(person: SyntheticPerson) -> bool:
    """Grown-ups, and one small child in two hundred whom the station should have sent home.

    Somebody recorded twice would rightly be refused the second time; that is not what is rehearsed here.
    """
    small = person.recorded_born > date(2018, 6, 1) and person.number % 200 == 0
    return person.fault != Fault.DUPLICATE and (max(person.born, person.recorded_born) < GROWN or small)


def adults(plan: Plan, count: int) -> list[SyntheticPerson]:
    """People the database has never heard of."""
    found: list[SyntheticPerson] = []
    first = 0
    while len(found) < count:
        found += [p for p in people_for(plan, range(first, first + CHUNK)) if p.born < GROWN and p.twin_of is None]
        first += CHUNK
    return found[:count]


def give_keys(stations: list[Station], now: datetime) -> None:
    """A device key for each station, for its own facility only, good for two days."""
    facility = places.facilities_by_code([station.code for station in stations])
    for start in range(0, len(stations), 200):
        part = stations[start : start + 200]
        items = [
            access.NewApiKey(f"rehearsal {s.code}", "device", now + timedelta(days=2), (facility[s.code].id,))
            for s in part
        ]
        for station, made in zip(part, access.create_api_keys(items, actor=ACTOR, now=now), strict=True):
            if made.token is None:
                raise SystemExit(f"no key for {station.code}: {made.outcome.reason}")
            station.token = made.token


def corrections(
    script: Script, stations: list[Station], ledger: Ledger, batch: int
) -> Iterator[tuple[Station, Iterator[list[Planned]]]]:
    """At the end of the day some doses are voided and some amended to the station's other lot."""
    by_code = {station.code: station for station in stations}
    work: dict[str, list[Planned]] = {}
    for entry in sorted(ledger.heard.values(), key=lambda entry: entry.planned.id):
        if entry.planned.verb != "dose.record" or entry.status != "accepted":
            continue
        dice = script.random.random()
        if dice >= VOIDED + AMENDED:
            continue
        sent: dict[str, Any] = msgspec.json.decode(entry.planned.body)
        station, dose = by_code[entry.station], sent["body"]
        body: dict[str, Any] = {"person": dose["person"], "dose_id": entry.record_id}
        if dice < VOIDED:
            verb, body = "dose.void", {**body, "reason": "entered for the wrong person"}
        else:
            other = station.lots[0] if dose["lot"] == station.lots[1] else station.lots[1]
            verb, body = "dose.amend", {**body, "changes": {"lot": other}, "reason": "wrong vial noted"}
        at = datetime.fromisoformat(sent["happened_at"]) + timedelta(seconds=40)
        planned = script.command(script.new_id(), verb, at, body, {"accepted"})
        work.setdefault(station.code, []).append(planned)
    for code, planned_all in work.items():
        yield by_code[code], iter([planned_all[start : start + batch] for start in range(0, len(planned_all), batch)])


def report(played: Played, wanted: Wanted) -> dict[str, Any]:
    """The result as one JSON object."""
    ledger, found = played.ledger, played.audit
    return {
        "good": found.good,
        "lost": found.lost,
        "doubled": found.doubled,
        "doses": played.doses,
        "stations": wanted.stations,
        "seed": wanted.seed,
        "commands": ledger.commands,
        "calls": ledger.calls,
        "seconds": round(played.seconds, 1),
        "commands_per_s": round(ledger.commands / played.seconds) if played.seconds else 0,
        "p50_ms": round(percentile(ledger.times, 0.5) * 1000, 1),
        "p99_ms": round(percentile(ledger.times, 0.99) * 1000, 1),
        "outcomes": dict(sorted(ledger.statuses.items())),
        "retries": ledger.retries,
        "kills": played.kills,
        "checks": {finding.name: {"good": finding.good, "detail": finding.detail} for finding in found.findings},
        "surprises": [
            {"what": what, "count": count, "example": ledger.examples[what]}
            for what, count in ledger.surprises.most_common(20)
        ],
    }
