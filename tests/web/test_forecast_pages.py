"""Forecasts on screen: what comes, how sure, how it did before; why there is none; what if; alarms worked through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from lachan.access.actors import Actor
from lachan.analytics.facts import AgeRow
from lachan.analytics.rules import Sums
from lachan.forecasting import workbench
from lachan.forecasting.facts import LEVELS, Band, Past, PastForecast
from lachan.forecasting.models import Alarm, AlarmStep
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.forecast import reading
from tests.tracing.outbreak.outbreaks import case

from . import forecasts
from .conftest import SignedIn
from .pages import breaches, plain, text

SAIGON, HANOI = "79", "01"


def province(code: str) -> int:
    found = places.area_at(code, 1, forecasts.SUNDAY)
    assert found is not None
    return found.id


# the forecast of a place


@pytest.mark.slow
def test_the_interval_is_said_in_words_and_the_past_beside_it(signed_in: SignedIn) -> None:
    forecasts.season([COUNTRY_ID, province(SAIGON)])
    page = plain(text(signed_in("national"), f"/forecast/{COUNTRY_ID}/"))
    assert "Trong 2 tuần tới, nhiều khả năng có" in page
    assert "Cứ 10 lần dự báo như vậy thì khoảng 5 lần thực tế nằm trong khoảng đó, khoảng 9 lần nằm trong" in page
    assert "Trong 13 tuần qua, thực tế nằm trong khoảng 90 % 12/13 tuần" in page
    assert "nhiều hơn dự báo" in page  # the miss is shown
    assert "Gần thực tế hơn 38 % so với cách đoán đơn giản" in page
    assert "Rt 0,85 (0,65–1,05)" in page
    assert "Chưa thể nói dịch đang tăng hay giảm." in page


@pytest.mark.slow
def test_every_chart_has_its_words_and_its_table(signed_in: SignedIn) -> None:
    forecasts.season([COUNTRY_ID], weeks=3)
    page = text(signed_in("national"), f"/forecast/{COUNTRY_ID}/")
    for key in ("forecast", "past", "rt", "nowcast"):
        figure = page[page.index(f'id="chart-{key}"') :]
        figure = figure[: figure.index("</figure>")]
        assert figure.count('role="img"') == 2
        assert "<table" in figure
        assert 'class="ch-said"' in figure


@pytest.mark.slow
def test_as_known_then_shows_that_forecast_and_what_came_since(signed_in: SignedIn) -> None:
    forecasts.season([COUNTRY_ID], weeks=6)
    then = forecasts.SUNDAY - timedelta(weeks=4) + timedelta(days=2)
    page = text(signed_in("national"), f"/forecast/{COUNTRY_ID}/?as_of={then}")
    assert f"như đã biết ngày {then - timedelta(days=1):%d/%m/%Y}" in page
    assert page.count('r="4"') == 8  # four weeks came, drawn twice: for a page and for a phone
    assert "Thực tế" in page


@pytest.mark.slow
def test_a_blocked_run_says_why_and_what_is_shown_instead(signed_in: SignedIn) -> None:
    forecasts.season([COUNTRY_ID], weeks=2)
    blocked = forecasts.run(
        forecasts.SUNDAY + timedelta(days=2),
        status="blocked",
        reason="data_late",
        params={"days": 3},
        published_at=None,
    )
    page = plain(text(signed_in("national"), f"/forecast/{COUNTRY_ID}/"))
    assert "Dự báo ngày 12/10/2021 chưa được công bố" in page
    assert "Đang hiện dự báo đã công bố gần nhất, ngày 11/10/2021." in page
    card = plain(text(signed_in("national"), f"/forecast/card/{blocked.id}/"))
    assert "Vì sao không công bố" in card


@pytest.mark.slow
def test_nothing_published_yet_is_told_and_a_place_without_forecast_too(signed_in: SignedIn) -> None:
    officer = signed_in("national")
    assert "Chưa có dự báo cho nơi này" in plain(text(officer, f"/forecast/{COUNTRY_ID}/"))
    forecasts.said(forecasts.run(), [COUNTRY_ID])
    assert "Chưa có dự báo cho nơi này" in plain(text(officer, f"/forecast/{province(HANOI)}/"))


@pytest.mark.slow
def test_each_in_their_places(signed_in: SignedIn) -> None:
    forecasts.said(forecasts.run(), [COUNTRY_ID, province(SAIGON), province(HANOI)])
    officer = signed_in("province")
    led = officer.get("/forecast/")
    assert led.status_code == 302
    assert officer.get(led["Location"]).status_code == 200
    assert officer.get(f"/forecast/{COUNTRY_ID}/").status_code == 403
    assert officer.get(f"/forecast/{province(HANOI)}/").status_code == 403
    assert officer.get("/forecast/987654/").status_code == 404
    assert signed_in("nurse").get("/forecast/").status_code == 403


@pytest.mark.slow
def test_the_nation_asks_a_fixed_number_of_statements(
    signed_in: SignedIn, django_assert_max_num_queries: object
) -> None:
    forecasts.said(forecasts.run(), [COUNTRY_ID, *(area.id for area in places.provinces(forecasts.SUNDAY))])
    client = signed_in("national")
    client.get(f"/forecast/{COUNTRY_ID}/")
    with django_assert_max_num_queries(32):
        page = text(client, f"/forecast/{COUNTRY_ID}/")
    assert page.count('data-label="Hai tuần nữa (90 %)"') == 63


@pytest.mark.slow
def test_the_card_tells_inputs_members_and_how_it_did(signed_in: SignedIn) -> None:
    made = forecasts.run()
    page = plain(text(signed_in("province"), f"/forecast/card/{made.id}/"))
    for words in ("93 %", "Tự hồi quy, chung mọi nơi (căn)", "cd" * 32, "Chưa thể nói Rt của 4 nơi", "80 %"):
        assert words in page
    text(signed_in("province"), f"/forecast/card/{uuid4()}/", 404)


# reading


def past_of(*inside: bool) -> Past:
    band = Band(forecasts.SUNDAY, 1, 2, 3, 4, 5)
    weeks = tuple(
        PastForecast(uuid4(), forecasts.SUNDAY, 2, band, band, 3.0 if hit else 9.0, 1.0, 2.0, hit, hit)
        for hit in inside
    )
    return Past(COUNTRY_ID, "covid-19", "cases", 2, weeks)


def test_too_many_misses_warn_and_bad_luck_does_not() -> None:
    assert not reading.too_narrow(past_of(*[True] * 17, *[False] * 3))
    assert reading.too_narrow(past_of(*[True] * 14, *[False] * 6))
    assert not reading.too_narrow(past_of(*[False] * 5))  # too few weeks to judge


def test_the_baseline_is_named_where_it_is_better() -> None:
    with translation.override("en"):
        assert "50 % closer" in reading.baseline_said(past_of(True, True))
        worse = past_of(True)
        bad = PastForecast(*(getattr(worse.weeks[0], name) for name in PastForecast.__slots__))
        object.__setattr__(bad, "wis", 3.0)
        assert "50 % further off" in reading.baseline_said(Past(0, "", "", 2, (bad,)))


@pytest.mark.parametrize(("value", "share"), [(-1, 1.0), (0.5, 0.5), (0.75, 0.25), (2, 0.0)])
def test_the_chance_of_more_is_read_off_the_quantiles(value: float, share: float) -> None:
    assert reading.chance_above(LEVELS, value) == pytest.approx(share)


# what if


def form(**changes: str) -> dict[str, str]:
    return {"days": "60", "variant": "delta", "a_name": "Như hiện nay", "b_name": "Giảm tiếp xúc", "infections": "200",
            "b_work_low": "30", "b_work_high": "50", **changes}  # fmt: skip


@pytest.mark.slow
def test_two_scenarios_are_compared_with_ranges_and_all_they_assume(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lachan.web.parts.forecast.scenario.DRAWS", 20)
    forecasts.said(forecasts.run(), [province(SAIGON)])
    own = {"area": str(province(SAIGON)), "severity.death@85": "0.2"}
    answer = signed_in("province").post("/forecast/whatif/", form(**own))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert not breaches(page)
    words = plain(page)
    assert "Giảm tiếp xúc so với Như hiện nay, ca được báo cáo: ít hơn trong 100 % số lượt rút" in words
    assert page.count('id="chart-') == 5
    assert "Vaccin" not in words
    assert "Levin et al. 2020" in words  # sources on the same page
    assert "Giảm tiếp xúc: 0,3 – 0,5" in words
    assert "85: 0,2" in words, "what differs by age can be changed too"


@pytest.mark.slow
def test_what_cannot_be_is_marked_and_nothing_is_worked_out(signed_in: SignedIn) -> None:
    client = signed_in("province")
    for changed, said in (
        ({"b_work_low": "60"}, "Số thứ hai phải là số lớn hơn."),
        ({"b_work_high": "150"}, "100"),
        ({"b_name": "Như hiện nay"}, "Hãy đặt tên khác cho kịch bản thứ hai."),
        ({"a_since": "2021-11-10", "a_until": "2021-11-01"}, "Ngày này trước ngày đầu."),
        ({"severity.death_scale:low": "99"}, "20"),
    ):
        answer = client.post("/forecast/whatif/", form(**changed))
        assert answer.status_code == 422
        page = plain(answer.content.decode())
        assert "chưa tính gì" in page
        assert said in page


@pytest.mark.slow
def test_one_at_a_time_and_not_for_ever(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("province")
    with workbench._ONE:
        busy = client.post("/forecast/whatif/", form())
    assert busy.status_code == 503
    assert "Đang tính một kịch bản khác" in busy.content.decode()
    monkeypatch.setattr(workbench, "LIMIT_S", 0.0)
    monkeypatch.setattr(workbench.compared, "__kwdefaults__", {"limit": 0.0})
    late = client.post("/forecast/whatif/", form())
    assert late.status_code == 503
    assert "Tính quá lâu" in late.content.decode()
    assert not workbench._ONE.locked()


def test_a_beginning_takes_the_last_weeks_without_a_gap() -> None:
    sunday = forecasts.SUNDAY
    history = tuple((sunday - timedelta(weeks=5 - n), value) for n, value in enumerate([70.0, None, 14, 21, -7, 28]))
    start, cases = workbench._daily(history)
    assert start == sunday + timedelta(days=1)
    assert cases == (2.0,) * 7 + (3.0,) * 7 + (0.0,) * 7 + (4.0,) * 7
    assert workbench._daily(history[-2:]) == (None, ())
    assert workbench._daily(((date(2021, 1, 3), None),)) == (None, ())


def test_doses_begin_as_the_register_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ages say how many, weeks say when; nobody has a second dose without a first, and no band more than its people."""
    start = forecasts.SUNDAY + timedelta(days=1)
    given = {start - timedelta(days=1): Sums(60, 40, 20, 0), start - timedelta(days=8): Sums(60, 60, 0, 0)}
    ages = (AgeRow(30, Sums(120, 80, 30, 0), Sums(0, 0, 0, 0), Sums()), AgeRow(80, Sums(40, 20, 20, 0), Sums(), Sums()))
    monkeypatch.setattr(workbench.coverage, "weeks", lambda *asked: given)
    monkeypatch.setattr(workbench.coverage, "by_age", lambda *asked: ages)
    actor = Actor.system("tests")
    rows, doses = workbench._given(actor, 1, start, 1_000_000)
    assert doses == (100, 20, 0)  # second doses by age are fifty, but only twenty were given before the start
    first = {(row["day"], row["age_from"]): row["count"] for row in rows if row["dose"] == 1}
    assert first[(start - timedelta(days=1)).isoformat(), 30] == pytest.approx(32)
    assert first[(start - timedelta(days=8)).isoformat(), 80] == pytest.approx(12)
    few, _ = workbench._given(actor, 1, start, 300)
    assert all(row["count"] < 60 for row in few)


# alarms


@pytest.mark.slow
def test_alarms_are_acknowledged_with_a_reason(signed_in: SignedIn) -> None:
    made = forecasts.run()
    here, away = forecasts.alarm(province(SAIGON), made.id), forecasts.alarm(province(HANOI), made.id)
    officer = signed_in("province")
    page = text(officer, "/alarms/")
    assert f'value="{here.id}"' in page
    assert str(away.id) not in page
    without = officer.post("/alarms/act/", {"step": "acknowledge", "alarm": str(here.id), "reason": " "}, follow=True)
    assert "Hãy ghi lý do" in without.content.decode()
    sent = {"step": "acknowledge", "alarm": [str(here.id), str(away.id)], "reason": "Đã gọi trung tâm y tế"}
    done = plain(officer.post("/alarms/act/", sent, follow=True).content.decode())
    assert "Đã xong cho 1 cảnh báo." in done
    here.refresh_from_db()
    assert (here.state, here.reason) == ("acknowledged", "Đã gọi trung tâm y tế")
    assert Alarm.objects.get(id=away.id).state == "open"  # of another province: refused, and said
    assert "Đã gọi trung tâm y tế" in text(officer, f"/alarms/{here.id}/")
    assert officer.get(f"/alarms/{away.id}/").status_code == 404


@pytest.mark.slow
def test_an_alarm_is_followed_to_its_cluster_and_closed_with_what_came_of_it(signed_in: SignedIn) -> None:
    made = forecasts.alarm(province(SAIGON), forecasts.run().id)
    officer = signed_in("province")
    begun = datetime(2021, 10, 5, tzinfo=UTC)
    case(uuid4(), province(SAIGON), begun, cluster="Chợ Bến Thành")
    case(uuid4(), province(HANOI), begun, cluster="Chợ Đồng Xuân")
    follow = {"cluster": "Chợ Đồng Xuân", "alarm": str(made.id), "back": str(made.id), "reason": ""}
    assert "không có ca bệnh nào" in officer.post("/alarms/act/", follow, follow=True).content.decode()
    officer.post("/alarms/act/", {**follow, "cluster": "Chợ Bến Thành"})
    made.refresh_from_db()
    assert (made.state, made.cluster) == ("followed", "Chợ Bến Thành")
    page = text(officer, f"/alarms/{made.id}/")
    assert f"/outbreak/clusters/?area={province(SAIGON)}&amp;since=" in page
    sent = {"step": "close", "alarm": str(made.id), "back": str(made.id), "reason": "Ổ dịch ở chợ"}
    assert "Hãy cho biết kết quả" in officer.post("/alarms/act/", sent, follow=True).content.decode()
    officer.post("/alarms/act/", {**sent, "outcome": "outbreak"})
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("closed", "outbreak")
    assert AlarmStep.objects.filter(alarm_id=made.id).count() == 2
    closed = text(officer, f"/alarms/{made.id}/")
    assert "Có ổ dịch, đang theo dõi" in closed
    assert 'name="reason"' not in closed


@pytest.mark.slow
def test_states_places_and_pages_narrow_the_list(signed_in: SignedIn) -> None:
    made = forecasts.run()
    for area in places.provinces(forecasts.SUNDAY)[:60]:
        forecasts.alarm(area.id, made.id)
    forecasts.alarm(province(SAIGON), made.id, state="closed", measure="deaths")
    officer = signed_in("national")
    first, second = text(officer, "/alarms/"), text(officer, "/alarms/?page=2")
    assert (first.count("data-row>"), second.count("data-row>")) == (50, 10)
    assert text(officer, f"/alarms/?area={province(SAIGON)}&state=all").count("data-row>") <= 2
    assert "Không có cảnh báo loại này" in text(officer, "/alarms/?state=followed")
    assert text(officer, "/alarms/?state=nonsense&page=x&area=-1").count("data-row>") == 50
