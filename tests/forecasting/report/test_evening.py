"""The evening: every place has its report, a stopped worker goes on, what happened that day is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.forecasting.report import archive, checks, jobs
from lachan.forecasting.report.gather import gather
from lachan.places import queries as places
from tests.tracing.work.conftest import Ward, make_ward

NATION = 1


@pytest.fixture
def ward(db: None, reference: None) -> Ward:
    return make_ward(timezone.now())


def test_a_report_says_what_the_rooms_know(ward: Ward, national: Actor) -> None:
    now = timezone.now()
    ward.watch(ward.person("Nguyễn Thị Lan"))
    nation = places.area(NATION)
    assert nation is not None
    [content] = gather([nation], timezone.localdate(), now=now)
    figures = {figure.id: figure for figure in content.figures}
    assert figures.keys() >= {"doses", "completed", "cases", "deaths", "in_hospital", "tasks"}
    assert (figures["tasks"].value or 0) > 0
    assert content.outlook.blocked is not None  # nothing was forecast yet, and it says so
    assert content.outlook.blocked.vi != content.outlook.blocked.en
    assert content.debts[0].name.en == "Doses not entered"
    assert content.quality
    assert content.changes
    assert all(line.text.vi != line.text.en for line in content.changes)


def test_an_evening_goes_on_where_it_was_stopped(ward: Ward, monkeypatch: pytest.MonkeyPatch, national: Actor) -> None:
    day, now = timezone.localdate(), timezone.now()
    few = [*places.areas([NATION]), *places.provinces(day)[:3]]
    monkeypatch.setattr(jobs, "SLICE", 2)
    archive.keep(gather(few[:1], day, now=now), now=now)
    heard: list[tuple[int, int]] = []
    assert jobs.make(day, now=now, areas=few, told=lambda done, of: heard.append((done, of))) == 3
    assert heard == [(2, 3), (3, 3)]
    assert jobs.make(day, now=now, areas=few) == 0
    assert all(archive.standing(area.id, day) for area in few)
    with connection.cursor() as cursor:
        cursor.execute("SELECT form, language, count(*) FROM forecasting_reportdrawing GROUP BY 1, 2 ORDER BY 1, 2")
        assert cursor.fetchall() == [("pdf", "en", 3), ("pdf", "vi", 3)]
    assert all(finding.good for finding in checks.check_all())
    assert jobs.make(day + timedelta(days=1), now=now + timedelta(days=1), areas=few) == 4


def test_a_place_costs_a_fixed_number_of_statements(ward: Ward) -> None:
    day, now = timezone.localdate(), timezone.now()
    province = places.provinces(day)[0]
    gather([province], day, now=now)
    with CaptureQueriesContext(connection) as few:
        gather([province], day, now=now)
    nation = places.area(NATION)
    assert nation is not None
    with CaptureQueriesContext(connection) as many:
        gather([nation], day, now=now)
    assert len(many) <= len(few) + 3  # 34 provinces below, or 100 communes
