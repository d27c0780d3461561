"""Look-ups in time on a country small enough to see: two provinces that merge, communes that split, vanish and rejoin.

Before the reform province P1 has district D (communes A, B, C), P2 has district F (commune E). In between D changes
its name. With the reform the districts end, P1 and P2 become N, with communes X, Y and Z.
"""

from __future__ import annotations

from datetime import date

import pytest

from lachan.places.atlas import Atlas
from lachan.places.facts import AreaFact, Extent, Link, Placement, Relative

START, RENAMED, REFORM, LATER = date(2020, 1, 1), date(2021, 6, 1), date(2025, 7, 1), date(2026, 4, 30)
VN, P1, P2, D, D2, F, A, B, C, E, N, X, Y, Z, Z2 = range(1, 16)


def fact(id_: int, level: int, code: str, parent: int | None, start: date, end: date | None) -> AreaFact:
    name = f"Area {id_}"
    return AreaFact(
        id_, code, level, parent, None, None, "", "", name, name, name, name.lower(), start, end, None, None, None, None
    )


def link(old: int, new: int, extent: Extent = "full", review: bool = False, reference: str = "1/QH") -> Link:
    return Link(old, new, extent, review, reference)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    areas = [
        fact(VN, 0, "00", None, START, None),
        fact(P1, 1, "01", VN, START, REFORM),
        fact(P2, 1, "02", VN, START, REFORM),
        fact(D, 2, "001", P1, START, RENAMED),
        fact(D2, 2, "001", P1, RENAMED, REFORM),
        fact(F, 2, "002", P2, START, REFORM),
        fact(A, 3, "00001", D, START, REFORM),
        fact(B, 3, "00002", D, START, REFORM),
        fact(C, 3, "00003", D, START, date(2023, 1, 1)),
        fact(E, 3, "00004", F, START, REFORM),
        fact(N, 1, "01", VN, REFORM, None),
        fact(X, 3, "00001", N, REFORM, None),
        fact(Y, 3, "00004", N, REFORM, None),  # E's code, yet made of part of A
        fact(Z, 3, "00005", N, REFORM, LATER),
        fact(Z2, 3, "00005", N, LATER, None),
    ]
    links = [
        link(P1, N),
        link(P2, N),
        link(D, D2, reference="list:code-kept"),
        link(D2, N, review=True),
        link(F, N, review=True),
        link(A, X, "partial", True),
        link(A, Y, "partial", True),
        link(B, X),
        link(C, D2, review=True, reference="list:district"),
        link(E, Z),
        link(Z, Z2, reference="2/NQ"),
    ]
    return Atlas(areas, links)


def test_a_code_names_another_area_from_the_day_it_is_given_again(atlas: Atlas) -> None:
    before, after = atlas.at("00004", 3, date(2025, 6, 30)), atlas.at("00004", 3, REFORM)
    assert before is not None
    assert after is not None
    assert (before.id, after.id) == (E, Y)
    assert atlas.at("00004", 3, date(2019, 12, 31)) is None
    assert atlas.at("001", 2, REFORM) is None


def test_a_commune_keeps_its_row_when_its_district_is_renamed(atlas: Atlas) -> None:
    commune = atlas.areas[A]
    assert [step.id for step in atlas.path(commune, date(2021, 5, 31))] == [A, D, P1, VN]
    assert [step.id for step in atlas.path(commune, RENAMED)] == [A, D2, P1, VN]
    assert {A, B, C} <= atlas.under(D, None, follow=False)
    assert {A, B, C} <= atlas.under(D2, None, follow=False)


def test_successors_follow_every_change_up_to_the_day(atlas: Atlas) -> None:
    assert atlas.successors(E, date(2025, 6, 30)) == (Relative(E, "full", False, ()),)
    assert atlas.successors(E, REFORM) == (Relative(Z, "full", False, ("1/QH",)),)
    assert atlas.successors(E, LATER) == (Relative(Z2, "full", False, ("1/QH", "2/NQ")),)
    assert atlas.successors(Z, START) == ()


def test_a_split_commune_has_several_successors_and_needs_a_person(atlas: Atlas) -> None:
    found = atlas.successors(A, LATER)
    assert [(r.area_id, r.extent, r.review) for r in found] == [(X, "partial", True), (Y, "partial", True)]


def test_a_commune_that_vanished_undocumented_ends_in_its_province_for_review(atlas: Atlas) -> None:
    assert atlas.successors(C, date(2024, 1, 1)) == (Relative(D2, "full", True, ("list:district",)),)
    assert atlas.successors(C, REFORM) == (Relative(N, "full", True, ("list:district", "1/QH")),)


def test_a_split_whose_parts_meet_again_is_no_longer_a_split() -> None:
    day = date(2022, 1, 1)
    areas = [
        fact(1, 3, "00001", None, START, day),
        fact(2, 3, "00002", None, day, REFORM),
        fact(3, 3, "00003", None, day, REFORM),
        fact(4, 3, "00004", None, REFORM, None),
    ]
    links = [link(1, 2, "partial", True), link(1, 3, "partial", True), link(2, 4), link(3, 4)]
    (only,) = Atlas(areas, links).successors(1, REFORM)
    assert (only.area_id, only.extent, only.review) == (4, "full", False)


def test_predecessors_say_whether_the_whole_of_them_came(atlas: Atlas) -> None:
    found = atlas.predecessors(X, START)
    assert [(r.area_id, r.extent, r.review) for r in found] == [(A, "partial", True), (B, "full", False)]
    assert [r.area_id for r in atlas.predecessors(Z2, START)] == [E]
    assert atlas.predecessors(E, REFORM) == ()


def test_a_new_province_holds_everything_of_the_old_ones(atlas: Atlas) -> None:
    assert atlas.under(N, None, follow=True) == frozenset(range(P1, Z2 + 1))
    assert atlas.under(N, LATER, follow=True) == {N, X, Y, Z2}
    assert atlas.under(N, START, follow=True) == {P1, P2, D, F, A, B, C, E}
    assert atlas.under(N, None, follow=False) == {N, X, Y, Z, Z2}


def test_an_old_province_holds_later_communes_made_only_of_its_own(atlas: Atlas) -> None:
    assert atlas.under(P1, LATER, follow=True) == {X, Y}
    assert atlas.under(P2, LATER, follow=True) == {Z2}


def test_a_commune_does_not_hold_one_that_was_only_partly_its_own(atlas: Atlas) -> None:
    assert atlas.under(X, None, follow=True) == {X, B}


def test_provinces_of_either_map(atlas: Atlas) -> None:
    new = atlas.provinces_on(REFORM)
    assert set(new.values()) == {N}
    assert new.keys() == set(range(P1, Z2 + 1))
    old = atlas.provinces_on(START)
    assert {area_id: old.get(area_id) for area_id in (A, C, D2, E, X, Y, Z, Z2)} == {
        A: P1, C: P1, D2: P1, E: P2, X: P1, Y: P1, Z: P2, Z2: P2,
    }  # fmt: skip
    assert N not in old  # two provinces then


def test_communes_of_either_map_and_what_stays_unassigned(atlas: Atlas) -> None:
    new = atlas.communes_on(REFORM)
    assert new[B] == Placement(X, N, False)
    assert new[E] == Placement(Z, N, False)
    assert new[A] == Placement(None, N, True)
    assert new[C] == Placement(None, N, True)
    old = atlas.communes_on(START)
    assert old[Z2] == Placement(E, P2, False)
    assert old[Y] == Placement(A, P1, True)  # part of A: surely within A, but the split is flagged
    assert old[X] == Placement(None, P1, True)


def test_days_of_one_unchanged_period_share_an_epoch(atlas: Atlas) -> None:
    assert atlas.epoch(date(2024, 3, 3)) == RENAMED
    assert atlas.epoch(REFORM) == REFORM
    assert atlas.epoch(date(2019, 1, 1)) == date(2019, 1, 1)
