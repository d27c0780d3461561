"""The page of runs: verdicts in words, how far, days without one; asking for one and publishing one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from lachan.forecasting.models import Forecast, Input, Nowcast, Part, Run
from lachan.places.rules import COUNTRY_ID

from . import forecasts
from .test_forecast_pages import SignedIn, plain, text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def asked_for() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'as_of' FROM procrastinate_jobs WHERE task_name LIKE '%.run' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_runs_are_told_with_their_verdicts_and_days_without_one_are_named(signed_in: SignedIn) -> None:
    today = timezone.localdate()
    forecasts.run(today - timedelta(days=5))
    late = forecasts.run(today - timedelta(days=4), status="blocked", reason="data_late", params={"days": 3})
    going = forecasts.run(today - timedelta(days=1), status="running", seal="", card=None, parts=8)
    Part.objects.create(run_id=going.id, part="nowcast:cases", done_at=timezone.now(), rows=9, seconds=12.4, found={})
    officer = signed_in("national")
    page = plain(text(officer, "/forecast/runs/"))
    assert "số liệu chậm 3 ngày" in page
    assert "xong 1/8 phần, 12 giây" in page
    assert "2 ngày chưa có lần chạy" in page
    assert f"/forecast/card/{late.id}/" in text(officer, "/forecast/runs/")
    answer = officer.post("/forecast/runs/make/", {"day": str(today - timedelta(days=3))}, follow=True)
    assert "Đã yêu cầu chạy ngày" in answer.content.decode()
    assert asked_for() == [str(today - timedelta(days=3))]
    officer.post("/forecast/runs/make/", {"day": str(today)})
    officer.post("/forecast/runs/make/", {"day": "nonsense"})
    assert len(asked_for()) == 1, "today is not over"


def test_a_blocked_run_is_published_by_whoever_answers_for_the_nation_with_a_reason(signed_in: SignedIn) -> None:
    late = forecasts.run(status="blocked", reason="data_late", params={"days": 3}, published_at=None)
    province, national = signed_in("province"), signed_in("national")
    assert "Vẫn công bố" not in text(province, "/forecast/runs/")
    sent = {"run": str(late.id), "reason": "Bộ trưởng yêu cầu, đã gọi các tỉnh"}
    assert province.post("/forecast/runs/publish/", sent).status_code == 403
    national.post("/forecast/runs/publish/", sent | {"reason": " "})
    assert Run.objects.get(id=late.id).status == "blocked"
    page = national.post("/forecast/runs/publish/", sent, follow=True).content.decode()
    assert "Bộ trưởng yêu cầu" in page
    assert Run.objects.get(id=late.id).status == "published"


def test_beds_ahead_are_read_with_what_they_rest_on(signed_in: SignedIn) -> None:
    rests = {"field": "hospital.ward_days", "said": "7 to 11", "unit": "days, mean", "en": "in a ward",
             "vi": "nằm khoa thường", "source": "own assumption"}  # fmt: skip
    made = forecasts.run(card=forecasts.CARD | {"beds": {"from": "cases", "assumptions": [rests]}})
    forecasts.said(made, [COUNTRY_ID], measures=("cases", "beds"))
    Input.objects.filter(measure="beds").delete()  # nobody records who is in hospital
    Nowcast.objects.filter(measure="beds").delete()
    Forecast.objects.filter(measure="beds").update(notes=["beds_from_cases", "beds_not_recorded"])
    page = plain(text(signed_in("national"), f"/forecast/{COUNTRY_ID}/?measure=beds"))
    assert "người nằm viện vì bệnh này" in page
    assert "tỷ lệ giả định cần nằm viện" in page
    assert "Nằm khoa thường 7 – 11" in page
    assert "Số này được tính ra" in page
