"""The rules as a table: two records, what the matcher says, and the reason."""

from typing import Any

import pytest

from lachan.people.matching import Record, UnusableRecordError, decide, from_dict

PERSON: dict[str, Any] = {
    "full_name": "Nguyễn Thị Thuý Hằng",
    "sex": "F",
    "dob": "1988-07-20",
    "citizen_id": "079188605352",
    "phone": "0944216980",
    "commune": "Xã Tân Phú Trung",
    "district": "Huyện Củ Chi",
    "province": "Thành phố Hồ Chí Minh",
    "recorded": "2021-10-28",
}
ELSEWHERE = {"commune": "Xã Vĩnh Thái", "district": "Huyện Vĩnh Linh", "province": "Tỉnh Quảng Trị"}
NO_ID = {"citizen_id": None}
OTHER_PHONE = {"phone": "0371586510"}

CHILD: dict[str, Any] = {
    "full_name": "Võ Phương Mai",
    "sex": "F",
    "dob": "2012-07-24",
    "phone": "0368143805",
    "mother_name": "Lê Thị Huyền Trang",
    "commune": "Xã Hậu Thạnh Đông",
    "district": "Huyện Tân Thạnh",
    "province": "Tỉnh Long An",
    "recorded": "2022-06-20",
}


def _record(base: dict[str, Any], *changes: dict[str, Any]) -> Record:
    data = dict(base)
    for change in changes:
        data.update(change)
    return from_dict(data)


@pytest.mark.parametrize(
    ("situation", "a", "b", "decision", "reason"),
    [
        ("the same record twice", {}, {}, "match", "same_id"),
        ("marks lost, moved house", {}, {"full_name": "NGUYEN THI THUY HANG", **ELSEWHERE}, "match", "same_id"),
        ("leading zero lost", {}, {"citizen_id": "79188605352"}, "match", "same_id"),
        ("only the year known", {}, {"dob": "1988"}, "match", "same_id"),
        ("another number entirely", {}, {"citizen_id": "079188115352"}, "no", "ids_differ"),
        ("one digit wrong, all else equal", {}, {"citizen_id": "079188605652"}, "match", "id_one_slip_apart"),
        (
            "one digit wrong and nothing else agrees",
            {},
            {"citizen_id": "079188605652", **OTHER_PHONE, **ELSEWHERE},
            "possible",
            "id_one_slip_apart",
        ),
        ("one id on two people", {}, {"full_name": "Lê Văn Minh", "dob": "1960-02-01"}, "no", "names_differ"),
        ("one id, other name, same birth date", {}, {"full_name": "Lê Văn Minh"}, "possible", "same_id_other_name"),
        ("one id, other birth date", {}, {"dob": "1971-03-02"}, "possible", "same_id_other_date"),
        ("no id, same phone and commune", NO_ID, {}, "match", "name_date_and_more"),
        ("no id, moved, same phone", NO_ID, ELSEWHERE, "match", "name_date_and_more"),
        ("namesake elsewhere", NO_ID, {**OTHER_PHONE, **ELSEWHERE}, "possible", "namesake_with_birth_date"),
        ("namesake of the same commune, other phone", NO_ID, OTHER_PHONE, "possible", "namesake_with_birth_date"),
        ("old number against citizen id says nothing", {"citizen_id": "025123456"}, {}, "match", "name_date_and_more"),
        (
            "old number found again in the other field",
            {"citizen_id": "025123456"},
            {"old_id": "025123456", **OTHER_PHONE, **ELSEWHERE},
            "match",
            "same_id",
        ),
        ("two old numbers", {"citizen_id": "025123456"}, {"citizen_id": "371987654"}, "possible", "old_ids_differ"),
        ("family name last", NO_ID, {"full_name": "Thị Thuý Hằng Nguyễn"}, "match", "name_date_and_more"),
        ("ends exchanged", NO_ID, {"full_name": "Hằng Thị Thúy Nguyễn"}, "match", "name_date_and_more"),
        ("middle name dropped", NO_ID, {"full_name": "Nguyễn Hằng"}, "match", "name_date_and_more"),
        ("Telex keys left", NO_ID, {"full_name": "Nguyeenx Thị Thuý Hằng"}, "match", "name_date_and_two_more"),
        ("letters lost", NO_ID, {"full_name": "Nguy?n Th? Thuý H?ng"}, "match", "name_date_and_two_more"),
        ("initials", NO_ID, {"full_name": "N. T. T. Hằng"}, "match", "name_date_and_two_more"),
        ("name and date weak", NO_ID, {"full_name": "N.T.T. Hằng", "dob": "1988"}, "possible", "name_and_weak_date"),
        ("day and month exchanged", NO_ID, {"dob": "1988-07-02"}, "match", "name_date_and_two_more"),
        ("a given name one letter off", NO_ID, {"full_name": "Nguyễn Thị Thuý Hằn"}, "possible", "names_alike"),
        ("11-digit phone", {**NO_ID, "phone": "01654002537"}, {"phone": "+84354002537"}, "match", "name_date_and_more"),
        ("no birth date", {**NO_ID, "dob": None}, {}, "possible", "no_birth_date"),
    ],
)  # fmt: skip
def test_adults(situation: str, a: dict[str, Any], b: dict[str, Any], decision: str, reason: str) -> None:
    found = decide(_record(PERSON, a), _record(PERSON, b))
    assert (found.decision, found.reasons[0]) == (decision, reason), situation


@pytest.mark.parametrize(
    ("situation", "a", "b", "decision"),
    [
        ("the same child", {}, {}, "match"),
        ("twins", {}, {"full_name": "Võ Phương Thanh"}, "no"),
        ("twins whose names differ by a tone", {"full_name": "Võ Thị Thúy"}, {"full_name": "Võ Thị Thùy"}, "possible"),
        ("a wrong tone on the middle name", {}, {"full_name": "Võ Phường Mai"}, "match"),
        ("twins with rhyming names", {}, {"full_name": "Võ Phương Mau"}, "possible"),
        ("namesakes of two mothers", {}, {"mother_name": "Trần Thị Hoa"}, "possible"),
        (
            "the mother's number on one record",
            {"citizen_id": "080184605352"},
            {"citizen_id": "080312605352"},
            "possible",
        ),
        ("the mother's number on both", {"citizen_id": "080184605352"}, {"citizen_id": "080184605352"}, "match"),
        (
            "the mother's number on brother and sister",
            {"citizen_id": "080184605352"},
            {"citizen_id": "080184605352", "full_name": "Võ Phương Minh", "dob": "2014-02-03"},
            "no",
        ),
        ("mother and child", {}, {"full_name": "Lê Thị Huyền Trang", "dob": "1984-01-05", "mother_name": None}, "no"),
    ],
)
def test_children(situation: str, a: dict[str, Any], b: dict[str, Any], decision: str) -> None:
    assert decide(_record(CHILD, a), _record(CHILD, b)).decision == decision, situation


AMERICAN: dict[str, Any] = {
    "given_name": "Louise",
    "middle_name": "Violenta",
    "family_name": "Mason",
    "sex": "F",
    "dob": "2008-01-14",
    "street": "267 Dubuque Pl",
    "zip": "49548",
    "phone": "(616)554-9091",
    "guardian_given_name": "Eyota",
    "mother_maiden_name": "Yuma",
    "mrn": "4-Z76",
}
BARE = dict.fromkeys(("street", "zip", "phone", "guardian_given_name", "mother_maiden_name", "middle_name"))


@pytest.mark.parametrize(
    ("situation", "a", "b", "decision"),
    [
        ("the same record", {}, {}, "match"),
        ("address changed", {}, {"street": "1 Elm St", "zip": "48001"}, "match"),
        (
            "only a misspelt address",
            {**BARE, "street": "135 Pontotpc Ci", "zip": "59654"},
            {**BARE, "street": "135 Pontotoc Cir", "zip": "49654"},
            "match",
        ),
        ("first name misspelt", {}, {"given_name": "Luoise"}, "possible"),
        ("first name in the middle's place", {}, {"given_name": "Violenta", "middle_name": None}, "possible"),
        ("hyphenated family name", {}, {"family_name": "Mason-Yuma"}, "possible"),
        ("names in each other's place", {}, {"given_name": "Mason", "family_name": "Louise"}, "possible"),
        ("birth date off by one", {}, {"dob": "2008-01-15"}, "possible"),
        ("the other twin", {}, {"given_name": "Mona", "middle_name": "Vera"}, "no"),
        ("sisters with one record number by error", {}, {"given_name": "Mona", "dob": "2010-03-03"}, "no"),
        ("father and son", {"suffix": "Jr"}, {"suffix": "Sr"}, "possible"),
        ("suffix in the alias field", {"alias": "II"}, {"suffix": "II"}, "match"),
        ("two social security numbers", {"ssn": "198332912"}, {"ssn": "725811778"}, "possible"),
        ("a slip in the social security number", {"ssn": "198332912"}, {"ssn": "198332913"}, "match"),
        ("two middle names", {}, {"middle_name": "Barika"}, "possible"),
        ("an initial fits", {}, {"middle_name": "V"}, "match"),
        (
            "a guardian's name alone, at another street",
            {**BARE, "guardian_given_name": "Eyota", "street": "1 Elm St"},
            {**BARE, "guardian_given_name": "Eyota", "street": "267 Dubuque Pl"},
            "possible",
        ),
        ("only one guardian's name, no street", {**BARE, "guardian_given_name": "Eyota"}, {}, "match"),
        ("nothing beside names and date", BARE, {}, "possible"),
        ("sex differs", {}, {"sex": "M"}, "possible"),
    ],
)
def test_records_with_name_parts(situation: str, a: dict[str, Any], b: dict[str, Any], decision: str) -> None:
    assert decide(_record(AMERICAN, a), _record(AMERICAN, b)).decision == decision, situation


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"full_name": ""},
        {"full_name": [7]},
        {"full_name": "Lê", "dob": True},
        {"full_name": "x" * 400},
        [],
        "Lê",
        None,
    ],
)
def test_a_record_that_is_none_says_so(data: Any) -> None:
    with pytest.raises(UnusableRecordError):
        from_dict(data)


def test_unknown_fields_are_passed_over_and_a_bare_year_is_read() -> None:
    plain = from_dict({"full_name": "Lê Lợi", "dob": "1988"})
    assert from_dict({"full_name": "Lê Lợi", "dob": 1988, "height": [1, 2], "sex": None}) == plain


def test_a_filler_is_no_phone() -> None:
    assert from_dict({"full_name": "Lê Lợi", "phone": "0000000000"}).phone == ""
