"""What the register knows of demand and supply, asked part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from lachan.forecasting.demand.cohorts import Cohorts, Schedule
from lachan.forecasting.demand.facts import AHEAD, PAST, REST
from lachan.forecasting.demand.ground import Ground
from lachan.forecasting.demand.supply import SPAN, Granted, Shelf, StockRow, sent_of, shelf
from lachan.forecasting.engines.demand.steps import Course
from lachan.immunization.queries import catalogue, products
from lachan.immunization.rules.due import booster_due
from lachan.immunization.rules.vials import kind_of
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

CATCHMENT: Final = 26  # weeks of doses that say where the people of a residence go
ON_THE_WAY: Final = timedelta(days=28)  # goods sent longer ago are lost, not coming
PLANS: Final = timedelta(days=14)  # after the day a plan was due, what nobody sent is not coming either
ONE: Final = 1  # doses in a vial where the product does not say

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Weeks:
    """The weeks looked at: ``since`` to ``as_of`` are past, until ``ahead`` to come; all days included."""

    as_of: date

    @property
    def since(self) -> date:
        return self.as_of - timedelta(days=7 * PAST - 1)

    @property
    def ahead(self) -> date:
        return self.as_of + timedelta(days=7 * AHEAD)


def schedule_on(as_of: date) -> tuple[Schedule, tuple[int, ...]]:
    """Products that are in use and may be given, as steps, and the doses in a vial of each. A vial of several sizes
    counts as the smallest, as in the stock book. One statement."""
    known, booster = catalogue(), catalogue().booster(as_of)
    facts = {product.id: product.facts for product in products()}
    used = sorted(row[0] for row in _rows("demand_products", []))
    rules = [rule.rule for product in used if (rule := known.rule_on(product, as_of)) and not rule.in_force]
    days = (booster_due(booster, as_of) - as_of).days if booster is not None else None
    courses = tuple(
        Course(known.name(rule.product_id), at, rule.primary_doses, rule.min_interval_days, days)
        for at, rule in enumerate(rules)
    )
    vials = tuple(kind_of(facts[rule.product_id]).doses or ONE for rule in rules)
    return Schedule(tuple(rule.product_id for rule in rules), courses, tuple(rule.min_age for rule in rules)), vials


def booster_age(as_of: date) -> int:
    """The least age of a booster that day."""
    booster = catalogue().booster(as_of)
    return booster.min_age if booster is not None else 0


def served_ground(ground: Ground, as_of: date) -> Ground:
    """The ground with residents where they are vaccinated. One statement."""
    return ground.served(_rows("demand_catchments", [as_of - timedelta(days=7 * CATCHMENT - 1), as_of]))


def count(cohorts: Cohorts, ground: Ground, residences: Sequence[int], as_of: date, seen: date) -> int:
    """Count the people of these residences into the cohorts; returns those of no known place. Two statements.

    ``seen``: the last day whose doses are known; who came after ``as_of`` is out of the line, as the stock is lower.
    """
    weeks, schedule = Weeks(as_of), cohorts.schedule
    asked = {
        "areas": list(residences), "since": weeks.since, "as_of": as_of, "ahead": weeks.ahead, "rest": REST,
        "seen": seen, "ages": list(schedule.ages), "booster_age": booster_age(as_of),
    }  # fmt: skip
    at_product = {product: at for at, product in enumerate(schedule.products)}
    rows: list[tuple[int, int, int, int, int, int, int]] = []
    unplaced = 0
    for name in ("demand_first", "demand_next"):
        for residence, facility, kind, number, due, product, come, people in _rows(name, asked):
            before = kind if number == 1 else at_product.get(kind, -1)
            at = ground.place(residence, facility)
            if at < 0:
                unplaced += people
            elif before >= 0:
                rows.append((at, before, number, due, at_product.get(product, -1), come, people))
    cohorts.add(rows)
    return unplaced


def given_in(ground: Ground, schedule: Schedule, as_of: date) -> tuple[Ints, list[tuple[int, int, int, int]]]:
    """Doses given [A, P, W] at the facilities of places, and the rows they are of. One statement."""
    at_product = {product: at for at, product in enumerate(schedule.products)}
    given = np.zeros((len(ground.area_ids), len(schedule.products), PAST), dtype=np.int64)
    rows = _rows("demand_given", {"since": Weeks(as_of).since, "as_of": as_of})
    for facility, product, week, doses in rows:
        at = ground.facilities.get(facility, -1)
        if at >= 0 and product in at_product:
            given[at, at_product[product], week] += doses
    return given, rows


def shelf_on(
    ground: Ground, schedule: Schedule, vials: Sequence[int], as_of: date, now: datetime,
    given: list[tuple[int, int, int, int]],
) -> Shelf:  # fmt: skip
    """What is there now and what comes. Six statements."""
    marks: dict[int, list[tuple[int | None, int | None]]] = {}
    for lot, area, facility in _rows("demand_marks", [now]):
        marks.setdefault(lot, []).append((area, facility))
    granted = [Granted(*row) for row in _rows("demand_granted", [as_of - PLANS])]
    sent = _rows("demand_sent", {"numbers": sorted({row.number for row in granted})})
    span = timedelta(days=7 * SPAN)
    return shelf(
        ground, schedule.products, vials, as_of,
        stock=(StockRow(*row) for row in _rows("demand_stock", [])),
        apart=lambda lot, facility: any(_covers(*mark, facility) for mark in marks.get(lot, ())),
        on_the_way=_rows("demand_on_the_way", [now - ON_THE_WAY]), granted=granted, sent=sent_of(sent),
        sessions=_rows("demand_sessions", {"as_of": as_of, "since": as_of - span, "until": as_of + span}),
        given=given,
    )  # fmt: skip


def _covers(area: int | None, marked: int | None, facility: int) -> bool:
    """Whether a lot's mark at an area or facility holds at a facility."""
    if area is None:
        return marked == facility
    return area == COUNTRY_ID or facility in places.facilities_in(area)


def _rows(name: str, parameters: Any) -> list[tuple[Any, ...]]:
    with hot_cursor(binary=True) as cursor:
        cursor.execute(load("forecasting", name), parameters)
        return list(cursor.fetchall())
