"""People of before states were kept, and children who come of age."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import seal
from lachan.people import checks
from lachan.people.queries import IDENTIFIER_CONTEXT
from lachan.people.verification import queries
from lachan.people.verification.sweep import Swept, come_of_age, sweep
from tests.people.conftest import NOW, Register

pytestmark = [pytest.mark.django_db]


def as_before() -> None:
    """The tables as a database of before holds them."""
    with hot_cursor() as cursor:
        cursor.execute("DELETE FROM people_verification")
        cursor.execute("UPDATE people_identifier SET malformed = false WHERE system = 'old_id'")


def test_a_sweep_notes_everybody_and_again_finds_nothing(register: Register) -> None:
    good = register("Nguyễn Văn An", "1980-05-17", citizen_id="079080012345")
    none = register("Trần Thị Bình", "1985-03-02", "F")
    old = register("Lê Hoàng Cường", "1970-01-09", old_id="023456789")
    with hot_cursor() as cursor:  # a number that was no number, of the system whose form was not noted
        cursor.execute(
            "UPDATE people_identifier SET sealed = %s WHERE person_id = %s AND system = 'old_id'",
            [seal("12345", IDENTIFIER_CONTEXT), old],
        )
    as_before()
    assert not checks.check_all()[0].good
    assert sweep(NOW) == Swept(3, 3, 1)
    found = queries.state_of([good, none, old])
    assert [found[person].state for person in (good, none, old)] == ["not_sent", "no_id", "malformed_id"]
    assert all(finding.good for finding in checks.check_all())
    assert sweep(NOW) == Swept(3, 0, 0)
    assert sweep(NOW, every=True) == Swept(3, 0, 0)


def test_a_child_owes_a_number_from_the_day_of_the_card_on(register: Register) -> None:
    child = register("Phạm Thu Dung", "2010-03-05", "F")
    assert queries.state_of([child])[child].state == "exempt"
    come_of_age(datetime(2024, 3, 3, 19, 30, tzinfo=UTC))  # the 4th in the country
    assert queries.state_of([child])[child].state == "exempt"
    come_of_age(datetime(2024, 3, 4, 19, 30, tzinfo=UTC))  # the 5th
    assert queries.state_of([child])[child].state == "no_id"


def test_what_is_lost_on_the_way_is_found_by_the_check(register: Register) -> None:
    person = register("Nguyễn Văn An", "1980-05-17", citizen_id="079080012345")
    with hot_cursor() as cursor:
        cursor.execute(
            "UPDATE people_verification SET state = 'waiting', batch = gen_random_uuid() WHERE person_id = %s", [person]
        )
    assert [finding.good for finding in checks.check_all()] == [True, False, True]
