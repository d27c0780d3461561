"""The day goes on while someone watches: doses at stations all over the country, a queue at the story's own station."""

from __future__ import annotations

import random
import threading
from datetime import date, datetime, timedelta
from uuid import UUID

from lachan.demonstration.plan import Country, Dose, uuid_for, waiting_today
from lachan.demonstration.seed import EXPIRED_LOT, LOTS, open_sessions, run_commands, session_of_day, vaccinated
from lachan.immunization.queries import forms
from lachan.immunization.queries.station import people_waiting, session_begun
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command

PACE_S = 2.0  # between two rounds
LONGEST_QUEUE = 12  # waiting people at the story's station: work for a visitor, not a crowd
HOURS_BEFORE = 6  # of the day that have passed when the demonstration opens
MOST_BEFORE = 450  # doses in these hours, about as many as on the days before


def play(land: Country, stop: threading.Event) -> None:
    """One day after another: catch up with the hours that have passed, then keep pace with the clock."""
    while not stop.is_set():
        day = datetime.now(VIETNAM).date()
        open_sessions(land, datetime.now(VIETNAM))
        coming = waiting_today(land, vaccinated(), day)
        queue = coming.pop(land.story.id, [])
        elsewhere = [dose for doses in coming.values() for dose in doses]
        random.Random(day.toordinal()).shuffle(elsewhere)
        if not session_begun(session_of_day(land.story.id, day)):
            _catch_up(elsewhere, queue, day)
            run_commands(troubles(land, queue, datetime.now(VIETNAM)))
        while not stop.is_set() and datetime.now(VIETNAM).date() == day:
            _round(elsewhere, queue)
            stop.wait(PACE_S)


def _catch_up(elsewhere: list[Dose], queue: list[Dose], day: date) -> None:
    """The hours before someone started the demonstration."""
    now = datetime.now(VIETNAM)
    begun = max(datetime.combine(day, datetime.min.time(), VIETNAM), now - timedelta(hours=HOURS_BEFORE))
    count = min(len(elsewhere) // 3, MOST_BEFORE)
    step = (now - begun) / max(count, 1)
    run_commands([_dose(elsewhere.pop(), begun + step * index) for index in range(count)])
    run_commands(_morning(queue, now, begun))


def _morning(queue: list[Dose], now: datetime, begun: datetime) -> list[Command]:
    """The story's station as a nurse finds it: many gone home, some in the chairs, a few in the queue."""
    commands: list[Command] = []
    # minutes ago each was vaccinated; after 33 they have gone home
    for minutes in (*range(300, 36, -4), *range(31, 0, -3)):
        at = now - timedelta(minutes=minutes)
        if not queue or at < begun:
            continue
        dose = queue.pop()
        commands += [_arrival(dose, at - timedelta(minutes=12)), _screening(dose, at - timedelta(minutes=5))]
        commands.append(_dose(dose, at))
        if minutes > 33:
            commands.append(_release(dose, at + timedelta(minutes=30)))
    for minutes in range(16, 0, -2):
        if queue:
            dose = queue.pop()
            commands.append(_arrival(dose, now - timedelta(minutes=minutes)))
            if minutes > 11:
                commands.append(_screening(dose, now - timedelta(minutes=minutes - 4)))
    return commands


def troubles(land: Country, queue: list[Dose], now: datetime) -> list[Command]:
    """What goes wrong on any day, so that the worklist is not empty: it is where a visitor learns most."""
    at = now - timedelta(minutes=25)
    if len(queue) < 3:
        return []
    known = next(person for person in land.people[land.story.id] if person.birth_date and person.birth_precision == "D")
    namesake = {
        "name": known.name, "sex": known.sex, "birth_date": str(known.birth_date), "commune_code": "26743",
    }  # fmt: skip
    stranger = {"identifier": {"system": "citizen_id", "value": "079095012345"}}
    return [
        # from a vial past its date, noticed when it was entered
        _about(queue[0], at, "expired", product="astrazeneca", lot=EXPIRED_LOT),
        # a lot number mistyped
        _about(queue[1], at, "mistyped", product="pfizer", lot="FG3542"),
        # a number that nobody is known by, from a device that was offline
        _about(queue[2], at, "stranger", product="pfizer", lot=LOTS["pfizer"][0], person=stranger),
        # a walk-in without papers who bears the name and birth date of somebody known
        _about(queue[2], at, "namesake", product="pfizer", lot=LOTS["pfizer"][0], person={"card": namesake}),
    ]


def _about(dose: Dose, at: datetime, story: str, **body: object) -> Command:
    command = _command("dose.record", dose, at, **body)
    return Command(uuid_for("trouble", story, at.date()), command.verb, at, command.body)


def _round(elsewhere: list[Dose], queue: list[Dose]) -> None:
    now = datetime.now(VIETNAM)
    given = min(random.choice((0, 0, 1)), len(elsewhere))
    commands = [_dose(elsewhere.pop(), now) for _ in range(given)]
    if queue and random.random() < 0.15 and people_waiting(_session(queue[-1], now)) < LONGEST_QUEUE:
        commands.append(_arrival(queue.pop(), now))
    if commands:
        run_commands(commands)


def _session(dose: Dose, at: datetime) -> UUID:
    return session_of_day(dose.station.id, at.astimezone(VIETNAM).date())


def _command(verb: str, dose: Dose, at: datetime, **body: object) -> Command:
    about = {"person": {"id": str(dose.person)}, "session_id": str(_session(dose, at))}
    return Command(uuid_for(verb, dose.person, at.date()), verb, at, {**about, **body})


def _arrival(dose: Dose, at: datetime) -> Command:
    return _command("arrival.record", dose, at)


def _screening(dose: Dose, at: datetime) -> Command:
    answers = {item["code"]: False for form in forms() for item in form["items"]}
    measures = {"temperature_c": 36.6, "pulse": 76, "systolic_bp": 118, "diastolic_bp": 76, "respiratory_rate": 17}
    return _command("screening.record", dose, at, answers=answers, measures=measures, consent=True)


def _dose(dose: Dose, at: datetime) -> Command:
    return _command(
        "dose.record", dose, at, product=dose.product, lot=LOTS[dose.product][0], site="left_arm", route="IM"
    )


def _release(dose: Dose, at: datetime) -> Command:
    return _command("release.record", dose, at)
