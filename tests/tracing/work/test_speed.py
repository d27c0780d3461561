"""The list of a place with 300,000 open tasks; the bound is the requirement's, not what was measured."""

from __future__ import annotations

import statistics
import time

import pytest
from django.db import connection

from lachan.tracing.work import queries
from tests.tracing.work.conftest import Ward

FILL = """
INSERT INTO tracing_task (person_id, id, watch_id, disease, kind, level, area_id, due_on, due_at, score, household_key,
                          state, attempts, outcome, made_at)
SELECT md5('p' || n)::uuid, md5('t' || n)::uuid, md5('w' || n)::uuid, 'covid-19',
       (ARRAY['call', 'follow_up', 'test', 'end', 'order'])[1 + n %% 5], 1 + n %% 2, %s, %s::timestamptz::date,
       %s::timestamptz + CASE WHEN n %% 5 IN (2, 3) THEN interval '5 days' ELSE interval '-1 hour' END,
       random() * 500, md5('h' || n / 3)::uuid, 'open', 0, '', %s
FROM generate_series(1, 300000) n
"""


@pytest.mark.slow
def test_the_first_page_of_300_000_open_tasks(ward: Ward) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL, [ward.here, ward.now, ward.now, ward.now])
        cursor.execute("ANALYZE tracing_task")
    took = []
    for _ in range(7):
        begun = time.perf_counter()
        found = queries.today([ward.here], ward.now)
        took.append(1_000 * (time.perf_counter() - begun))
    assert len(found.sittings) == queries.PAGE
    assert found.due == queries.MOST_TASKS + 1
    assert statistics.median(took) < 100, took
