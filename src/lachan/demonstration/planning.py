"""Sessions to come, tallies of days gone by, and a few debts: some forgotten for weeks, one explained."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from lachan.access import queries as access
from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command

STATIONS = 90  # beside the story's own; more would cost more than two seconds
DAYS = (1, 6, 20, 45)  # ago: one of each age bucket
COMING = 5  # days of planned sessions at the story's station
_DESKS = (("receptionist", "reception"), ("screener", "screening"), ("vaccinator", "vaccination"))


def seed_plans(land: Country, now: datetime) -> list[Command]:
    """What is planned and what was tallied, as commands in the order they happened."""
    return [*_coming(land, now), *_tallied(land, now)]


def explanation(land: Country, now: datetime) -> list[Command]:
    """The head of the story's station says why doses of an old session will not come."""
    on = now.date() - timedelta(days=DAYS[-1])
    body = {
        "session_id": str(_session(land.story.id, on)), "cause": "other_facility",
        "reason": "Danh sách giấy có 2 người đã tiêm và nhập tại bệnh viện quận.",
    }  # fmt: skip
    return [Command(uuid_for("explained", land.story.id, on), "debt.explain", now, body)]


def _coming(land: Country, now: datetime) -> list[Command]:
    staff = [
        {"user": str(user.id), "desk": desk} for name, desk in _DESKS if (user := access.user_by_name(name)) is not None
    ]
    commands = []
    for step in range(1, COMING + 1):
        day = now.date() + timedelta(days=step)
        if day.weekday() == 6:
            continue
        for part in ("morning", "afternoon") if step < 3 else ("morning",):
            body = {
                "session_id": str(uuid_for("planned", land.story.id, day, part)), "facility": land.story.code,
                "date": str(day), "part": part, "capacity": 100, "doses": {"pfizer": 70, "astrazeneca": 30},
                "staff": staff if step < 4 else [],
            }  # fmt: skip
            commands.append(Command(uuid_for("plan", land.story.id, day, part), "session.plan", now, body))
    return commands


def _tallied(land: Country, now: datetime) -> list[Command]:
    """Sessions of past days, closed with the paper's count; some counted more than was recorded."""
    stations = [land.story, *[row for row in land.stations.values() if row.id != land.story.id][:STATIONS]]
    days = [now.date() - timedelta(days=ago) for ago in DAYS]
    recorded = _recorded([row.id for row in stations], days)
    commands = []
    for place, station in enumerate(stations):
        for index, day in enumerate(days):
            counts = recorded[station.id, day]
            if place and (place + index) % 3:  # not every station holds a session every day
                continue
            product = max(counts, key=lambda key: counts[key], default="pfizer")
            owed = 2 + index if not place else (0, 0, 1, 4, 0, 2)[(place + index) % 6]
            lines = {**counts, product: counts.get(product, 0) + owed}
            commands += _session_day(station.id, station.code, day, lines, tallied=place % 10 != 9)
    return commands


def _session_day(station_id: int, code: str, day: date, lines: dict[str, int], *, tallied: bool) -> list[Command]:
    begun = datetime.combine(day, datetime.min.time(), VIETNAM) + timedelta(hours=7)
    ended = begun + timedelta(hours=10)
    key = str(_session(station_id, day))
    opened = {"session_id": key, "facility": code, "date": str(day), "capacity": 200}
    commands = [
        Command(uuid_for("open", station_id, day, "past"), "session.open", begun, opened),
        Command(uuid_for("close", station_id, day, "past"), "session.close", ended, {"session_id": key}),
    ]
    if tallied:
        counted = [{"product": product, "doses": doses, "vials": -(-doses // 6)} for product, doses in lines.items()]
        sent = {"session_id": key, "lines": counted}
        commands.append(Command(uuid_for("tally", station_id, day), "tally.enter", ended, sent))
    return commands


def _session(station_id: int, day: date) -> UUID:
    return uuid_for("session", station_id, day, "past")


def _recorded(stations: list[int], days: list[date]) -> dict[tuple[int, date], dict[str, int]]:
    found: dict[tuple[int, date], dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.facility_id, d.given_on, p.key, count(*)::int FROM immunization_dose d"
            " JOIN immunization_product p ON p.id = d.product_id"
            " WHERE d.facility_id = ANY(%s) AND d.given_on = ANY(%s) AND d.status = 'active' GROUP BY 1, 2, 3",
            [stations, days],
        )
        for facility_id, day, product, doses in cursor.fetchall():
            found[facility_id, day][product] = doses
    return found
