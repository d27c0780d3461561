"""The national page over 11,600 stations and 180 days: figures of the size of the country, read within its limit."""

from __future__ import annotations

import time
from datetime import date

import pytest
from django.db import connection

from lachan.access.actors import Actor
from lachan.analytics.debt import queries
from lachan.analytics.debt.queries import Days
from lachan.analytics.maps import Map
from lachan.places import queries as places

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2021, 12, 31)
FILL = """
INSERT INTO analytics_debtday
    (facility_id, day, given, recorded, matched, missing, explained, surplus, untallied, held, refused, untraced)
SELECT facility, %s::date - ago, 30, 28, 21, 2, 0, 0, 0, 1, 0, 1
FROM unnest(%s::int[]) AS facility, generate_series(0, %s) AS ago
"""
SUM = """
INSERT INTO analytics_debtprovince
    (day, province_id, given, recorded, matched, missing, explained, surplus, untallied, held, refused, untraced)
SELECT day, province, sum(given), sum(recorded), sum(matched), sum(missing), sum(explained), sum(surplus),
       sum(untallied), sum(held), sum(refused), sum(untraced)
FROM analytics_debtday JOIN unnest(%s::int[], %s::int[]) AS place (id, province) ON place.id = facility_id GROUP BY 1, 2
"""


def filled(days: int) -> int:
    """Counters of every station of the country on so many days; how many stations."""
    table = places.facility_table()
    with connection.cursor() as cursor:
        cursor.execute(FILL, [TODAY, list(table), days - 1])
        cursor.execute(SUM, [list(table), [row.province_id for row in table.values()]])
        cursor.execute("ANALYZE analytics_debtday")
        cursor.execute("ANALYZE analytics_debtprovince")
    return len(table)


def test_the_national_page_reads_a_row_a_province_and_day(reference: None) -> None:
    """Not one a station: what it reads does not grow with the stations, and the sums agree all the same."""
    stations = filled(20)
    root = Actor.system("tests")
    queries.meter(root, 1, Days.ever(TODAY), Map.OF_2021)
    began = time.process_time()
    found = queries.meter(root, 1, Days.ever(TODAY), Map.OF_2021)
    spent = time.process_time() - began
    assert found.whole.sums.given == stations * 20 * 30
    assert found.whole.ages["unmatched"].buckets == (stations * 14, stations * 42, stations * 84, 0)
    assert (
        sum(line.sums.missing for line in found.lines) + (found.unplaced.sums.missing if found.unplaced else 0)
        == stations * 40
    )
    assert spent < 0.1, "processor time of this process; the server's own is in bench/results"
