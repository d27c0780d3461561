"""Whatever is sent, in whatever order, however often and in whatever portions: the same doses and the same counters."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.kernel.commands import Command

from .conftest import COMMUNES, Campaign

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BEGIN = date(2021, 8, 1)
# person, weeks after the beginning, product, commune of the station: five weeks between any two doses of a person
Given = tuple[int, int, str, int]
GIVEN = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(["pfizer", "astrazeneca"]), st.integers(0, 2)),
    min_size=1,
    max_size=6,
    unique_by=lambda dose: dose[:2],
)
SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def doses() -> Counter[tuple[Any, ...]]:
    return _counts(
        "SELECT person_id, given_on, product_id, dose_number, completes, facility_id, status FROM immunization_dose"
    )


def counters() -> Counter[tuple[Any, ...]]:
    return _counts(
        "SELECT facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed "
        "FROM analytics_coverage WHERE doses <> 0"
    )


def _counts(query: str) -> Counter[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return Counter(cursor.fetchall())


def commands(campaign: Campaign, people: list[Any], plan: list[Given]) -> list[Command]:
    """All of one product a person, so that the rules accept the doses in any order of entry."""
    product = {person: name for person, _, name, _ in plan}
    return [
        campaign.dose_command(
            people[person], BEGIN + timedelta(weeks=5 * week), product[person], at=COMMUNES[place],
            override={"codes": ["series_complete_no_booster_rule", "booster_too_early", "interval_too_short"],
                      "reason": "written down from paper"},
        )
        for person, week, _, place in plan
    ]  # fmt: skip


@given(GIVEN, st.integers(0, 2**32), st.integers(1, 4))
@SETTINGS
def test_any_interleaving_and_repetition_gives_the_same(
    campaign: Campaign, plan: list[Given], seed: int, portion: int
) -> None:
    chance = Random(seed)
    with transaction.atomic():
        people = [campaign.person(commune) for commune in COMMUNES]
        sent = commands(campaign, people, plan)
        with transaction.atomic():
            in_order = sorted(sent, key=lambda command: command.happened_at)
            campaign.send(*in_order)
            expected = doses(), counters()
            assert expected[0].total() == len(plan)  # nothing was held: the rules do not hide a lost dose
            assert campaign.wrong() == []
            transaction.set_rollback(True)
        mixed = sent + chance.sample(sent, k=chance.randint(0, len(sent)))
        chance.shuffle(mixed)
        for start in range(0, len(mixed), portion):
            campaign.send(*mixed[start : start + portion])
        assert (doses(), counters()) == expected
        assert campaign.wrong() == []
        transaction.set_rollback(True)


@given(GIVEN, st.data())
@SETTINGS
def test_after_any_voids_and_amendments_the_counts_are_equal(
    campaign: Campaign, plan: list[Given], data: st.DataObject
) -> None:
    with transaction.atomic():
        people = [campaign.person(commune) for commune in COMMUNES]
        for command in commands(campaign, people, plan):
            campaign.send(command)
        for _ in range(data.draw(st.integers(1, 3), "corrections")):
            standing = sorted(
                _counts("SELECT person_id, id, given_on FROM immunization_dose WHERE status = 'active'"),
                key=lambda row: row[2],
            )
            if not standing:
                break
            person, dose, day = data.draw(st.sampled_from(standing), "which")
            if data.draw(st.booleans(), "void"):
                campaign.void(person, dose)
            else:
                days = data.draw(st.integers(-9, 9), "days")
                campaign.amend(person, dose, given_on=(day + timedelta(days=days)).isoformat())
            assert campaign.wrong() == []
        transaction.set_rollback(True)
