"""Fills an empty demonstration: the country, its people, half a year of a campaign, and a day under way."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from lachan.access.actors import Actor
from lachan.access.operations.demo import create_demo_users
from lachan.certificates.keys import ensure as ensure_keys
from lachan.demonstration import doubles, planning, register, supply
from lachan.demonstration.corrections import seed_corrections
from lachan.demonstration.epidemic import seed_epidemic
from lachan.demonstration.merges import seed_merge
from lachan.demonstration.neighbours import seed_neighbours
from lachan.demonstration.own_records import seed_own_records
from lachan.demonstration.plan import HISTORY_DAYS, PRODUCTS, Country, Dose, batches, country, past_doses, uuid_for
from lachan.demonstration.reactions import seed_reactions
from lachan.demonstration.repairs import seed_repairs, settle_ward
from lachan.demonstration.signing import seed_signatures
from lachan.demonstration.stock import stock_commands
from lachan.immunization.commands import execute
from lachan.immunization.reference import load_products
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome
from lachan.places.operations import load_reference
from lachan.synth import run
from lachan.synth.plan import Plan

Say = Callable[[str], Any]
ACTOR = Actor.system("demonstration")
LOTS = {
    "pfizer": ("FG3524", "FK0112"),
    "astrazeneca": ("PW40026",),
    "moderna": ("3004491",),
    "verocell": ("2021070816",),
}
EXPIRED_LOT = "PV46700"  # AstraZeneca past its date, for the story of the wrong vial


def seed(say: Say, target: run.Target) -> None:
    """Make the demonstration; a step that was done before adds nothing."""
    begun = clock.perf_counter()
    now = datetime.now(VIETNAM)
    loaded = load_reference(people=settings.CONF.demo_people)
    load_products()
    ensure_keys(now)
    say(f"Keys of other countries: {seed_neighbours(ACTOR, now)}, of invented ones")
    say(f"Places: {loaded.areas:,} areas, {loaded.facilities:,} facilities")
    made = run.invent(Plan(1, ""), settings.CONF.demo_people, target, demonstration=True)
    say(f"People: {made.before + made.written.persons:,} invented")
    if made.written.persons:
        say(f"Register: {register.answer(Plan(1, ''), settings.CONF.demo_people, now):,} persons asked about")
    create_demo_users(now)
    settle_ward(now)
    land = country()
    _deliver(land, now)
    supply.deliver(land, run_commands, now)
    doses = past_doses(land, now.date())
    for part in batches(doses):
        run_commands([_dose_command(dose, land) for dose in part])
    say(f"Campaign: {len(doses):,} doses of the last half a year")
    run_commands(doubles.entered_again(land, doses, LOTS, now))
    say("There twice, perhaps: {} pairs of records, {} of doses".format(*doubles.search(ACTOR.id, now)))
    say(f"Made one: {seed_merge(ACTOR, now)} person who was there twice, three weeks ago")
    say(supply.seed(land, run_commands, ACTOR, now))
    open_sessions(land, now)
    say(f"Reactions: {seed_reactions(land, now, run_commands)} cases, one of them late")
    run_commands(stock_commands(land, now, session_of_day(land.story.id, now.date()), LOTS, EXPIRED_LOT))
    say(f"To be mended: {seed_repairs(land, now, run_commands)} records of the story's ward")
    say(f"Planned and tallied: {len(run_commands(planning.seed_plans(land, now)))} entries")
    run_commands(planning.explanation(land, now))
    say(f"Own records to sign in to: {seed_own_records(land, LOTS, now, run_commands)} doses")
    say(seed_signatures([land.story], ACTOR, now))
    say(f"Asked to be corrected: {seed_corrections(land, now)} requests, one of them overdue")
    seed_epidemic(land, now, run_commands, say)
    say(f"The demonstration is ready after {clock.perf_counter() - begun:.0f} s")


def run_commands(commands: Sequence[Command]) -> list[Outcome]:
    """Through the same door as any station's."""
    outcomes = []
    for start in range(0, len(commands), 1_000):
        outcomes += execute(commands[start : start + 1_000], actor=ACTOR, now=datetime.now(VIETNAM))
    return outcomes


def _deliver(land: Country, now: datetime) -> None:
    """Vials for every station of the campaign, with the delivery notes."""
    start = now - timedelta(days=HISTORY_DAYS + 30)
    commands = []
    for station in land.stations.values():
        people = len(land.people[station.id])
        for product, share in PRODUCTS:
            for lot in LOTS[product]:
                commands.append(_delivery(station.code, product, lot, start, int(people * share * 3) + 40, now.date()))
    commands.append(
        Command(
            uuid_for("delivery", EXPIRED_LOT), "stock.move", start,
            {
                "facility": land.story.code, "product": "astrazeneca", "lot": EXPIRED_LOT, "kind": "receive",
                "quantity": 20, "expires_on": str(now.date() - timedelta(days=12)), "document": "PX-0042",
            },
        )
    )  # fmt: skip
    run_commands(commands)


def _delivery(code: str, product: str, lot: str, at: datetime, doses: int, today: date) -> Command:
    body = {
        "facility": code, "product": product, "lot": lot, "kind": "receive", "quantity": doses,
        "expires_on": str(today + timedelta(days=150)), "document": f"PX-{lot}",
    }  # fmt: skip
    return Command(uuid_for("delivery", code, lot), "stock.move", at, body)


def _dose_command(dose: Dose, land: Country) -> Command:
    body = {
        "person": {"id": str(dose.person)}, "facility": dose.station.code, "product": dose.product,
        "lot": supply.lot_of(dose, LOTS[dose.product][0], land), "site": "left_arm", "route": "IM",
    }  # fmt: skip
    return Command(uuid_for("dose", dose.person, dose.at), "dose.record", dose.at, body)


def session_of_day(station_id: int, day: date) -> UUID:
    """The id of a station's session on a day."""
    return uuid_for("session", station_id, day)


def open_sessions(land: Country, now: datetime) -> None:
    """Today's sessions at every station of the campaign."""
    day = now.date()
    opening = datetime.combine(day, datetime.min.time(), VIETNAM)
    lots = {product: numbers[0] for product, numbers in LOTS.items()}
    run_commands(
        [
            Command(
                uuid_for("open", station.id, day), "session.open", opening,
                {
                    "session_id": str(session_of_day(station.id, day)), "facility": station.code, "date": str(day),
                    "lots": lots, "capacity": 300,
                },
            )
            for station in land.stations.values()
        ]
    )  # fmt: skip


def vaccinated() -> dict[UUID, tuple[int, date, str]]:
    """(number, day, product key) of each person's latest dose that counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (d.person_id) d.person_id, d.dose_number, d.given_on, p.key FROM immunization_dose d"
            " JOIN immunization_product p ON p.id = d.product_id WHERE d.status = 'active'"
            " ORDER BY d.person_id, d.dose_number DESC"
        )
        return {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}
