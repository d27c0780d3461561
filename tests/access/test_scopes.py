"""A nurse sees her station and her district, an officer the area, and neither sees the next one."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from lachan.access import scopes
from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.places import queries as places

from .conftest import Staff, Story


def someone(role: Role, *, facility: int | None = None, area: int | None = None) -> Actor:
    return Actor(uuid4(), "user", "someone", (GrantFact(role, facility, area),))


def test_a_nurse_records_at_her_station_and_searches_in_her_district(story: Story) -> None:
    nurse = someone(Role.VACCINATOR, facility=story.station)
    assert scopes.facility_ids(nurse) == {story.station}
    areas = scopes.area_ids(nurse, "person.search")
    assert areas is not None
    assert {story.commune, story.district} <= areas
    assert areas.isdisjoint({story.other_commune, story.other_district, story.province})


def test_a_nurse_cannot_see_another_district(story: Story) -> None:
    nurse = someone(Role.VACCINATOR, facility=story.station)
    assert not scopes.may_open_person(nurse, residence_id=story.other_commune, seen_at=[])
    assert not scopes.may_open_person(nurse, residence_id=story.other_commune, seen_at=[story.elsewhere])
    assert not scopes.may_at(nurse, "dose.record", story.elsewhere)
    assert scopes.may_open_person(nurse, residence_id=story.commune, seen_at=[])


def test_a_nurse_opens_whoever_was_received_at_her_station(story: Story) -> None:
    nurse = someone(Role.OBSERVER, facility=story.station)
    assert scopes.may_open_person(nurse, residence_id=story.other_commune, seen_at=[story.elsewhere, story.station])
    assert scopes.may_open_person(nurse, residence_id=None, seen_at=[story.station])
    assert not scopes.may_open_person(nurse, residence_id=None, seen_at=[])


def test_whoever_presents_a_document_is_served_by_station_staff_only(story: Story) -> None:
    assert scopes.may_serve(someone(Role.RECEPTIONIST, facility=story.station))
    assert scopes.may_serve(someone(Role.STATION_DEVICE, facility=story.station))
    for role in (Role.SUPPORT, Role.AUDITOR, Role.NATIONAL_OFFICER, Role.ADMINISTRATOR):
        assert not scopes.may_serve(someone(role, area=scopes.NATION))


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMINISTRATOR, Role.NATIONAL_OFFICER])
def test_the_whole_nation_without_a_person(role: Role, story: Story) -> None:
    actor = someone(role, area=scopes.NATION)
    assert scopes.area_ids(actor, "coverage.read") is None
    assert scopes.area_ids(actor, "person.read") == frozenset()
    assert not scopes.may_open_person(actor, residence_id=story.commune, seen_at=[story.station])


def test_the_auditor_of_the_nation_opens_everyone(story: Story) -> None:
    auditor = someone(Role.AUDITOR, area=scopes.NATION)
    assert scopes.facility_ids(auditor, "person.read") is None
    assert scopes.area_array(auditor, "person.read") is None
    assert scopes.may_open_person(auditor, residence_id=None, seen_at=[])


def test_an_officer_has_every_facility_below(story: Story) -> None:
    district = scopes.facility_ids(someone(Role.DISTRICT_OFFICER, area=story.district))
    province = scopes.facility_ids(someone(Role.PROVINCE_OFFICER, area=story.province))
    assert district is not None
    assert province is not None
    assert story.station in district
    assert story.elsewhere not in district
    assert district | {story.elsewhere} < province
    table = places.facility_table()
    assert {table[i].province_id for i in province} == {story.province}


def test_scopes_follow_the_change_of_maps(story: Story) -> None:
    """Bến Nghé became part of phường Sài Gòn in July 2025; its people stay in sight of the same nurse."""
    areas = scopes.area_ids(someone(Role.HEAD, facility=story.station), "person.search")
    assert areas is not None
    became = places.successors([story.commune], date(2026, 1, 1))[story.commune]
    assert became
    assert {relative.area_id for relative in became} <= areas


def test_two_grants_make_one_scope_and_each_verb_keeps_its_own(story: Story) -> None:
    grants = (GrantFact(Role.OBSERVER, story.station, None), GrantFact(Role.HEAD, story.elsewhere, None))
    both = Actor(uuid4(), "user", "two stations", grants)
    assert scopes.facility_ids(both) == {story.station, story.elsewhere}
    assert scopes.facility_ids(both, "dose.record") == {story.elsewhere}
    assert scopes.facility_array(both) == sorted({story.station, story.elsewhere})
    assert not scopes.may_at(both, "dose.record", story.station)
    assert scopes.may_at(both, "dose.record", None)  # given abroad: no facility of ours, the role decides


def test_the_system_is_everywhere_and_nobody_is_nowhere(story: Story) -> None:
    assert scopes.facility_ids(Actor.system("tests"), "dose.record") is None
    empty = Actor(uuid4(), "user", "newcomer", ())
    assert scopes.facility_ids(empty) == frozenset() == scopes.area_ids(empty)
    with pytest.raises(LookupError):
        scopes.facility_ids(Actor.system("tests"), "dose.recrod")


def test_a_grant_at_a_facility_that_is_gone_covers_no_area(story: Story) -> None:
    assert scopes.area_ids(someone(Role.HEAD, facility=99_999_999)) == frozenset()


def test_scopes_are_asked_of_the_database_once(staff: Staff, story: Story, django_assert_num_queries: object) -> None:
    actor = staff.actor("quan-1", Role.DISTRICT_OFFICER, area=story.district)
    scopes.facility_ids(actor, "session.read")
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert scopes.facility_in_scope(actor, story.station, "session.read")
