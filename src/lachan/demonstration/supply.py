"""A recalled lot with people to be told, a fridge that was too warm, and a round of doses from nation to station."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import connection

from lachan.access.actors import Actor
from lachan.access.scopes import NATION
from lachan.demonstration.plan import HISTORY_DAYS, Country, Dose, uuid_for
from lachan.immunization.operations.cold import take_log
from lachan.immunization.operations.recalls import queue_recall
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places

Run = Callable[[list[Command]], list[Outcome]]
RECALLED = "FJ0990"  # Pfizer, given to a few at the story's station, recalled this week
MAP = date(2021, 11, 1)


def lot_of(dose: Dose, usual: str, land: Country) -> str:
    """The lot a dose of the past was from: a few of the story's station had the one that is recalled now."""
    mine = dose.product == "pfizer" and dose.station.id == land.story.id
    return RECALLED if mine and dose.person.int % 12 == 0 else usual


def deliver(land: Country, run: Run, now: datetime) -> None:
    """The lot that will be recalled, before anybody is vaccinated with it; one more station holds some unopened."""
    at = now - timedelta(days=HISTORY_DAYS + 30)
    others = [station for station in land.stations.values() if station.id != land.story.id][:3]
    run(
        [
            Command(
                uuid_for("delivery", station.code, RECALLED), "stock.move", at,
                {
                    "facility": station.code, "product": "pfizer", "lot": RECALLED, "kind": "receive",
                    "quantity": doses, "expires_on": str(now.date() + timedelta(days=60)), "document": f"PX-{RECALLED}",
                },
            )
            for station, doses in [(land.story, 900), *((station, 60) for station in others)]
        ]
    )  # fmt: skip


def seed(land: Country, run: Run, actor: Actor, now: datetime) -> str:
    """Make it; again adds nothing. Says what there is."""
    count = _recall(run, actor, now)
    found = _fridges(land, run, actor, now)
    _plans(land, run, now)
    return f"Supply: {count} people of a recalled lot, {found} excursion of a fridge, a round of doses"


def _recall(run: Run, actor: Actor, now: datetime) -> int:
    at = now - timedelta(days=1, hours=2)
    body = {
        "product": "pfizer", "lot": RECALLED, "document": "CV 4127/QLD-CL", "since": at.isoformat(),
        "reason": "Nhà sản xuất báo có dị vật trong lọ / the manufacturer reports particles in vials",
    }  # fmt: skip
    [outcome] = run([Command(uuid_for("recall", RECALLED), "lot.recall", at, body)])
    if outcome.id is None:
        return 0
    queue_recall(outcome.id, actor_id=actor.id, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM immunization_message WHERE cause_id = %s ORDER BY person_id LIMIT 40", [outcome.id]
        )
        people = [row[0] for row in cursor.fetchall()]
    told = now - timedelta(hours=3)
    run(
        [
            Command(
                uuid_for("reached", person), "message.reach", told,
                {
                    "person": {"id": str(person)}, "cause_id": str(outcome.id), "how": "phone",
                    "outcome": "no_answer" if index % 4 == 3 else "reached",
                },
            )
            for index, person in enumerate(people)
        ]
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM immunization_message WHERE cause_id = %s", [outcome.id])
        return int(cursor.fetchone()[0])


def _fridges(land: Country, run: Run, actor: Actor, now: datetime) -> int:
    devices = (("fridge", "Tủ lạnh T1", "2_8"), ("freezer", "Tủ đông Đ1", "-25_-15"), ("box", "Hòm lạnh H2", "box"))
    run(
        [
            Command(
                uuid_for("device", land.story.id, key), "cold.device", now - timedelta(days=60),
                {
                    "facility": land.story.code, "device_id": str(uuid_for(land.story.id, key)), "name": name,
                    "storage": storage,
                },
            )
            for key, name, storage in devices
        ]
    )  # fmt: skip
    device = uuid_for(land.story.id, "fridge")
    end = datetime.combine(now.date(), time(7), VIETNAM)
    done = take_log(_readings(end), facility_id=land.story.id, device_id=device, actor=actor, now=now)
    return len(done.excursions)


def _readings(end: datetime) -> bytes:
    """A week of a logger, a reading every five minutes; the door stood open in the night three days ago."""
    lines = ["Thời gian,Nhiệt độ (°C)"]
    for step in range(7 * 288, -1, -1):
        at = end - timedelta(minutes=5 * step)
        degrees = 4.8 + 0.9 * math.sin(step / 11) + 0.4 * math.sin(step / 3.7)
        since = step - (3 * 288 - 30)
        if 0 <= since <= 160:
            degrees += 9.5 * math.sin(math.pi * since / 160)
        lines.append(f"{at:%d/%m/%Y %H:%M},{degrees:.1f}")
    return "\n".join(lines).encode()


def _plans(land: Country, run: Run, now: datetime) -> None:
    province = land.story.province_id
    nation, below = uuid_for("plan", NATION), uuid_for("plan", province)
    made, due = now - timedelta(days=4), (now + timedelta(days=5)).date()
    round_of = f"Đợt {due:%m/%Y}"
    commands = [
        _plan(nation, NATION, round_of, 60_000, due, made),
        _plan(below, province, round_of, 12_000, due, made + timedelta(hours=1), parent_id=str(nation)),
    ]
    shares = {area.id: 400 + area.id % 7 * 150 for area in places.provinces(MAP)}
    lines = [{"place": f"a{area_id}", "doses": doses} for area_id, doses in shares.items() if area_id != province]
    lines.append({"place": f"a{province}", "doses": 12_000})
    commands += [
        Command(
            uuid_for("asked", province), "allocation.ask", made + timedelta(hours=2),
            {"plan_id": str(nation), "area_id": province, "doses": 15_000, "note": "Mở thêm điểm tiêm lưu động"},
        ),
        Command(
            uuid_for("given", NATION), "allocation.give", made + timedelta(hours=9),
            {"plan_id": str(nation), "lines": lines, "decide": True, "over_reason": "Chờ chuyến hàng tuần tới"},
        ),
    ]  # fmt: skip
    stations = [station for station in land.stations.values() if station.province_id == province][:12]
    commands += [
        Command(
            uuid_for("asked", station.id), "allocation.ask", made + timedelta(hours=12),
            {"plan_id": str(below), "facility": station.code, "doses": 300 + station.id % 5 * 120},
        )
        for station in stations
    ]  # fmt: skip
    run(commands)


def _plan(plan_id: object, giver: int, title: str, doses: int, due: date, at: datetime, **more: object) -> Command:
    body = {
        "plan_id": str(plan_id), "giver_id": giver, "product": "pfizer", "title": title, "available": doses,
        "due_on": due.isoformat(), **more,
    }  # fmt: skip
    return Command(uuid_for("plan made", plan_id), "allocation.plan", at, body)
