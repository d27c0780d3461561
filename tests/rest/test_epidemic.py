"""The epidemic's figures in the API: within the key's places, as known then, as files within their limits."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from openpyxl import load_workbook

from lachan.access.actors import Actor
from lachan.analytics.epidemic import exports, projection
from lachan.analytics.epidemic.facts import Wanted
from lachan.analytics.epidemic.series import for_jobs
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.errors import Problem
from lachan.kernel.ids import new_id
from lachan.places.rules import COUNTRY_ID

from .conftest import Desk, body

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def ill(day: Desk, count: int) -> None:
    """So many residents of the station's commune found positive just now."""
    now = timezone.now()
    actor = Actor.system("tests")
    for number in range(count):
        person = day.register(f"Nguyễn Văn {chr(65 + number)}", force_new=True)
        sent = {
            "person": {"id": person}, "facility": day.facility, "disease": "covid-19", "method": "pcr",
            "outcome": "positive", "taken_at": (now - timedelta(minutes=5)).isoformat(),
        }  # fmt: skip
        [outcome] = execute([Command(new_id(), "result.record", now, sent)], actor=actor, now=now)
        assert outcome.status.value == "accepted", outcome
        projection.count_again([UUID(person)], now)


def test_a_station_reads_its_own_commune_now_and_then(day: Desk) -> None:
    ill(day, 2)
    found = body(day.get("/epidemic/series?measure=cases&measure=tests"))
    [cases, tests] = found["items"]
    assert (cases["measure"], cases["code"], sum(cases["values"])) == ("cases", "26740", 2)
    assert (tests["measure"], len(tests["values"]), found["as_of"]) == ("tests", 28, None)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    then = body(day.get(f"/epidemic/series?as_of={yesterday}"))
    assert sum(then["items"][0]["values"]) == 0
    latest = {item["id"]: item for item in body(day.get("/epidemic/latest"))["items"]}
    assert latest["positivity"]["value"] == 100
    assert latest["growth"].get("value") is None
    [group] = body(day.get("/epidemic/ages?measure=cases"))["items"]
    assert (group["sex"], group["vaccinated"], group["count"]) == ("M", 0, 2)
    assert len(body(day.get("/epidemic/definitions"))["items"]) > 15


def test_what_lies_outside_and_what_is_too_much_is_refused(day: Desk) -> None:
    assert day.get("/epidemic/series?area=01").status_code == 403
    assert day.get("/epidemic/latest?area=00004").status_code == 403
    assert day.get("/epidemic/series?measure=rt").status_code == 422
    assert day.get("/epidemic/series?first=2001-01-01").status_code == 422
    assert day.get("/epidemic/series?as_of=yesterday").status_code == 422
    assert day.get("/epidemic/series?format=exe").status_code == 422


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/epidemic/series?last=0001-01-01", "query.last"),
        ("/epidemic/series?last=9999-12-31", "query.last"),
        ("/epidemic/series?first=2021-10-02&last=2021-10-01", "query.first"),
        ("/epidemic/ages?first=2021-10-02&last=2021-10-01", "query.first"),
        ("/epidemic/ages?first=2001-01-01", "query.first"),
        ("/epidemic/latest?day=0001-01-01", "query.day"),
        ("/epidemic/latest?as_of=9999-12-31", "query.as_of"),
        ("/epidemic/latest?disease=plague", "query.disease"),
        ("/epidemic/series?measure=persons", "query.measure.0"),
        ("/epidemic/series?area=99", "query.area"),
        ("/epidemic/series?area=%3D1", "query.area"),
        ("/forecasts?as_of=0001-01-01", "query.as_of"),
        ("/forecasts/past?weeks=100000", "query.weeks"),
        ("/forecasts/alarms?page=0", "query.page"),
        ("/forecasts/runs/not-a-run/card", "path.run_id"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(day: Desk, path: str, field: str) -> None:
    answer = day.get(path)
    assert answer.status_code == 422, answer.content
    told = answer.json()
    assert field in [told.get("field"), *(fault["field"] for fault in told.get("faults", ()))]


def test_files_hold_the_same_as_the_answer(day: Desk) -> None:
    ill(day, 2)
    today = timezone.localdate()
    expected = ("26740", today, "cases", 2)
    answer = day.get("/epidemic/series?format=csv")
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    [line] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (line["area_code"], line["day"], line["measure"], line["value"]) == (
        "26740",
        today.isoformat(),
        "cases",
        "2",
    )
    book = load_workbook(io.BytesIO(day.get("/epidemic/series?format=xlsx").content))
    _, row = book["figures"].iter_rows(values_only=True)
    assert (row[0], row[2].date(), row[3], row[4]) == expected
    assert book["definitions"]["C2"].value == "Confirmed cases"
    table = pq.read_table(io.BytesIO(day.get("/epidemic/series?format=parquet").content))
    [found] = table.to_pylist()
    assert (found["area_code"], found["day"], found["measure"], found["value"]) == expected
    assert table.schema.metadata[b"kind.cases"] == b"count"


def test_a_file_that_would_be_too_long_says_how_long_it_may_be(day: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ill(day, 1)
    monkeypatch.setitem(exports.MOST, "csv", 0)
    today = timezone.localdate()
    table = for_jobs(Wanted(measures=("cases",), since=today, until=today, area_ids=(COUNTRY_ID,)))
    with pytest.raises(Problem, match="at most 0"):
        exports.made(table, "csv", None)
