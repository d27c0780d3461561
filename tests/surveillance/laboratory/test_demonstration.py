"""The laboratory's day of the demonstration comes through the door whole, and once."""

from __future__ import annotations

from datetime import date

import pytest

from lachan.demonstration.laboratory import PEOPLE, seed_laboratory
from lachan.demonstration.plan import Country
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.people.queries import persons
from lachan.surveillance.models import LabOrder, Pool, Result, Sample

from .conftest import Laboratory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_day_under_way(lab: Laboratory) -> None:
    people = list(persons(lab.people(PEOPLE)).values())
    land = Country({}, {lab.station.id: people}, lab.station)

    def run(commands: list[Command]) -> list[Outcome]:
        outcomes = execute(commands, actor=lab.root, now=lab.now)
        assert {outcome.status for outcome in outcomes} == {ACCEPTED}, outcomes
        return outcomes

    seed_laboratory(land, lab.now, run)
    assert sorted(Pool.objects.values_list("state", flat=True)) == ["negative", "opened"]
    assert Sample.objects.filter(state="single").count() == 3
    assert Result.objects.filter(outcome="positive", status="standing").count() == 2
    assert Result.objects.filter(status="corrected").count() == 1
    assert LabOrder.objects.filter(sample_id=None).count() == 2
    assert "there" in seed_laboratory(land, lab.now, run)
    assert Sample.objects.count() == PEOPLE - 2
    assert lab.now.date() == date(2021, 10, 16)
