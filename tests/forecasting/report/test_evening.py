"""The evening: every place has its report, a stopped worker goes on, what happened that day is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.forecasting.models import Alarm
from lachan.forecasting.report import archive, checks, jobs
from lachan.forecasting.report.content import AlarmCount
from lachan.forecasting.report.gather import gather
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from tests.tracing.work.conftest import Ward, make_ward

pytestmark = pytest.mark.slow

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


@pytest.mark.slow
def test_a_list_of_places_costs_a_fixed_number_of_statements(ward: Ward) -> None:
    """One commune or all of a province, one province or two: each question is asked once."""
    day, now = timezone.localdate(), timezone.now()
    first, second = places.provinces(day)[:2]
    communes, others = places.communes(first.id, day), places.communes(second.id, day)[:9]
    counted = []
    nation = places.areas([NATION])
    for areas in ([communes[0]], communes, [first, *communes], [first, second, *communes, *others], nation):
        with CaptureQueriesContext(connection) as asked:
            gather(areas, day, now=now)
        counted.append(len(asked))
    one, many, whole, both, country = counted
    assert one == many == 20
    assert whole == both == 27  # provinces and communes are summed in tables of their own
    assert country <= 27


def test_open_tasks_and_residents_stand_beside_what_was_said_yesterday(ward: Ward) -> None:
    day, now = timezone.localdate(), timezone.now()
    nation = places.areas([NATION])
    archive.keep(gather(nation, day - timedelta(days=1), now=now), now=now)
    ward.watch(ward.person("Nguyễn Thị Lan"))
    [content] = gather(nation, day, now=now)
    figures = {figure.id: figure for figure in content.figures}
    assert figures["tasks"].before == 0
    assert (figures["tasks"].value or 0) > 0
    assert figures["completed"].before is not None


def test_the_most_important_alarms_are_listed_and_all_are_counted(ward: Ward) -> None:
    """Nobody has answered it, most methods agree on it, most more came than expected; closed ones are not told."""
    day, now = timezone.localdate(), timezone.now()
    province = places.provinces(day)[0]
    communes = places.communes(province.id, day)
    for at, (state, strength) in enumerate([("acknowledged", 4), ("open", 2), ("open", 3), ("closed", 4)]):
        alarm(communes[at].id, state, strength, ratio=2.0)
    alarm(communes[4].id, "open", 3, ratio=9.0)
    alarm(places.provinces(day)[1].id, "open", 4, ratio=9.0)
    content, elsewhere = gather([province, communes[1]], day, now=now)
    assert [line.place for line in content.alarms] == [communes[at].full_name for at in (4, 2, 1, 0)]
    assert content.alarm_count == AlarmCount(standing=4, open=3)
    assert [line.strength for line in elsewhere.alarms] == [2]
    assert not any(line.reason for line in content.alarms)  # what may name a person is not sealed for ever


def alarm(area_id: int, state: str, strength: int, *, ratio: float) -> None:
    today, now = timezone.localdate(), timezone.now()
    Alarm.objects.create(
        id=new_id(), source="register", area_id=area_id, disease="covid-19", measure="cases", opened_on=today,
        last_on=today, methods=["c1"], strength=strength, ratio=ratio, observed=12, beside=[], run_id=new_id(),
        state=state, changed_at=now, reason="Lan ở tổ 4", cluster="", outcome="",
    )  # fmt: skip
