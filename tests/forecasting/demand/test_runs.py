"""A run from the register to the page's questions: coherent, resumable, the same again, within each reader's places."""

from __future__ import annotations

from uuid import uuid5

import numpy as np
import pytest
from django.db import connection

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.forecasting.demand import operations, queries, rows
from lachan.forecasting.demand.facts import COVERED, Demand
from lachan.forecasting.engines.demand.plan import levelled
from lachan.forecasting.models import DemandBlock, DemandPlace, DemandRun
from lachan.kernel.errors import Forbidden, Problem

from ...conftest import NAMESPACE
from .conftest import AS_OF, NOW, PFIZER, Home, day, stock

pytestmark = [pytest.mark.slow]


def officer(role: Role, area_id: int) -> Actor:
    return Actor(uuid5(NAMESPACE, f"{role} {area_id}"), "user", str(role), (GrantFact(role, None, area_id),))


MINISTER = officer(Role.NATIONAL_OFFICER, NATION)


def one(found: tuple[Demand, ...], area: int) -> Demand:
    [line] = [line for line in found if line.area_id == area]
    return line


def test_from_the_register_to_answers(register: list[Home], django_assert_num_queries: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    full, few, old = register
    run_id = operations.run(AS_OF, now=NOW)
    with django_assert_num_queries(4):  # type: ignore[operator]
        nation = queries.page(MINISTER, NATION)
    province = queries.page(MINISTER, full.province)
    assert nation.run is not None
    assert (nation.run.id, nation.run.as_of, nation.run.reason) == (run_id, AS_OF, "")

    # what a planner would expect of each of the three
    plenty, short, out_of_date = (one(queries.page(MINISTER, home.area).own, home.area) for home in (full, few, old))
    assert plenty.in_stock == 600
    assert (plenty.ordered, plenty.sign) == (0, "unlikely")
    assert short.ever is not None
    assert (short.sign, short.ordered % 6, short.ordered > 0) == ("likely", 0, True)
    assert short.out is not None
    assert max(short.out[:COVERED]) <= short.ever
    assert out_of_date.stock[0] == 12  # usable in the next week only
    assert out_of_date.expired > 0
    assert [day for day, _ in plenty.given][-1] == AS_OF
    assert plenty.wanted[0].day == day(-7)
    assert all(list(week[1:]) == sorted(week[1:]) for week in (*plenty.wanted, *plenty.through))

    # sums are of paths, and of what lies below
    paths = {block.province_id: rows.unpacked(bytes(block.paths), 1) for block in DemandBlock.objects.all()}
    whole = one(nation.own, NATION)
    assert np.array([week[1:] for week in whole.wanted]) == pytest.approx(levelled(sum(paths.values()))[0])
    parts = [one(nation.below, area) for area in {full.province, old.province}]
    for line, below in ((whole, parts), (one(province.own, full.province), [plenty, short])):
        for name in ("in_stock", "on_the_way", "ordered", "target", "waiting", "likely"):
            assert getattr(line, name) == sum(getattr(part, name) for part in below), name
        assert line.expired == pytest.approx(sum(part.expired for part in below))
        assert line.places == sum(part.places for part in below)
        assert line.given[-1][1] == sum(part.given[-1][1] for part in below)
        width = line.wanted[0].q95 - line.wanted[0].q05
        assert width <= sum(part.wanted[0].q95 - part.wanted[0].q05 for part in below)
    assert {line.area_id for line in nation.gravest} <= {few.area, old.area}

    # cut, it goes on behind what is done and says the same
    before = list(DemandPlace.objects.order_by("area_id").values_list("area_id", "wanted", "ordered"))
    DemandRun.objects.filter(id=run_id).update(status="failed")
    DemandBlock.objects.filter(run_id=run_id, province_id=old.province).delete()
    DemandPlace.objects.filter(run_id=run_id, area_id=old.area).delete()
    assert operations.run(AS_OF, now=NOW) == run_id
    assert list(DemandPlace.objects.order_by("area_id").values_list("area_id", "wanted", "ordered")) == before


def test_readers_see_their_own_places(register: list[Home]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    full, few, old = register
    stock(few.station, PFIZER, "OWED", -3, None)
    operations.run(AS_OF, now=NOW)
    mine = officer(Role.PROVINCE_OFFICER, full.province)
    found = queries.page(mine, full.province)
    assert {line.area_id for line in found.below} == {full.area, few.area}
    owed = one(found.below, few.area)
    assert (owed.sign, owed.ever, owed.note) == ("unknown", None, "demand_below_zero")
    assert found.gravest == ()
    for forbidden in (NATION, old.province, old.area):
        with pytest.raises(Forbidden):
            queries.page(mine, forbidden)
    with pytest.raises(Forbidden):
        queries.page(officer(Role.SUPPORT, NATION), NATION)
    with pytest.raises(Problem):
        queries.page(mine, 987_654)
    commune = queries.page(officer(Role.COMMUNE_OFFICER, full.area), full.area)
    assert [line.area_id for line in commune.own] == [full.area]
    with pytest.raises(Forbidden):
        operations.ask(actor=officer(Role.COMMUNE_OFFICER, full.area), today=AS_OF)


def test_an_empty_register_says_that_nothing_can_be_said(db: None, reference: None) -> None:
    operations.run(AS_OF, now=NOW)
    found = queries.page(MINISTER, NATION)
    assert found.run is not None
    assert (found.run.reason, found.own, found.below) == ("demand_no_past", (), ())
