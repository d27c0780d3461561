"""Counters follow every fact about a dose; the recount finds what does not, and names it; both rebuilds are equal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from lachan.analytics import checks, operations, queries
from lachan.analytics.counters import Heading, Rollups
from lachan.analytics.debt import projection as debt
from lachan.analytics.projection import grain_of_journal
from lachan.analytics.rules import Sums
from lachan.immunization.queries import catalogue, published
from lachan.kernel.outcomes import ACCEPTED, REFUSED
from lachan.places.rules import COUNTRY_ID

from .conftest import COMMUNES, TODAY, Campaign

FIRST, SECOND, THIRD = date(2021, 9, 1), date(2021, 10, 1), date(2022, 5, 2)
TABLES = ("coverage", "coveragecommune", "coverageprovince", "coverageage", "coverageday")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def nation(campaign: Campaign) -> Sums:
    return queries.picture(campaign.actor, COUNTRY_ID, TODAY).residents


def sql(text: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def counted(table: str) -> list[tuple[Any, ...]]:
    described = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    names = [row[0] for row in sql(described, f"analytics_{table}")]
    keys = ", ".join(sorted(set(names) - {"doses", "completed"}))
    return sorted(sql(f"SELECT {keys}, doses, completed FROM analytics_{table} WHERE doses <> 0 OR completed <> 0"))


def a_life_of_everything(campaign: Campaign) -> None:
    """Voids, amendments, doses entered late, elsewhere and abroad, refused and held ones, twice the same."""
    an, binh, chi, dung = (campaign.person(commune, sex) for commune, sex in zip(COMMUNES * 2, "FMUF", strict=False))
    for person in (an, binh):
        campaign.dose(person, FIRST)
        campaign.dose(person, SECOND)
    campaign.dose(an, THIRD)
    campaign.dose(chi, SECOND, "astrazeneca", at=COMMUNES[1])
    campaign.dose(chi, date(2021, 7, 1), "astrazeneca", source="elsewhere")  # late: the other moves up and completes
    second = campaign.dose(dung, SECOND, "janssen", at=COMMUNES[2])
    campaign.dose(dung, date(2022, 3, 1), "pfizer")
    assert campaign.void(dung, second).status is ACCEPTED  # the booster becomes a first dose
    third = campaign.dose(binh, THIRD)
    assert campaign.amend(binh, third, product="astrazeneca", lot="AZ1").status is ACCEPTED
    twice = campaign.dose_command(an, FIRST)
    assert campaign.send(twice, twice)[0].status is REFUSED
    campaign.send(campaign.dose_command(chi, date(2021, 10, 5)))  # too soon: held


def test_after_everything_all_counts_are_equal(campaign: Campaign) -> None:
    a_life_of_everything(campaign)
    assert campaign.wrong() == []
    assert nation(campaign) == Sums(doses=9, first=4, completed=3, boosters=2)


def test_a_void_takes_the_dose_out_of_every_sum(campaign: Campaign) -> None:
    person = campaign.person()
    dose = campaign.dose(person, FIRST)
    assert nation(campaign) == Sums(1, 1, 0, 0)
    assert campaign.void(person, dose).status is ACCEPTED
    assert nation(campaign) == Sums()
    assert campaign.wrong() == []
    assert [row.sums for row in queries.picture(campaign.actor, COUNTRY_ID, FIRST).days if row.sums.doses] == []


def test_a_dose_entered_late_moves_the_later_one_and_completes_it(campaign: Campaign) -> None:
    person = campaign.person()
    campaign.dose(person, SECOND)
    assert nation(campaign) == Sums(1, 1, 0, 0)
    campaign.dose(person, FIRST)
    assert nation(campaign) == Sums(2, 1, 1, 0)
    assert campaign.wrong() == []


def test_a_dose_given_abroad_counts_for_the_residence_and_for_no_station(campaign: Campaign) -> None:
    person = campaign.person(COMMUNES[1])
    campaign.dose(person, FIRST, source="abroad", country="FR")
    assert queries.picture(campaign.actor, campaign.area("01", 1), FIRST).residents == Sums(1, 1, 0, 0)
    [row] = sql("SELECT facility_id, doses FROM analytics_coverage")
    assert row == (0, 1)
    picture = queries.picture(campaign.actor, COUNTRY_ID, FIRST)
    assert (picture.today.doses, dict(picture.given)) == (1, {0: {FIRST: 1}})


def test_rebuilt_from_the_doses_and_from_the_journal_they_are_the_same(campaign: Campaign) -> None:
    a_life_of_everything(campaign)
    before = {table: counted(table) for table in TABLES}
    assert all(before.values())
    sql("UPDATE analytics_coverage SET doses = doses + 7")
    assert operations.rebuild() == len(before["coverage"])
    assert {table: counted(table) for table in TABLES} == before
    sql("DELETE FROM analytics_coverageday")
    assert operations.rebuild_from_journal() == len(before["coverage"])
    assert {table: counted(table) for table in TABLES} == before


def test_the_journal_alone_gives_the_grain(campaign: Campaign) -> None:
    a_life_of_everything(campaign)
    doses = {key: tuple(value) for key, value in published.counted_doses()}
    assert grain_of_journal() == doses


def test_a_rebuild_of_nothing_is_nothing(campaign: Campaign) -> None:
    assert operations.rebuild() == 0
    assert campaign.wrong() == []


@pytest.mark.parametrize(
    ("product", "number", "completed", "expected"),
    [
        ("pfizer", 1, 0, [10, 10, 0, 0]),
        ("pfizer", 2, 10, [10, 0, 10, 0]),
        ("pfizer", 3, 0, [10, 0, 0, 10]),
        ("janssen", 1, 10, [10, 10, 10, 0]),
        ("pfizer", 2, 0, [10, 0, 0, 10]),  # after Janssen
        ("pfizer", 2, 7, [10, 0, 7, 3]),  # both of these under one heading
        ("abdala", 2, 0, [10, 0, 0, 0]),  # neither: the series asks for three
        ("abdala", 3, 10, [10, 0, 10, 0]),
    ],
)
def test_a_dose_is_first_completing_booster_or_none_of_them(
    campaign: Campaign, product: str, number: int, completed: int, expected: list[int]
) -> None:
    heading = Heading(0, FIRST, campaign.area(COMMUNES[0]), catalogue().keys[product], number, 40, "F")
    rollups = Rollups()
    rollups.add([(heading, [10, completed])])
    city = campaign.area("79", 1)
    assert dict(rollups.communes) == {(heading.residence_id, 0): expected}
    assert dict(rollups.ages) == {(city, 40, "F", 0): expected}
    assert dict(rollups.days) == {(FIRST, 0, 0): expected}
    assert dict(rollups.provinces) == {(city, heading.product_id, number, 0): [10, completed]}


def test_residents_of_no_known_place_are_spread_over_slots(campaign: Campaign) -> None:
    rollups = Rollups(slots=8)
    for facility in (100_003, 100_004):
        rollups.add([(Heading(facility, FIRST, 0, 1, 1, 40, "F"), [1, 0])])
    assert set(rollups.communes) == {(0, 100_003 % 8), (0, 100_004 % 8)}


Spoil = Callable[[], Any]
SPOILED: list[tuple[str, Spoil]] = [
    ("counters against the doses", lambda: sql("UPDATE analytics_coverage SET doses = doses + 1")),
    ("counters against the doses", lambda: sql("DELETE FROM analytics_coverage")),
    ("counters by commune", lambda: sql("UPDATE analytics_coveragecommune SET completed = completed + 1")),
    ("counters by province", lambda: sql("UPDATE analytics_coverageprovince SET doses = doses - 1")),
    ("counters by age and sex", lambda: sql("UPDATE analytics_coverageage SET sex = 'U'")),
    ("counters by day", lambda: sql("UPDATE analytics_coverageday SET day = day + 1")),
    ("stock used against the doses", lambda: sql("UPDATE immunization_stock SET used = used + 1 WHERE used > 0")),
    ("journal against the doses", lambda: sql("DELETE FROM kernel_journal WHERE verb = 'dose.recorded'")),
    (
        "journal against the doses",
        lambda: sql(
            "INSERT INTO kernel_journal (verb, subject, happened_at, actor, body) SELECT verb, subject, happened_at, "
            "actor, body FROM kernel_journal WHERE verb = 'dose.recorded'"
        ),
    ),
    ("accepted commands against the doses", lambda: sql("DELETE FROM kernel_command WHERE verb = 'dose.record'")),
]


@pytest.mark.parametrize(("name", "spoil"), SPOILED)
def test_the_check_finds_what_was_spoiled_and_only_that(campaign: Campaign, name: str, spoil: Spoil) -> None:
    campaign.dose(campaign.person(), FIRST)
    assert campaign.wrong() == []
    debt.rebuild()  # it has counted what is spoiled now
    spoil()
    assert [finding.name for finding in checks.check_all() if not finding.good] == [name]


def test_a_dose_that_vanished_is_missed_everywhere(campaign: Campaign) -> None:
    campaign.dose(campaign.person(), FIRST)
    sql("DELETE FROM immunization_dose")
    names = [finding.name for finding in checks.check_all() if not finding.good]
    assert len(names) == 8, names
    assert "kept (1, 0), found None" in checks.check_counters()[0].detail
