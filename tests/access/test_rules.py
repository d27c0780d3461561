"""The table of permissions says what the law of the house says; grants that make no sense are refused with a reason."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import (
    KEY_ROLES,
    PERMISSIONS,
    WITHOUT_PERSONAL_DATA,
    Role,
    allowed,
    grant_fault,
    in_force,
    may,
)

SUBJECTS_WITH_NAMES = {
    "person", "look", "arrival", "screening", "dose", "not_given", "reaction", "release", "session", "worklist",
    "journal", "card", "correction", "day", "case", "contact", "declaration", "encounter", "group", "laboratory",
    "order", "result", "sample", "visit", }  # fmt: skip
NAMED_PERSONS = [verb for verb in PERMISSIONS if verb.partition(".")[0] in SUBJECTS_WITH_NAMES]


def holder(*roles: Role) -> Actor:
    return Actor(uuid4(), "user", "someone", tuple(GrantFact(role, 7, None) for role in roles))


@pytest.mark.parametrize("role", sorted(WITHOUT_PERSONAL_DATA))
def test_support_administrators_and_the_nation_never_see_a_named_person(role: Role) -> None:
    assert [verb for verb in NAMED_PERSONS if may(holder(role), verb)] == []


def test_the_auditor_reads_everything_and_changes_nothing() -> None:
    can = {verb for verb in PERMISSIONS if may(holder(Role.AUDITOR), verb)}
    reading = {verb for verb in PERMISSIONS if verb.partition(".")[2].startswith(("read", "search", "download"))}
    # beside it the limits and lists of watching itself; repairs are work, not reading
    assert can == reading - {"repair.read"} | {"watch.keep"}


def test_a_key_reads_no_names_by_browsing_and_manages_nobody() -> None:
    for role in KEY_ROLES:
        refused = ("person.search", "person.read_identifier", "look.read", "user.manage", "key.manage", "dose.override")
        assert not any(may(holder(role), verb) for verb in refused)


def test_only_the_head_overrides_a_rule() -> None:
    assert allowed("dose.override") == {Role.HEAD}


def test_every_role_may_do_something_and_every_verb_has_someone() -> None:
    assert all(PERMISSIONS.values())
    assert set().union(*PERMISSIONS.values()) == set(Role)


def test_roles_add_up() -> None:
    both = holder(Role.RECEPTIONIST, Role.OBSERVER)
    assert may(both, "person.register")
    assert may(both, "release.record")
    assert not may(both, "dose.record")


def test_nobody_without_a_grant_and_the_system_with_none() -> None:
    assert not any(may(holder(), verb) for verb in PERMISSIONS)
    assert all(may(Actor.system("seed"), verb) for verb in PERMISSIONS)


def test_a_misspelt_verb_is_an_error_not_a_silent_no() -> None:
    with pytest.raises(LookupError, match=r"dose\.recrod"):
        may(holder(Role.HEAD), "dose.recrod")


def test_the_system_has_one_id_per_label() -> None:
    assert Actor.system("seed").id == Actor.system("seed").id != Actor.system("jobs").id


JUNE = (date(2021, 6, 1), date(2021, 6, 30))


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2021, 5, 31), False),
        (date(2021, 6, 1), True),
        (date(2021, 6, 30), True),
        (date(2021, 7, 1), False),
    ],
)
def test_a_grant_holds_on_its_first_and_last_day(on: date, holds: bool) -> None:
    assert in_force(*JUNE, on) is holds
    assert in_force(JUNE[0], None, on) is (on >= JUNE[0])


@pytest.mark.parametrize(
    ("role", "for_key", "facility", "level", "fault"),
    [
        ("vaccinator", False, True, None, None),
        ("vaccinator", False, False, 3, "role_needs_facility"),
        ("vaccinator", False, False, None, "role_needs_place"),
        ("vaccinator", False, True, 3, "role_needs_place"),
        ("vaccinator", True, True, None, "role_is_for_people"),
        ("station_device", True, True, None, None),
        ("partner", True, False, 1, None),
        ("station_device", False, True, None, "role_is_for_keys"),
        ("commune_officer", False, False, 3, None),
        ("commune_officer", False, False, 1, "wrong_level"),
        ("province_officer", False, True, None, "role_needs_area"),
        ("national_officer", False, False, 0, None),
        ("national_officer", False, False, 1, "wrong_level"),
        ("auditor", False, False, 0, None),
        ("auditor", False, False, 1, None),
        ("minister", False, False, 0, "unknown_role"),
    ],
)
def test_grants_that_make_sense(role: str, for_key: bool, facility: bool, level: int | None, fault: str | None) -> None:
    found = grant_fault(
        role, for_key=for_key, facility=facility, area_level=level, valid_from=JUNE[0], valid_to=JUNE[1]
    )
    assert found == fault


def test_a_grant_cannot_end_before_it_begins() -> None:
    fault = grant_fault("head", for_key=False, facility=True, area_level=None, valid_from=JUNE[1], valid_to=JUNE[0])
    assert fault == "dates_reversed"
