"""The picture of chains: whose cases, who from whom, kept until something changes, drawn without crossing itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lachan.surveillance.models import Case
from lachan.tracing.models import CaseList, Link
from lachan.tracing.outbreak import clusters, graph
from lachan.tracing.outbreak.graph import Wish, picture
from tests.tracing.work.conftest import Ward

from .outbreaks import case, chain, link, midnight

START = midnight(2021, 10, 1)


@pytest.fixture(autouse=True)
def fresh() -> None:
    graph.forget()


@pytest.fixture
def wish(ward: Ward) -> Wish:
    return Wish("covid-19", date(2021, 9, 1), date(2021, 10, 31), (ward.here,))


def test_a_chain_is_one_cluster_in_order_of_its_generations(ward: Ward, wish: Wish) -> None:
    made = chain(ward.here, START)
    alone = case(uuid4(), ward.here, START)
    found = picture(wish)
    at = [found.position(case_id) for _, case_id in made]
    assert None not in at
    rows = [n for n in at if n is not None]
    assert [found.parent[n] for n in rows] == [-1, *rows[:-1]]
    assert [found.generation[n] for n in rows] == [0, 1, 2, 3]
    assert (found.weight[rows[1:]] > 0.5).all()
    other = found.position(alone)
    assert other is not None
    assert [one.size for one in clusters.groups(found)] == [4]
    assert clusters.alone(found) == 1
    assert found.label[other] != found.label[rows[0]]


def test_only_cases_of_my_places_days_and_disease(ward: Ward, wish: Wish) -> None:
    mine = case(uuid4(), ward.here, START)
    by_sample = case(uuid4(), ward.here, None, sampled=midnight(2021, 10, 20))
    case(uuid4(), ward.there, START)
    case(uuid4(), ward.here, midnight(2021, 8, 31))
    case(uuid4(), ward.here, START, disease="measles")
    case(uuid4(), ward.here, START, classification="discarded")
    assert {one.id for one in picture(wish).cases} == {mine, by_sample}
    assert len(picture(replace(wish, areas=None)).cases) == 3
    assert not picture(replace(wish, areas=())).cases


def test_an_established_source_is_believed_and_one_elsewhere_is_none_of_ours(ward: Ward, wish: Wish) -> None:
    (_, first), (_, second) = chain(ward.here, START, (5,))
    third = case(uuid4(), ward.here, START + timedelta(days=6), source_case_id=first)
    far = case(uuid4(), ward.there, START)
    fourth = case(uuid4(), ward.here, START + timedelta(days=6), source_case_id=far)
    found = picture(wish)
    at = {one.id: n for n, one in enumerate(found.cases)}
    assert found.parent[at[third]] == at[first]
    assert found.weight[at[third]] == 1.0
    assert found.parent[at[fourth]] < 0
    assert found.parent[at[second]] == at[first]


def test_released_contacts_do_not_link_unless_they_became_cases(ward: Ward, wish: Wish) -> None:
    chain(ward.here, START, (5,))
    Link.objects.update(state="released", release_reason="case")
    assert [one.size for one in clusters.groups(picture(wish))] == [2]
    graph.forget()
    Link.objects.update(release_reason="result_withdrawn")
    assert clusters.groups(picture(wish)) == []


def test_a_name_given_by_officers_joins(ward: Ward, wish: Wish) -> None:
    for n in range(3):
        case(uuid4(), ward.here, START + timedelta(days=14 * n), cluster="Chợ Bình Điền")
    [one] = clusters.groups(picture(wish))
    assert (one.size, one.name) == (3, "Chợ Bình Điền")


def test_contacts_are_counted_as_they_stand(ward: Ward, wish: Wish) -> None:
    person = uuid4()
    case_id = case(person, ward.here, START)
    for level, state in ((1, "standing"), (1, "standing"), (2, "standing"), (1, "released")):
        link(uuid4(), case_id, person, START, level=level, state=state)
    found = picture(wish)
    assert (found.f1.tolist(), found.f2.tolist()) == ([2], [1])


def test_kept_until_a_case_or_a_list_changes(ward: Ward, wish: Wish) -> None:
    (person, first), (_, second) = chain(ward.here, START, (5,))
    before = picture(wish)
    with CaptureQueriesContext(connection) as asked:
        assert picture(wish) is before
    assert len(asked) <= 4  # raw statements are not counted: nothing of Django's besides a transaction
    Case.objects.filter(id=second).update(classification="discarded", version=2)
    changed = picture(wish)
    assert len(changed.cases) == 1
    now = START + timedelta(days=3)
    CaseList.objects.create(
        person_id=person, case_id=first, disease="covid-19", rule="r", anchor_kind="onset", anchor_at=now,
        window_from=now, window_to=now, f1=1, f2=0, computed_at=now, case_at=now, list_at=now,
    )  # fmt: skip
    assert picture(wish) is not changed


def test_a_disease_of_mosquitoes_has_no_chains(ward: Ward, wish: Wish) -> None:
    chain(ward.here, START, (5,))
    Case.objects.update(disease="dengue")
    Link.objects.update(disease="dengue")
    found = picture(replace(wish, disease="dengue"))
    assert found.summary is None
    assert (found.parent < 0).all()


def test_every_case_has_a_height_of_its_own_and_chains_lie_together(ward: Ward, wish: Wish) -> None:
    people = [(person := uuid4(), case(person, ward.here, START + timedelta(days=4 * (n.bit_length() - 1))))
              for n in range(1, 16)]  # fmt: skip
    for n in range(2, 16):  # a tree in which each infects two
        Case.objects.filter(id=people[n - 1][1]).update(source_case_id=people[n // 2 - 1][1])
    found = picture(wish)
    members = found.members(0)
    assert len(members) == 15
    height = clusters.rows_of(found, members)
    leaves = ~np.isin(members, found.parent[members])
    assert sorted(height[leaves].tolist()) == list(range(8))
    for n in members[~leaves].tolist():
        children = height[found.parent[members] == n]
        own = height[members == n][0]
        assert children.min() < own < children.max()
    assert [(one.generation, one.cases) for one in clusters.stages(found, [0])] == [(0, 1), (1, 2), (2, 4), (3, 8)]


def test_nothing_at_all(ward: Ward, wish: Wish) -> None:
    found = picture(wish)
    assert found.cases == ()
    assert clusters.groups(found) == []
    assert found.summary is None
