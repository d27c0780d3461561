"""What vaccination took away of the risk, as estimated. With an actor: ``Forbidden`` outside the grants of
"epidemic.read". A fixed number of statements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.analytics.maps import Map, map_on, on_map
from lachan.forecasting.effectiveness.facts import BiasFact, Estimate, Line, Span
from lachan.forecasting.facts import DISEASE, CannotSay
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID, PROVINCE

VERB: Final = "epidemic.read"
MOST_DAYS: Final = 104  # of earlier estimates in a list
Designs = dict[str, Estimate]


def may_see(actor: Actor, area_id: int) -> bool:
    """Whether the estimates of the area are the actor's to read."""
    return reach.may_see(actor, VERB, area_id)


def found(
    actor: Actor, area_id: int, outcome: str = "infection", *, today: date, as_of: date | None = None,
    disease: str = DISEASE,
) -> Designs | CannotSay:  # fmt: skip
    """The latest estimates of a place up to a day by design, or why there are none. One statement.

    Of communes and districts nothing is estimated; an area of the other map answers with the one it became.
    """
    area = reach.seen(actor, VERB, area_id, "Effectiveness")
    if area.level > PROVINCE:
        return CannotSay("by_province")
    drawn = on_map(area_id, map_on(as_of or today))
    if drawn is None or not may_see(actor, drawn.id):
        return CannotSay("not_on_map")
    rows = _of([drawn.id], outcome, as_of, disease).get(drawn.id)
    return rows or CannotSay("effectiveness_none")


def below(
    actor: Actor, outcome: str = "infection", *, of: Map, as_of: date | None = None, disease: str = DISEASE
) -> dict[int, Designs]:
    """The latest estimates of the provinces of a map by province and design, for who may see the nation. One
    statement."""
    reach.seen(actor, VERB, COUNTRY_ID, "Effectiveness")
    return _of([area.id for area in places.provinces(of.day)], outcome, as_of, disease)


def days(actor: Actor, area_id: int, disease: str = DISEASE) -> tuple[date, ...]:
    """On which days estimates were made, the latest first. One statement."""
    reach.seen(actor, VERB, area_id, "Effectiveness")
    return tuple(row[0] for row in _rows("effectiveness_days", [area_id, disease, MOST_DAYS]))


def made_of(day: date, disease: str = DISEASE) -> bool:
    """Whether the nation's estimates of a day of knowledge are there, for jobs. One statement."""
    return bool(_rows("effectiveness_made", [COUNTRY_ID, disease, day])[0][0])


def _of(area_ids: Sequence[int], outcome: str, as_of: date | None, disease: str) -> dict[int, Designs]:
    asked = {"areas": list(area_ids), "disease": disease, "outcome": outcome, "until": as_of}
    made: dict[int, Designs] = {}
    for row in _rows("effectiveness_of", asked):
        one = _estimate(row, disease, outcome)
        made.setdefault(one.area_id, {})[one.design] = one
    return made


def _estimate(row: tuple[Any, ...], disease: str, outcome: str) -> Estimate:
    area_id, design, as_of, since, until, made_at, engine, inputs, *columns, biases, dispersion, waning = row
    lines = tuple(Line(*values) for values in zip(*columns, strict=True))
    told = tuple(BiasFact(*bias) for bias in json.loads(biases))
    return Estimate(
        area_id, disease, design, outcome, as_of, Span(since, until), made_at, engine, inputs, lines, told,
        dispersion, waning,
    )  # fmt: skip


def _rows(name: str, asked: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", name), asked)
        return list(cursor.fetchall())
