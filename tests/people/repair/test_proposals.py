"""One case a rule: what a clerk who knows names and numbers would propose, and where he would rather ask."""

from __future__ import annotations

from datetime import date
from unicodedata import normalize
from uuid import UUID

import pytest

from lachan.people.repair import Held, Other, Proposal, propose, safe_only
from lachan.people.repair.names import telex

TODAY = date(2022, 5, 4)
ID = "079180012345"  # born 1980, a woman, TP. Hồ Chí Minh


def proposals(name: str = "Nguyễn Thị An", sex: str = "F", born: str = "1980-05-17", **numbers: str) -> list[Proposal]:
    return propose(Held(name, sex, born, tuple(numbers.items())), today=TODAY)


def changes(found: list[Proposal]) -> list[tuple[str, str | None, bool]]:
    return [(item.reason, item.after, item.safe) for item in found]


def test_a_record_with_nothing_wrong_gets_no_proposal() -> None:
    assert proposals(citizen_id=ID) == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("79180012345", ("id_leading_zero", ID, True)),
        ("0791 8001-2345'", ("id_spaces", ID, True)),
        ("O7918OO12345", ("id_letters", ID, True)),
        ("024123456", ("id_is_old_id", "024123456", True)),
        ("24123456", ("id_unreadable", None, False)),
        ("0903123456", ("id_is_phone", "", False)),
        ("DN4797916123456", ("id_is_insurance", "DN4797916123456", False)),
        ("0791800012345", ("id_digits_repaired", ID, False)),
        ("709180012345", ("id_digits_repaired", ID, False)),
        ("không có", ("id_unreadable", None, False)),
    ],
)
def test_a_malformed_number(written: str, expected: tuple[str, str | None, bool]) -> None:
    assert changes(proposals(citizen_id=written)) == [expected]


def test_hanoi_loses_two_zeros() -> None:
    assert changes(proposals(citizen_id="1180012345")) == [("id_leading_zero", "001180012345", True)]


def test_a_zero_is_put_back_in_bulk_only_where_the_number_then_says_sex_and_year() -> None:
    [found] = proposals(sex="M", name="Trần Gia Bảo", citizen_id="79180012345")
    assert (found.after, found.safe, found.confidence) == (ID, False, "likely")


@pytest.mark.parametrize(
    ("sex", "name", "expected"),
    [
        ("M", "Nguyễn Thị An", ("sex", "F", "likely")),  # name and number against the box
        ("M", "Trần Gia Bảo", ("sex", "F", "ask")),
        ("M", "Nguyễn Văn An", ("number", "079080012345", "ask")),  # the name stands with the box
    ],
)
def test_a_number_that_says_the_other_sex(sex: str, name: str, expected: tuple[str, str, str]) -> None:
    [found] = proposals(sex=sex, name=name, citizen_id=ID)
    assert (found.field, found.after, found.confidence) == expected


def test_a_number_that_says_another_year_offers_both_ways() -> None:
    found = proposals(born="1981-05-17", citizen_id=ID)
    assert changes(found) == [("year_by_id", "1980-05-17", False), ("id_year_digit", "079181012345", False)]
    assert {item.confidence for item in found} == {"ask"}


def test_two_neighbours_exchanged_explain_more_than_a_wrong_year() -> None:
    found = proposals(born="1980-05-17", citizen_id="079108012345")
    assert (found[0].reason, found[0].after, found[0].confidence) == ("id_digits_repaired", ID, "likely")


def test_a_leap_day_is_not_moved_into_a_year_without_one() -> None:
    assert [item.reason for item in proposals(born="1980-02-29", citizen_id="079181512345")] == ["id_year_digit"]


def test_the_number_of_a_parent_on_a_child_ends() -> None:
    [found] = proposals(name="Trần Gia Bảo", sex="M", born="2012-03-04", citizen_id=ID)
    assert (found.reason, found.after, found.to_system) == ("id_of_guardian", "", "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("NGUYỄN THỊ AN", [("name_capitals", "Nguyễn Thị An", True)]),
        ("nguyễn thị an", [("name_small_letters", "Nguyễn Thị An", True)]),
        (" Nguyễn  Thị An ", [("name_spaces", "Nguyễn Thị An", True)]),
        (normalize("NFD", "Nguyễn Thị An"), [("name_spaces", "Nguyễn Thị An", True)]),
        ("Nguyeenx Thij Bichs", [("name_telex", "Nguyễn Thị Bích", False)]),
        ("Nguyễn Thị An 2", [("name_signs", "Nguyễn Thị An", False)]),
        ("Nguy?n Th? An", [("name_letters_lost", None, False)]),
        ("N. T. An", [("name_initials", None, False)]),
        ("Hằng Thị Trần", [("name_family_last", "Trần Thị Hằng", False)]),
        ("Thị Thanh Hiền Hoàng", [("name_family_last", "Hoàng Thị Thanh Hiền", False)]),
        ("Nguyen Thi Quynh Chi", [("name_marks_lost", "Nguyễn Thị Quỳnh Chi", False)]),
        ("Nguyen Thi Anh", [("name_marks_lost", None, False)]),  # Anh, Ánh
        (
            "NGUYEN THI QUYNH CHI",
            [("name_marks_lost", "Nguyễn Thị Quỳnh Chi", False), ("name_capitals", "Nguyen Thi Quynh Chi", True)],
        ),
        ("H'Mai Niê", []),
        ("Trần Văn Hồ", []),  # Hồ is a given name too
    ],
)
def test_a_written_name(written: str, expected: list[tuple[str, str | None, bool]]) -> None:
    assert changes(proposals(name=written, citizen_id=ID)) == expected


@pytest.mark.parametrize(
    ("keys", "word"),
    [("Nguyeenx", "Nguyễn"), ("Ddinh", "Đinh"), ("Luaan", "Luân"), ("Thuyr", "Thủy"), ("Quyf", "Quỳ"),
     ("Hoangf", "Hoàng"), ("Giangs", "Giáng"), ("Thoos", "Thố"), ("Max", "Mã"), ("Linh", "Linh"), ("Hùnf", "Hùnf")],
)  # fmt: skip
def test_telex_keys_become_letters(keys: str, word: str) -> None:
    assert telex(keys) == word


@pytest.mark.parametrize(
    ("born", "reason"),
    [("", "birth_missing"), ("1980", "birth_not_whole"), ("1980-01-01", "birth_first_of_january"),
     ("2023-01-02", "birth_impossible"), ("1880-05-05", "birth_impossible")],
)  # fmt: skip
def test_a_birth_date_that_has_to_be_asked_for(born: str, reason: str) -> None:
    assert (reason, None, False) in changes(proposals(born=born))


def test_the_same_person_with_a_number_is_merged_by_a_person_only() -> None:
    other = Other(UUID(int=7), Held("Nguyễn Thị An", "F", "1980-05-17", (("citizen_id", ID),)), "match")
    [found] = propose(Held("Nguyễn Thị An", "F", "1980-05-17"), [other], today=TODAY)
    assert (found.field, found.other, found.reason, found.safe) == ("person", UUID(int=7), "merge_with_number", False)


def test_two_different_citizen_ids_never_propose_one_person() -> None:
    other = Other(UUID(int=7), Held("Nguyễn Thị An", "F", "1980-05-17", (("citizen_id", ID),)), "possible")
    held = Held("Nguyễn Thị An", "F", "1980-05-17", (("citizen_id", "079180099999"),))
    assert propose(held, [other], today=TODAY) == []


def test_a_number_of_the_household_ends_where_it_does_not_fit() -> None:
    mother = Other(UUID(int=7), Held("Nguyễn Thị An", "F", "1980-05-17", (("citizen_id", ID),)), "no", household=True)
    child = Held("Trần Gia Bảo", "M", "2012-03-04", (("citizen_id", ID),))
    [found] = propose(child, [mother], today=TODAY)
    assert (found.reason, found.after, found.params) == ("id_of_household", "", {"name": "Nguyễn Thị An"})


def test_what_the_register_found_right_elsewhere_is_written_so_here() -> None:
    right = Other(UUID(int=7), Held("Nguyễn Thị Ánh", "F", "1980-05-07"), "match", standing=True)
    found = propose(Held("Nguyen Thi Anh", "F", "1980-07-05"), [right], today=TODAY)
    assert changes(found) == [("name_as_other", "Nguyễn Thị Ánh", True), ("birth_swapped", "1980-05-07", False)]


def test_the_safe_ones_are_writing_alone_one_a_field() -> None:
    found = proposals(name="NGUYEN THI QUYNH CHI", sex="M", citizen_id="79180012345")
    assert [(item.field, item.after) for item in safe_only(found)] == [("name", "Nguyen Thi Quynh Chi")]


def test_no_proposal_carries_a_whole_number_in_its_sentence() -> None:
    for written in ("79180012345", "024123456", "0903123456", "709180012345"):
        for item in proposals(citizen_id=written):
            assert not any(len(str(value)) > 4 for value in item.params.values())
