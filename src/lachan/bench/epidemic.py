"""How quickly the epidemic's figures answer with three years of every commune behind them, and how long a day takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from lachan.analytics.epidemic import projection, queries
from lachan.analytics.epidemic.definitions import COUNTED
from lachan.analytics.epidemic.facts import Wanted
from lachan.analytics.epidemic.series import for_jobs, triangle
from lachan.analytics.maps import Map
from lachan.bench.reads import summary, timed
from lachan.bench.stations import ACTOR
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

YEARS: Final = timedelta(days=3 * 365)
WEEKS: Final = timedelta(days=55)


def measure(say: Callable[[str], None], *, facts: int = 100_000, times: int = 30) -> dict[str, Any]:
    """``day_s``: the job over so many new results; the rest milliseconds of one question with everything filled."""
    today = timezone.localdate()
    say(f"{facts:,} results of one day")
    day_s = day(facts)
    say("three years of every commune")
    fill(today)
    found = {name: summary([timed(ask) for _ in range(times)]) for name, ask in questions(today).items()}
    return {"facts": facts, "day_s": round(day_s, 2), **found}


def day(facts: int) -> float:
    """Seconds the job takes for so many new results."""
    projection.run()
    with transaction.atomic(), hot_cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(load("bench", "fill_results"), [facts])
    started = time.perf_counter()
    done = projection.run()
    if done.people < facts:
        raise SystemExit(f"the job read {done.people} of {facts} people: something else holds the journal back")
    return time.perf_counter() - started


def fill(today: date) -> None:
    """Three years of the communes of the map in force, and of its provinces with what was known when."""
    communes = [area.id for area in places.communes(COUNTRY_ID, Map.OF_2025.day)]
    provinces = [area.id for area in places.provinces(Map.OF_2025.day)]
    first = today - YEARS
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(load("bench", "fill_epidemic_days"), [communes, first, today])
        for name in ("fill_epidemic_provinces", "fill_epidemic_vintages"):
            cursor.execute(load("bench", name), [provinces, first, today, list(COUNTED)])
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "settle_epidemic"))


def questions(today: date) -> dict[str, Callable[[], object]]:
    """What the national picture and the nightly run ask."""
    communes = tuple(area.id for area in places.communes(COUNTRY_ID, Map.OF_2025.day))
    provinces = tuple(area.id for area in places.provinces(Map.OF_2025.day))
    then = today - timedelta(days=30)

    def wanted(since: date, **more: Any) -> Wanted:
        return Wanted(**{"measures": ("cases",), "since": since, "until": today, "map": Map.OF_2025, **more})

    return {
        "nation_latest": lambda: queries.latest(ACTOR, COUNTRY_ID, today),
        "nation_then": lambda: queries.latest(ACTOR, COUNTRY_ID, today, then),
        "provinces_8_weeks": lambda: for_jobs(wanted(today - WEEKS, children_of=COUNTRY_ID)),
        "provinces_3_years": lambda: for_jobs(wanted(today - YEARS, children_of=COUNTRY_ID)),
        "communes_2_weeks": lambda: for_jobs(wanted(today - timedelta(days=13), area_ids=communes)),
        "commune_latest": lambda: queries.latest(ACTOR, communes[0], today),
        "triangle": lambda: triangle(provinces, "covid-19", "cases", today, 20),
        "public": lambda: queries.public(COUNTRY_ID, today),
    }
