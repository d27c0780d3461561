"""Three years of an epidemic in a house to be measured: past the doors, by statements over whole tables.

Kept for the next run; days that have passed since are added, and a fill that was cut goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from lachan.analytics.epidemic.definitions import COUNTED
from lachan.analytics.maps import Map
from lachan.forecasting import operations
from lachan.forecasting.facts import MEASURES, REGISTER
from lachan.immunization.rules.bands import AGE_BANDS
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COUNTRY_ID

YEARS: Final = timedelta(days=3 * 365)
DAY: Final = timedelta(days=1)
SLICE: Final = timedelta(days=100)  # of the grain, a transaction
NIGHTS: Final = 182  # of runs in the archive
FRESH: Final = 7  # days after which the newest run is made again
TASKS: Final = 30_000
PEOPLE_SLICE: Final = 100_000
Say = Callable[[str], None]


def do(name: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """One statement of the bench, in a transaction with all the time it needs; its rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(load("bench", name), parameters)
        return list(cursor.fetchall()) if cursor.description else []


def settle() -> None:
    """Statistics and visibility maps, as autovacuum leaves them."""
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "settle_figures"))


def country(today: date, say: Say, *, forget: bool) -> date:
    """Communes and provinces of the map in force: three years up to yesterday, from the grain up; returns the last day
    filled. Coverage, debts, tasks beside them. ``forget``: what an earlier measurement of a day counted goes first."""
    last = today - DAY
    if forget:
        for name in ("forget_counted", "forget_results"):
            do(name)
    [[_, there, _whole]] = do("filled_days", [today])
    begin = there + DAY if there is not None else last - YEARS + DAY
    communes = places.communes(COUNTRY_ID, Map.OF_2025.day)
    if begin <= last:
        say(f"{(last - begin).days + 1:,} days of {len(communes):,} communes (once)")
        _grain(communes, begin, last, COUNTED)
        _beside(communes, begin, last)
        settle()
    do("forget_tasks")
    do("fill_tasks", {"communes": _ids(communes), "last": today, "tasks": TASKS})
    return last


def _grain(areas: Sequence[AreaFact], first: date, last: date, measures: Sequence[str]) -> None:
    """Changes of these places, and the sums the job keeps of them; the sums of a slice come with its changes."""
    while first <= last:
        until = min(first + SLICE - DAY, last)
        [[before]] = do("last_change")
        with transaction.atomic():  # a day is there whole or not at all: the next run goes on behind it
            do("fill_changes", _places(areas) | {
                "first": first, "last": until, "bands": list(AGE_BANDS), "width": len(AGE_BANDS),
                "measures": list(measures),
            })  # fmt: skip
            for name in ("fill_days", "fill_province_changes", "fill_ages", "fill_reports", "fill_stocks"):
                do(name, [before])
            do("fill_province_days", {"first": first, "last": until})
        first = until + DAY


def _places(areas: Sequence[AreaFact]) -> dict[str, list[Any]]:
    """Ids, and how many live there against the average."""
    people = [float(area.population or 1) for area in areas]
    usual = sum(people) / max(len(people), 1)
    return {"areas": [area.id for area in areas], "weights": [one / usual for one in people]}


def _ids(areas: Sequence[AreaFact]) -> list[int]:
    return [area.id for area in areas]


def _beside(communes: Sequence[AreaFact], first: date, last: date) -> None:
    provinces = _ids(places.provinces(Map.OF_2025.day))
    span = {"first": first, "last": last}
    of_provinces = {"provinces": provinces}
    do("fill_coverage_days", span | of_provinces)
    do("fill_coverage_communes", {"communes": _ids(communes)})
    do("fill_coverage_ages", of_provinces | {"bands": list(AGE_BANDS)})
    do("fill_coverage_provinces", of_provinces)
    for name in ("fill_coverage_grain", "fill_debt_days"):
        do(name, span)
    do("fill_debt_provinces", span | of_provinces)


def runs(last: date, say: Say) -> None:
    """A run of the last days, as the night makes it, and the archive of half a year before it."""
    now = timezone.now()
    do("counted_until", [now])
    if do("newest_run", [last - timedelta(days=FRESH), last]):
        return
    say("the night's run, to be looked at")
    do("forget_runs")
    made = operations.run(REGISTER, last, now=now)
    communes = _ids(places.communes(COUNTRY_ID, Map.OF_2025.day))
    wide = [COUNTRY_ID, *_ids(places.provinces(Map.OF_2025.day))]
    asked = {"run": made.id, "as_of": last, "nights": NIGHTS, "wide": wide, "communes": communes}
    do("publish_run", [made.id])
    do("copy_run_back", asked)
    do("fill_alarms", {"communes": communes, "run": made.id, "first": last - YEARS, "last": last})
    settle()


def vintages(first: date, last: date, say: Say) -> None:
    """Provinces of the map of 2021 with what was known when over three years, and their communes' last year, which is
    more than a night reads."""
    [[_, last_there, whole]] = do("filled_days", [last + DAY])
    if whole and last_there >= last:
        return
    say("three years of 63 provinces (once)")
    do("forget_figures")
    provinces = places.provinces(Map.OF_2021.day)
    do("fill_vintages", _places(provinces) | {"first": first, "last": last})
    do("fill_province_days", {"first": first, "last": last})
    communes = places.communes(COUNTRY_ID, Map.OF_2021.day)
    begin = last - timedelta(days=364)
    while begin <= last:
        until = min(begin + SLICE - DAY, last)
        [[before]] = do("last_change")
        do("fill_changes", _places(communes) | {
            "first": begin, "last": until, "bands": list(AGE_BANDS), "width": len(AGE_BANDS),
            "measures": list(MEASURES),
        })  # fmt: skip
        do("fill_days", [before])
        begin = until + DAY
    do("fill_ages", [0])  # last: the mark of a fill that came to its end
    settle()


def people(wanted: int, say: Say) -> None:
    """So many people to be tested, spread over the communes."""
    [[there]] = do("count_people")
    if there < wanted:
        say(f"inventing {wanted - there:,} people (once)")
    communes = _ids(places.communes(COUNTRY_ID, Map.OF_2025.day))
    for start in range(there, wanted, PEOPLE_SLICE):
        do("invent_tested", {"communes": communes, "from": start + 1, "to": min(start + PEOPLE_SLICE, wanted)})
