"""A list of groups as it is recorded: groups and members through the one door, and lists of cases that read them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.exchange.linelists import staging
from lachan.exchange.linelists.staging import FileFacts
from lachan.immunization.rules.facts import VIETNAM
from lachan.places import queries as places
from lachan.tracing.engine import rules
from lachan.tracing.lists import sight
from lachan.tracing.models import Group, Link, Membership
from tests.tracing.lists.conftest import FAR, HOME, MAP, NOW, Town, ago, town
from tests.web.board_days import statements

__all__ = ["town"]  # the town of the lists
pytestmark = pytest.mark.slow

HEADS = "Loại nhóm;Tên hoặc mã nhóm;Mã xã của nhóm;Từ lúc;Đến lúc;Hàng ghế;Họ và tên;Ngày sinh;Giới tính;Số định danh"
NAMES = ("", "Lê Thị Một", "Phan Thị Hai", "Ngô Thị Ba", "Vũ Thị Tư", "Đỗ Thị Năm", "Bùi Thị Sáu")


def officer(code: str = HOME) -> Actor:
    area = places.area_at(code, 3, MAP)
    assert area is not None
    return Actor(uuid4(), "user", "tests", (GrantFact(Role.COMMUNE_OFFICER, None, area.id),))


def number(serial: int) -> str:
    """Of a woman born in 1988 in the city of the story."""
    return f"079188{serial:06}"


def people(town: Town, count: int) -> list[UUID]:
    """People with numbers, counted from 1."""
    about = {"sex": "F", "birth_date": "1988-03-02", "residence_code": HOME, "force_new": True}
    return [
        town.must(
            "person.register", name=NAMES[serial], **about,
            identifiers=[{"system": "citizen_id", "value": number(serial)}],
        )
        for serial in range(1, count + 1)
    ]  # fmt: skip


def taken(actor: Actor, *lines: str) -> FileFacts:
    content = "\n".join([HEADS, *lines]).encode()
    staged = staging.stage(content, "groups", actor=actor, now=datetime.now(UTC))
    done = staging.record(staged, actor=actor, now=datetime.now(UTC))
    assert done is not None
    return done


def told(done: FileFacts) -> list[tuple[str, str | None] | None]:
    return [one and (one.status, one.reason) for one in done.fates]


def rider(serial: int, row: str, since: float = 30, until: float = 24) -> str:
    """Somebody on the bus; hours ago."""
    times = ";".join(f"{ago(hours=hours).astimezone(VIETNAM):%d/%m/%Y %H:%M}" for hours in (since, until))
    return f"Xe khách;51B-123.45;;{times};{row};{NAMES[serial]};02/03/1988;Nữ;{number(serial)}"


def pupil(serial: int, place: str = "") -> str:
    return f"Lớp học;Lớp 3A;{place};01/09/2021;;;{NAMES[serial]};02/03/1988;Nữ;{number(serial)}"


@pytest.fixture
def rows_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule of 2021 in force: whoever sat within two rows of a case."""
    monkeypatch.setattr(sight, "rule_on", lambda disease, on: rules.by_id("vn-3638-2021-07-30"))


def test_a_case_on_a_manifest_brings_the_neighbours_within_the_rows_of_the_rule(town: Town, rows_of_two: None) -> None:
    ill, near, nearer, far, unknown, gone = people(town, 6)
    town.result(ill)
    town.follow()
    assert town.links(ill) == {}
    done = taken(
        officer(), rider(1, "5B", since=29), rider(2, "3"), rider(3, "6A"), rider(4, "8"), rider(5, ""),
        rider(6, "5A", until=29.5),
    )  # fmt: skip
    assert told(done) == [("accepted", None)] * 6
    group = Group.objects.get()
    assert (group.kind, group.label, group.source) == ("vehicle", "51B-123.45", "list")
    town.follow()
    assert town.links(ill) == {near: (1, "standing"), nearer: (1, "standing"), unknown: (1, "standing")}
    assert set(Link.objects.filter(case_person_id=ill).values_list("kind", flat=True)) == {"vehicle"}
    assert {far, gone}.isdisjoint(town.links(ill)), "too many rows away; left before the case got on"


def test_every_row_is_told_and_the_mended_file_adds_to_the_same_group(town: Town) -> None:
    actor = officer()
    one, two = people(town, 2)
    done = taken(actor, pupil(1), pupil(2).replace("Hai", "2"), "Xe;51B;;01/09/2021;;;Lê Ba;1988;;")
    assert told(done) == [("accepted", None), None, None]
    assert [row.faults for row in done.rows] == [[], [("name", "name_unreadable")], [("to", "no_trip")]]
    again = staging.record(done.id, actor=actor, now=datetime.now(UTC))  # pressed twice, or gone on with after a stop
    assert again is not None
    assert told(again) == [("accepted", None), None, None]
    assert again.recorded == 1
    taken(actor, pupil(1), pupil(2))
    assert Group.objects.count() == 1
    assert set(Membership.objects.values_list("person_id", flat=True)) == {one, two}
    assert Membership.objects.count() == 2


def test_a_group_of_others_and_one_of_nowhere_are_refused_row_by_row(town: Town) -> None:
    people(town, 2)
    assert told(taken(officer(), pupil(1))) == [("accepted", None)]
    done = taken(officer(FAR), pupil(2, HOME), pupil(2, "99999"))
    assert told(done) == [("refused", "group_of_others"), None]
    assert done.rows[1].faults == [("place", "place_unknown")]
    assert Membership.objects.count() == 1


def test_a_group_nobody_may_record_refuses_its_members(town: Town) -> None:
    people(town, 1)
    reader = Actor(uuid4(), "user", "tests", (GrantFact(Role.AUDITOR, None, None),))
    [row] = told(taken(reader, pupil(1)))
    assert row is not None
    assert row[0] == "refused"
    assert not Group.objects.exists()


def test_what_a_row_costs_is_a_row_of_a_list(db: None, reference: None) -> None:
    """Two thousand rows are eight slices of two transactions each, groups and members; no row has a statement."""
    actor = officer()

    def row(serial: int) -> str:
        surname = chr(ord("A") + serial % 20) + "a" * (1 + serial // 20 % 20) + "n"
        return f"Lớp học;Lớp {serial % 40};;01/09/2021;;;Lê {surname};02/03/1988;Nữ;{number(500 + serial)}"

    few = staging.stage("\n".join([HEADS, *map(row, range(10))]).encode(), "groups", actor=actor, now=NOW)
    many = staging.stage("\n".join([HEADS, *map(row, range(10, 2_010))]).encode(), "groups", actor=actor, now=NOW)
    with statements() as of_few:
        done = staging.record(few, actor=actor, now=NOW)
    with statements() as of_many:
        all_done = staging.record(many, actor=actor, now=NOW)
    assert done is not None
    assert all_done is not None
    assert (done.recorded, all_done.recorded) == (10, 2_000), told(all_done)[:3]
    assert (Group.objects.count(), Membership.objects.count()) == (40, 2_010)
    assert len(of_few) <= 31
    assert len(of_many) <= 180
