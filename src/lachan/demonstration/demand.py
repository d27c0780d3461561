"""Stations that run short: what they had too much of went back long ago; a round is promised to some; and demand is
worked out, so that planners have something to plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from lachan.demonstration.plan import Country, uuid_for
from lachan.forecasting.demand import operations
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome

Run = Callable[[list[Command]], list[Outcome]]
WEEKS_LEFT: Final = {0: 1.5, 1: 3.0, 2: 5.0}  # of stock, by the station's number modulo EVERY; the others keep theirs
EVERY: Final = 8
PACE: Final = timedelta(days=28)
PROMISED: Final = 60  # doses, a station


def seed_demand(land: Country, run: Run, now: datetime) -> str:
    """Make it; again adds nothing but a run. Says what there is."""
    back = _returned(land, now)
    run(back)
    promised = _promised(land, run, now)
    operations.run(now.astimezone(VIETNAM).date() - timedelta(days=1), now=now)
    return f"Demand: {len(back)} lots went back to the store, {promised} stations are promised a round"


def _short(land: Country) -> list[int]:
    return sorted(s for s in land.stations if s % EVERY in WEEKS_LEFT and s != land.story.id)


def _returned(land: Country, now: datetime) -> list[Command]:
    """Of every product so much that the weeks above remain at the pace of late."""
    stations = _short(land)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.facility_id, p.key, p.id, l.number, s.balance FROM immunization_stock s"
            " JOIN immunization_lot l ON l.id = s.lot_id JOIN immunization_product p ON p.id = l.product_id"
            " WHERE s.facility_id = ANY(%s) AND s.balance > 0 AND l.status = 'ok' ORDER BY 1, 2, 4",
            [stations],
        )
        stock = cursor.fetchall()
        cursor.execute(
            "SELECT facility_id, product_id, count(*) FROM immunization_dose WHERE facility_id = ANY(%s)"
            " AND status = 'active' AND given_on > %s GROUP BY 1, 2",
            [stations, (now - PACE).date()],
        )
        weekly = {(row[0], row[1]): 7 * row[2] / PACE.days for row in cursor.fetchall()}
    kept: dict[tuple[int, int], float] = defaultdict(float)
    commands = []
    for facility, product, product_id, lot, balance in stock:
        wanted = WEEKS_LEFT[facility % EVERY] * weekly.get((facility, product_id), 0.0) + 1
        keep = min(balance, max(int(wanted - kept[facility, product_id]), 0))
        kept[facility, product_id] += keep
        if balance > keep:
            body = {
                "facility": land.stations[facility].code, "product": product, "lot": lot, "kind": "return",
                "quantity": balance - keep, "document": "PT-07",
            }  # fmt: skip
            commands.append(Command(uuid_for("went back", facility, lot), "stock.move", now - timedelta(hours=2), body))
    return commands


def _promised(land: Country, run: Run, now: datetime) -> int:
    """A decided round of the story's province: Pfizer for half of its stations that run short, in two weeks."""
    province = land.story.province_id
    stations = [s for s in _short(land) if land.stations[s].province_id == province][::2]
    plan, made = uuid_for("plan", "short", province), now - timedelta(days=2)
    due = (now + timedelta(days=10)).date()
    run(
        [
            Command(
                uuid_for("plan made", plan), "allocation.plan", made,
                {
                    "plan_id": str(plan), "giver_id": province, "product": "pfizer", "title": f"Bổ sung {due:%d/%m}",
                    "available": PROMISED * len(stations) or 1, "due_on": due.isoformat(),
                },
            ),
            Command(
                uuid_for("given", plan), "allocation.give", made + timedelta(hours=1),
                {
                    "plan_id": str(plan), "decide": True,
                    "lines": [{"place": f"f{station}", "doses": PROMISED} for station in stations],
                },
            ),
        ]
    )  # fmt: skip
    return len(stations)
