"""Series, triangles and figures: what was known when, of whom, within one's own areas."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from lachan.access.rules import Role
from lachan.analytics.epidemic import checks, queries
from lachan.analytics.epidemic.definitions import COUNTED
from lachan.analytics.epidemic.facts import Wanted
from lachan.analytics.maps import Map
from lachan.kernel.errors import Forbidden, Problem
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID
from tests.figures import known

from .conftest import Ward, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2022, 3, 10)
DAY = timedelta(days=1)


def province(ward: Ward) -> int:
    found = places.area(ward.commune)
    assert found is not None
    assert found.province_id is not None
    return found.province_id


def filled(ward: Ward) -> list[object]:
    """Three cases: two known today, one of today known in two days; the first of today's withdrawn then."""
    one, two, late = ward.people(3)
    first = ward.result(one)
    ward.result(two, ago=30)
    follow([one, two], ward.now)
    ward.now += 2 * DAY
    ward.must("result.withdraw", person={"id": str(one)}, result_id=str(first), reason="mixed up")
    ward.result(late, ago=48)
    follow([one, late], ward.now)
    return [one, two, late]


def test_a_series_as_known_then_and_now(ward: Ward) -> None:
    filled(ward)
    areas = (COUNTRY_ID, province(ward), ward.commune, ward.elsewhere)
    wanted = {"measures": ("tests", "cases"), "since": TODAY - DAY, "until": TODAY + DAY, "area_ids": areas}
    now = queries.for_jobs(Wanted(**wanted))
    assert now.area_ids == areas
    assert now.days.tolist() == [TODAY - DAY, TODAY, TODAY + DAY]
    assert now.of("cases").tolist() == [[1, 1, 0]] * 3 + [[0, 0, 0]]
    then = queries.for_jobs(Wanted(**wanted, as_of=TODAY + DAY))
    assert then.of("cases").tolist() == [[1, 1, 0]] * 3 + [[0, 0, 0]]
    assert queries.for_jobs(Wanted(**wanted, as_of=TODAY - DAY)).values.sum() == 0


def test_a_triangle_says_how_late_what_became_known(ward: Ward) -> None:
    filled(ward)
    found = queries.triangle([province(ward), ward.commune], "covid-19", "cases", TODAY + 2 * DAY, 3, days=5)
    expected = [[0, 0, 0, 0], [0, 1, 1, 1], [1, 1, 1, np.nan], [0, 0, np.nan, np.nan], [0, np.nan, np.nan, np.nan]]
    np.testing.assert_array_equal(found, [expected, expected])


def test_somebody_in_hospital_is_there_every_day_until_they_leave(ward: Ward) -> None:
    sick = ward.person()
    ward.result(sick)
    case = ward.case(sick)
    ward.now += DAY
    assert ward.say("case.course", case, hospital="Bệnh viện Quận 1", severity="severe").status.value == "accepted"
    ward.now += 3 * DAY
    ward.say("case.course", case, outcome="recovered", outcome_on=(TODAY + 4 * DAY).isoformat())
    follow([sick], ward.now)
    wanted = Wanted(measures=("in_hospital", "admissions", "severe", "recovered"), since=TODAY + 2 * DAY,
                    until=TODAY + 5 * DAY, area_ids=(ward.commune, COUNTRY_ID))  # fmt: skip
    assert queries.for_jobs(wanted).of("in_hospital").tolist() == [[1, 1, 0, 0]] * 2
    before = Wanted(measures=wanted.measures, since=TODAY, until=TODAY + 2 * DAY, area_ids=(ward.commune,),
                    as_of=TODAY + DAY)  # fmt: skip
    assert [row.tolist() for row in queries.for_jobs(before).values[:, 0]] == [
        [0, 1, 1], [0, 1, 0], [0, 1, 0], [0, 0, 0],
    ]  # fmt: skip


def test_provinces_and_communes_of_both_maps(ward: Ward) -> None:
    filled(ward)
    for of in Map:
        wanted = Wanted(measures=("cases",), since=TODAY - DAY, until=TODAY, children_of=COUNTRY_ID, map=of)
        table = queries.for_jobs(wanted)
        assert len(table.area_ids) == {Map.OF_2021: 63, Map.OF_2025: 34}[of]
        assert table.values.sum() == 2
    here = queries.for_jobs(Wanted(measures=("cases",), since=TODAY, until=TODAY, children_of=province(ward)))
    assert here.values.sum() == 1
    assert here.of("cases")[here.area_ids.index(ward.commune), 0] == 1


def test_figures_within_ones_own_areas_only(ward: Ward) -> None:
    filled(ward)
    officer = ward.officer
    found = queries.latest(officer, ward.commune, TODAY)
    assert set(COUNTED) <= set(found.figures)
    assert (found.figures["cases"].value, found.figures["cases"].difference) == (1, 0)
    assert found.figures["positivity"].value == 100
    assert found.figures["growth"].value is None
    assert len(found.figures["cases"].spark) == 28
    wanted = Wanted(measures=("cases",), since=TODAY, until=TODAY, area_ids=(ward.commune, ward.elsewhere))
    for ask in (
        lambda: queries.series(officer, wanted),
        lambda: queries.latest(officer, COUNTRY_ID, TODAY),
        lambda: queries.by_age(officer, ward.elsewhere, "cases", TODAY, TODAY),
        lambda: queries.delays(officer, COUNTRY_ID, TODAY, TODAY),
        lambda: queries.series(officer, Wanted(measures=("cases",), since=TODAY, until=TODAY, children_of=COUNTRY_ID)),
        lambda: queries.latest(ward.role(Role.TRACER, area_id=COUNTRY_ID), COUNTRY_ID, TODAY),
    ):
        with pytest.raises(Forbidden):
            ask()
    nation = ward.role(Role.NATIONAL_OFFICER, area_id=COUNTRY_ID)
    assert [row.total for row in queries.by_age(nation, COUNTRY_ID, "cases", TODAY, TODAY)] == [1]
    assert [row.total for row in queries.by_age(officer, ward.commune, "cases", TODAY - DAY, TODAY)] == [2]


def test_limits_are_said(ward: Ward) -> None:
    for wanted in (
        Wanted(measures=("rt",), since=TODAY, until=TODAY, area_ids=(1,)),
        Wanted(measures=("cases",), since=TODAY, until=TODAY - DAY, area_ids=(1,)),
        Wanted(measures=("cases",), since=date(2000, 1, 1), until=TODAY, area_ids=(1,)),
        Wanted(measures=("cases",), since=TODAY, until=TODAY, area_ids=(999_999_999,)),
    ):
        with pytest.raises(Problem):
            queries.for_jobs(wanted)
    with pytest.raises(Problem):
        queries.triangle([1], "covid-19", "in_hospital", TODAY, 10)


def test_the_public_sees_whole_weeks_and_no_small_number(ward: Ward) -> None:
    people = ward.people(9)
    for person in people[:6]:
        ward.result(person)
    elsewhere = ward.people(2, "00001")
    for person in elsewhere:
        ward.result(person)
    follow([*people, *elsewhere], ward.now)
    sunday = date(2022, 3, 13)
    out = sunday + 2 * DAY
    for day in (out, out + 6 * DAY):
        assert queries.public(COUNTRY_ID, day).week_end == sunday
    assert queries.public(COUNTRY_ID, out - DAY).whole.cases7 == 0
    found = queries.public(COUNTRY_ID, out)
    assert found.whole.cases7 == 8
    shown = {line.area.id: line.cases7 for line in found.lines}
    assert shown[province(ward)] is None  # six, but the two of Hà Nội would follow from it
    assert len([value for value in shown.values() if value is None]) == 2
    assert {value for value in shown.values() if value is not None} == {0}
    here = queries.public(province(ward), out)
    assert here.whole.cases7 is None
    assert next(line for line in here.lines if line.area.id == ward.commune).cases7 is None
    with pytest.raises(Problem):
        queries.public(ward.commune, date(2026, 4, 30))


@pytest.mark.parametrize("months", [0, 1, 5])
def test_a_stock_is_the_sum_from_the_first_day_on_whenever_it_became_known(ward: Ward, months: int) -> None:
    """Months that lie behind are read whole: what was known late, or is dated later than it was known, is not lost."""
    rng = np.random.default_rng(months)
    first = TODAY - 200 * DAY
    rows = [
        (first + int(late) * DAY, first + int(day) * DAY, delta)
        for day in range(200)
        for late, delta in ((day + rng.integers(0, 70), 2), (day + 5 - rng.integers(0, 9), -1))
    ]
    known([(told, day, ward.commune, "in_hospital", delta) for told, day, delta in rows], ward.now)
    until = TODAY - months * 30 * DAY
    for as_of in (None, until, until - 40 * DAY):
        wanted = Wanted(measures=("in_hospital", "cases"), since=until - 9 * DAY, until=until,
                        area_ids=(ward.commune, province(ward), ward.elsewhere), as_of=as_of)  # fmt: skip
        expected = [
            sum(delta for told, day, delta in rows if day <= on and (as_of is None or told <= as_of))
            for on in (until - back * DAY for back in range(9, -1, -1))
        ]
        assert any(expected)
        assert queries.for_jobs(wanted).of("in_hospital").tolist() == [expected, expected, [0] * 10]
    checks.prepare()
    found = {one.name: one.good for one in checks.findings(())}
    assert found["epidemic stocks by month against the changes"]
