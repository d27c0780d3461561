"""Finding people: numbers nationwide and logged, names within one's areas, telephones never."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lachan.access.actors import Actor
from lachan.access.operations import SERVED
from lachan.access.queries import looks_at
from lachan.people import search
from lachan.people.facts import PersonIn
from lachan.people.intake import Intake, prepare
from lachan.people.search import Wanted, by_name, by_number, read

from .conftest import NOW, Register

CITIZEN = "079180012345"


def names(page: search.Page) -> list[str]:
    return [person.name for person in page.persons]


@pytest.mark.parametrize(
    ("typed", "kind", "numbers"),
    [
        (CITIZEN, "number", (("citizen_id", CITIZEN),)),
        ("0791 8001 2345", "number", (("citizen_id", CITIZEN),)),
        ("024123456", "number", (("old_id", "024123456"),)),
        ("tam-0123456789", "number", (("provisional", "TAM-0123456789"),)),
        (f"{CITIZEN}|024123456|Nguyễn Văn An|17051980|Nam|Bến Nghé, Quận 1|01012021", "card",
         (("citizen_id", CITIZEN), ("old_id", "024123456"))),
        ("0903123456", "phone", (("health_insurance", "0903123456"),)),
        ("Nguyễn Văn An", "name", ()),
        ("79180012345", "unreadable", ()),
        ("   ", "empty", ()),
    ],
)  # fmt: skip
def test_what_was_typed_or_scanned(typed: str, kind: str, numbers: tuple[tuple[str, str], ...]) -> None:
    asked = read(typed)
    assert (asked.kind, asked.numbers) == (kind, numbers)


def test_a_lost_zero_is_offered_for_confirmation_never_used() -> None:
    assert read("79180012345").guess == CITIZEN


@pytest.mark.parametrize(
    ("typed", "name", "born"),
    [
        ("an 1980", "an", "1980"),
        ("Nguyễn Văn An 17/05/1980", "Nguyễn Văn An", "1980-05-17"),
        ("hoa 5-1980", "hoa", "1980-05"),
        ("Trần Thị Bình", "Trần Thị Bình", ""),
        ("hoa 31/02/1980", "hoa 31/02/1980", ""),
        ("1980", "", "1980"),
    ],
)
def test_a_name_may_end_with_a_birth_date(typed: str, name: str, born: str) -> None:
    assert search.described(typed) == Wanted(name, born)


def test_a_number_finds_its_holder_from_another_district_and_is_logged(register: Register, far_nurse: Actor) -> None:
    person = register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN, old_id="024123456")
    for number in (("citizen_id", CITIZEN), ("old_id", "024123456")):
        assert [found.id for found in by_number(far_nurse, [number], now=NOW)] == [person]
    looks = looks_at(person)
    assert [(look.actor_id, look.purpose, look.what) for look in looks] == [(far_nurse.id, SERVED, "search")] * 2


def test_who_does_not_serve_finds_by_number_only_within_the_area(register: Register, auditor: Actor) -> None:
    person = register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN)
    assert [found.id for found in by_number(auditor, [("citizen_id", CITIZEN)], now=NOW)] == [person]
    nobody = Actor(auditor.id, "user", "no area", ())
    assert by_number(nobody, [("citizen_id", CITIZEN)], now=NOW) == []


def test_an_old_number_given_to_two_people_finds_both(register: Register, nurse: Actor) -> None:
    one = register("Nguyễn Văn An", "1980-05-17", old_id="024123456")
    other = register("Lê Thị Hoa", "1975-01-02", "F", old_id="024123456")
    assert {found.id for found in by_number(nurse, [("old_id", "024123456")], now=NOW)} == {one, other}


def test_a_telephone_finds_nobody(register: Register, nurse: Actor) -> None:
    register("Nguyễn Văn An", "1980-05-17", phone="0903123456")
    assert by_number(nurse, read("0903123456").numbers, now=NOW) == []


@pytest.mark.parametrize(
    ("name", "born", "expected"),
    [
        ("nguyen thi hoa", "", ["Nguyễn Thị Hoà"]),  # without marks
        ("NGUYỄN THỊ HÒA", "", ["Nguyễn Thị Hoà"]),  # the other place of the tone mark
        ("hoa", "", ["Nguyễn Thị Hoà", "Hoàng Văn Đức"]),  # the given name before a family name that begins so
        ("hoa nguyen", "", ["Nguyễn Thị Hoà"]),  # in any order
        ("ngu thi", "", ["Nguyễn Thị Hoà"]),  # beginnings of words
        ("duc", "", ["Hoàng Văn Đức"]),  # đ is d
        ("guyen", "", []),  # never the middle of a word
        ("hoa", "1980", ["Nguyễn Thị Hoà"]),
        ("", "1980-05-17", ["Nguyễn Thị Hoà"]),  # everybody of that day, when a commune is given
        ("hoa", "1981", []),
        ("%", "", []),
    ],
)
def test_a_name_in_part(register: Register, nurse: Actor, name: str, born: str, expected: list[str]) -> None:
    register("Nguyễn Thị Hoà", "1980-05-17", "F")
    register("Hoàng Văn Đức", "1971")
    home = by_name(nurse, Wanted("hoa")).persons[0].residence_id
    assert names(by_name(nurse, Wanted(name, born, None if name else home))) == expected


def test_a_record_of_the_year_alone_is_found_by_the_day(register: Register, nurse: Actor) -> None:
    register("Hoàng Văn Đức", "1971")
    register("Hoàng Văn Đức", "1971-01-01", citizen_id="079071011111")
    found = by_name(nurse, Wanted("duc", "1971-06-30"))
    assert [person.birth_precision for person in found.persons] == ["Y"]


def test_a_name_is_searched_in_ones_own_areas_only(register: Register, nurse: Actor, far_nurse: Actor) -> None:
    register("Nguyễn Thị Hoà", "1980-05-17", "F")
    assert names(by_name(nurse, Wanted("hoa"))) == ["Nguyễn Thị Hoà"]
    assert names(by_name(far_nurse, Wanted("hoa"))) == []
    assert names(by_name(far_nurse, Wanted("hoa", "1980-05-17"))) == []
    home = by_name(nurse, Wanted("hoa")).persons[0].residence_id
    assert names(by_name(far_nurse, Wanted("hoa", "", home))) == []  # naming the commune does not widen the scope


def test_the_nation_is_searched_from_the_beginning_of_the_name(register: Register, auditor: Actor) -> None:
    register("Nguyễn Thị Hoà", "1980-05-17", "F")
    assert names(by_name(auditor, Wanted("nguyen thi"))) == ["Nguyễn Thị Hoà"]
    page = by_name(auditor, Wanted("hoa"))
    assert (page.persons, page.narrow) == ([], True)
    assert names(by_name(auditor, Wanted("hoa", "1980-05-17"))) == ["Nguyễn Thị Hoà"]


@pytest.mark.parametrize("whose", ["nurse", "auditor"])
def test_pages_follow_each_other_without_gap_or_repetition(
    register: Register, nurse: Actor, auditor: Actor, whose: str
) -> None:
    for day in range(1, 8):
        register("Nguyễn Văn An", f"1980-05-{day:02}", citizen_id=f"07908000000{day}")
    seen = []
    after = None
    while True:
        page = by_name(nurse if whose == "nurse" else auditor, Wanted("nguyen van"), limit=3, after=after)
        seen += [person.birth_date for person in page.persons]
        after = page.after
        if after is None:
            break
    assert seen == [date(1980, 5, day) for day in range(1, 8)]


def test_a_merged_record_is_not_found_by_name(register: Register, nurse: Actor) -> None:
    from lachan.people.models import Person

    register("Nguyễn Thị Hoà", "1980-05-17", "F", citizen_id=CITIZEN)
    alias = register(
        "Nguyễn Thị Hoà", "1980-05-17", "F", citizen_id=CITIZEN, person_id="01890000-0000-7000-8000-000000000001"
    )
    assert Person.objects.count() == 2  # the id a device chose stays as a record merged from the start
    [found] = by_name(nurse, Wanted("hoa")).persons
    assert found.id == alias


def test_the_number_of_queries_is_fixed(register: Register, nurse: Actor) -> None:
    for day in range(1, 9):
        register("Nguyễn Văn An", f"1980-05-{day:02}", citizen_id=f"07908000000{day}")
    search.places.atlas()
    numbers = [("citizen_id", f"07908000000{day}") for day in range(1, 9)]
    assert _queries(lambda: by_name(nurse, Wanted("an"))) == 1
    assert _queries(lambda: by_number(nurse, numbers, now=NOW)) == 4  # holders, persons, looks, their journal
    described = prepare(PersonIn(name="Nguyễn Văn An", sex="M", birth_date="1980-05-03"), NOW.date(), strict=True)
    assert isinstance(described, Intake)
    assert _queries(lambda: search.near(nurse, described, now=NOW)) == 5


def _queries(call: object) -> int:
    """Statements, transaction marks aside. The hot cursor is below Django's log, so it is counted at the driver."""
    import psycopg

    count = 0
    original = psycopg.Cursor.execute

    def counting(self: psycopg.Cursor, *args: object, **kwargs: object) -> object:
        nonlocal count
        count += 1
        return original(self, *args, **kwargs)  # type: ignore[arg-type]

    psycopg.Cursor.execute = counting  # type: ignore[method-assign,assignment]
    try:
        with CaptureQueriesContext(connection) as seen:
            call()  # type: ignore[operator]
    finally:
        psycopg.Cursor.execute = original  # type: ignore[method-assign]
    marks = sum(q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for q in seen.captured_queries)
    return count - marks


def test_possible_matches_are_ordered_marked_and_logged(register: Register, nurse: Actor) -> None:
    same = register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN)
    swapped = register("Nguyễn Văn An", "1980-05-07", citizen_id="079080000007")
    register("Nguyễn Văn Bình", "1980-05-17")
    described = prepare(
        PersonIn(name="Nguyễn văn Ân", sex="M", birth_date="1980-05-17", residence_code="26740"),
        NOW.date(),
        strict=True,
    )
    assert isinstance(described, Intake)
    found = search.near(nurse, described, now=NOW)
    assert [(item.person.id, item.decision) for item in found][:1] == [(same, "possible")]
    assert {item.person.id for item in found} <= {same, swapped}
    marks = {item.person.id: item.marks for item in found}
    assert marks[same] == ()  # accents are no difference worth a mark
    if swapped in marks:
        assert marks[swapped] == ("birth",)
    assert [look.what for look in looks_at(same)] == ["possible match"]
