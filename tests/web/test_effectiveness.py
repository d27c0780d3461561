"""Vaccine effectiveness on screen: both designs with their intervals, what speaks against them, why nothing is said."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lachan.analytics.maps import map_on
from lachan.forecasting.effectiveness.facts import CODES, span_of
from lachan.forecasting.models import Effectiveness
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

from .conftest import SignedIn
from .pages import breaches

pytestmark = pytest.mark.slow
BIASES = [
    ["healthy_vaccinee", "up", 0.2], ["test_seeking", "down", 1.34], ["prior_infection", "down", 0.123],
    ["misclassification", "down", None], ["clustering", "either", 1.7], ["small_numbers", "either", 7.0],
    ["inside_place", "either", None], ["entered", "either", 0.61],
]  # fmt: skip


def estimate(area_id: int, design: str, *, shift: float = 0.0, unsaid: str = "", **changes: Any) -> None:
    """Estimates of a Sunday: 90 % less each state later, or nothing at all."""
    as_of = date(2026, 5, 3)
    middle: list[float | None] = [None, *(0.9 - shift - at / 20 for at in range(9))]
    known = [value if not unsaid else None for value in middle]
    facts = {
        "since": span_of(as_of).since, "until": span_of(as_of).until, "made_at": datetime(2026, 5, 3, 20, tzinfo=UTC),
        "engine": "1+abc/def", "inputs": "ab" * 32, "states": list(CODES), "events": [100.0] * 10,
        "trials": [36525.0] * 10, "estimates": known, "ways": ["wald"] * 10, "unsaid": ["", *[unsaid] * 9],
        "lows": [value - 0.05 if value is not None else None for value in known],
        "highs": [value + 0.04 if value is not None else None for value in known],
        "biases": BIASES, "dispersion": 1.7, "waning": 0.1, "outcome": "infection", "as_of": as_of,
    }  # fmt: skip
    Effectiveness.objects.create(area_id=area_id, disease="covid-19", design=design, **{**facts, **changes})


def province() -> int:
    """The province of the story on the map of today."""
    found = places.area_at("79", 1, timezone.localdate())
    assert found is not None
    return found.id


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    page = str(answer.content.decode())
    assert not breaches(page)
    return page


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_both_designs_stand_beside_each_other_with_what_speaks_against_them(signed_in: SignedIn) -> None:
    for design in ("test_negative", "cohort"):
        estimate(COUNTRY_ID, design, shift=0.02 if design == "cohort" else 0.0)
    page = text(signed_in("national"), f"/effectiveness/{COUNTRY_ID}/")
    words = plain(page)
    assert "người đã tiêm đủ liều 14 đến 89 ngày trước nhiễm ít hơn 75 % so với người chưa tiêm" in words
    assert "(95 %: 70 đến 79 %)" in words
    assert "Hai thiết kế khớp nhau trong khoảng tin cậy." in words
    assert "Mức bảo vệ giảm dần: đủ liều, từ 180 ngày còn 65 %, đủ liều, 14–89 ngày là 75 %." in words
    assert "trông như giảm được 20 % số ca" in words
    assert "bằng 1,3 lần người khác" in words
    assert words.count("Chỉ theo dõi những người hệ thống đã biết từ trước: 61 % dân cư ở đây.") == 2
    assert "Làm vắc xin trông tốt hơn thực tế" in words
    figure = page[page.index('id="chart-effectiveness"') :].partition("</figure>")[0]
    assert figure.count('role="img"') == 2
    assert "100 ca trong 100 người-năm" in figure
    assert 'data-c="low_2|high_2"' in figure  # a file of it, by the chart's own button


def test_in_english_and_where_the_designs_do_not_agree(signed_in: SignedIn) -> None:
    estimate(COUNTRY_ID, "test_negative")
    estimate(COUNTRY_ID, "cohort", shift=0.4)
    officer = signed_in("national")
    officer.post("/language/", {"language": "en"})
    words = plain(text(officer, f"/effectiveness/{COUNTRY_ID}/"))
    assert "were found infected 35 % less often than the unvaccinated" in words
    assert "The two designs do not agree: their intervals lie apart." in words
    assert "Makes vaccines look worse than they are" in words


def test_why_nothing_can_be_said(signed_in: SignedIn) -> None:
    officer = signed_in("national")
    assert "Chưa có ước lượng nào cho nơi này." in plain(text(officer, f"/effectiveness/{COUNTRY_ID}/"))
    estimate(COUNTRY_ID, "test_negative")
    estimate(COUNTRY_ID, "cohort", unsaid="few_unvaccinated")
    words = plain(text(officer, f"/effectiveness/{COUNTRY_ID}/"))
    assert "Đoàn hệ : ở đây chưa đủ cơ sở để nói gì, dưới năm ca ở người chưa tiêm, không có gì để so sánh." in words
    assert "Chưa có ước lượng nào" in plain(text(officer, f"/effectiveness/{COUNTRY_ID}/?outcome=severe"))
    commune = places.communes(province(), timezone.localdate())[0].id
    assert "Hãy xem ở cấp tỉnh." in plain(text(officer, f"/effectiveness/{commune}/"))


def test_provinces_in_a_list_as_known_then_and_a_fixed_number_of_statements(signed_in: SignedIn) -> None:
    every = [area.id for area in places.provinces(map_on(timezone.localdate()).day)]
    for at, area_id in enumerate(every):
        estimate(area_id, "test_negative", unsaid="few_events" if at else "")
        estimate(area_id, "cohort", shift=0.1, unsaid="few_events" if at > 1 else "")
    for as_of in (date(2026, 4, 26), date(2026, 5, 3)):
        estimate(COUNTRY_ID, "test_negative", as_of=as_of)
    officer = signed_in("national")
    text(officer, f"/effectiveness/{COUNTRY_ID}/")
    with CaptureQueriesContext(connection) as asked:
        page = text(officer, f"/effectiveness/{COUNTRY_ID}/")
    assert sum("forecasting_effectiveness" in query["sql"] for query in asked) == 3
    assert page.count('class="lc-row-name"') == 2  # by the one design and by the other
    silent = page.partition('class="ef-silent"')[2].partition("</p>")[0]
    assert "quá ít: dưới năm ca dù không được bảo vệ" in silent
    assert silent.count("<a ") == len(every) - 2
    assert 'value="2026-04-26"' in page
    then = plain(text(officer, f"/effectiveness/{COUNTRY_ID}/?as_of=2026-04-30"))
    assert "như đã biết ngày 26/04/2026" in then


def test_each_in_their_places(signed_in: SignedIn) -> None:
    estimate(COUNTRY_ID, "test_negative")
    estimate(province(), "test_negative")
    officer = signed_in("province")
    led = officer.get("/effectiveness/")
    assert led.status_code == 302
    assert officer.get(led["Location"]).status_code == 200
    assert officer.get(f"/effectiveness/{COUNTRY_ID}/").status_code == 403
    assert signed_in("nurse").get("/effectiveness/").status_code == 403
