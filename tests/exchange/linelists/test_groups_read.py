"""A list of groups as it is read: headings, words, seats, trips, and what is wrong with a row."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook, load_workbook

from lachan.exchange.files import reading as files
from lachan.exchange.linelists import blank, groups, reading
from lachan.exchange.linelists.words import CHOICES, coded
from lachan.exchange.tables.workbook import UnreadableFileError
from lachan.immunization.rules.facts import VIETNAM

NOW = datetime(2021, 10, 16, 15, 0, tzinfo=VIETNAM)
SENDER = UUID(int=7)
HEADS = "Loại nhóm,Tên hoặc mã nhóm,Mã xã của nhóm,Từ lúc,Đến lúc,Hàng ghế,Họ và tên,Ngày sinh,Điện thoại,Mã xã nơi ở"


def rows_of(*lines: str) -> list[reading.Read]:
    return reading.read("\n".join([HEADS, *lines]).encode(), "groups", commune="26740", now=NOW)


def excel(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_excel(line: str) -> reading.Read:
    [row] = reading.read(excel([HEADS.split(","), line.split(",")]), "groups", commune="26740", now=NOW)
    return row


def test_a_row_of_a_manifest() -> None:
    [row] = rows_of("Xe khách,51B-123.45,,14/10/2021 08:00,14/10/2021 20:30,12A,Lê Thị Hoa,03/02/1988,0903 111 222,166")
    assert row.faults == []
    assert row.group == {"kind": "vehicle", "label": "51B-123.45", "area": "26740", "source": "list"}
    assert row.body == {
        "from_at": "2021-10-14T08:00:00+07:00", "to_at": "2021-10-14T20:30:00+07:00", "row": 12, "seat": "12A",
        "person": {"card": {"name": "Lê Thị Hoa", "birth_date": "1988-02-03", "sex": "U", "phone": "0903 111 222",
                            "commune_code": "00166"}},
    }  # fmt: skip


def test_english_headings_and_a_household_nobody_gave_a_time() -> None:
    content = "Kind of group;Name or code of the group;Citizen number\nHousehold;HK-0012;079188000017\n"
    [row] = reading.read(content.encode(), "groups", commune="", now=NOW)
    assert row.faults == []
    assert row.body == {"person": {"identifier": {"system": "citizen_id", "value": "079188000017"}}}


def test_a_day_without_an_hour_is_meant_whole_in_text_and_in_excel() -> None:
    wanted = {"from_at": "2021-10-14T00:00:00+07:00", "to_at": "2021-10-15T23:59:59+07:00"}
    [typed] = rows_of("Lớp học,3A,,14/10/2021,15/10/2021,,Lê Thị Hoa,1988,,")
    cells = ["Lớp học", "3A", None, date(2021, 10, 14), date(2021, 10, 15), None, "Lê Thị Hoa", 1988]
    [dated] = reading.read(excel([HEADS.split(","), cells]), "groups", commune="26740", now=NOW)
    for row in (typed, dated):
        assert row.faults == []
        assert {key: row.body[key] for key in wanted} == wanted
    [today] = rows_of("Lớp học,3A,,16/10/2021,16/10/2021,,Lê Thị Hoa,1988,,")
    assert today.body["to_at"] == NOW.isoformat(), "not later than now: what has not come is refused"


WRONG = [
    ("Đội bóng,3A,,,,,Lê Hoa,1988,,", ("kind", "kind_unknown")),
    (",3A,,,,,Lê Hoa,1988,,", ("kind", "kind_unknown")),
    ("Lớp học,,,,,,Lê Hoa,1988,,", ("group", "no_group")),
    (f"Lớp học,{'x' * 121},,,,,Lê Hoa,1988,,", ("group", "too_long")),
    ("Lớp học,=A1,,,,,Lê Hoa,1988,,", ("group", "formula")),
    ("Lớp học,3A,,hôm qua,,,Lê Hoa,1988,,", ("from", "time_unreadable")),
    ("Lớp học,3A,,15/10/2021,14/10/2021,,Lê Hoa,1988,,", ("to", "times_reversed")),
    ("Xe,51B,,14/10/2021,,,Lê Hoa,1988,,", ("to", "no_trip")),
    ("Xe,51B,,,,,Lê Hoa,1988,,", ("from", "no_trip")),
    ("Xe,51B,,14/10/2021,14/10/2021,A5,Lê Hoa,1988,,", ("row", "row_unreadable")),
    ("Xe,51B,,14/10/2021,14/10/2021,501,Lê Hoa,1988,,", ("row", "row_unreadable")),
    ("Lớp học,3A,,,,,,1988,,", ("name", "nobody_named")),
    ("Lớp học,3A,,,,,Lê Hoa,31/02/1988,,", ("born", "birth_no_day")),
]


@pytest.mark.parametrize(("line", "fault"), WRONG)
def test_what_is_wrong_with_a_row_in_text_and_in_excel(line: str, fault: tuple[str, str]) -> None:
    [row] = rows_of(line)
    assert fault in row.faults
    assert as_excel(line).faults == row.faults


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("Họ và tên,Ngày sinh\nLê Hoa,1988\n".encode(), "file_no_heads"),
        (f"{HEADS}\n".encode(), "file_empty"),
        (f"{HEADS}\n".encode() + "Lớp học,3A,,,,,Lê Hoa,1988,,\n".encode() * 5_050, "file_too_many_rows"),
        (b"x" * 5_000_001, "file_too_large"),
        (excel([HEADS.split(","), *[["Lớp học", "3A"]] * 5_050]), "file_too_many_rows"),
    ],
)
def test_a_file_that_cannot_be_worked_with(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        reading.read(content, "groups", commune="", now=NOW)
    assert raised.value.code == code


def grouped(*lines: str, sender: UUID = SENDER) -> list[tuple[dict[str, Any], str]]:
    return groups.groups([(row.body, row.group or {}) for row in rows_of(*lines)], sender)


def ids(*lines: str, sender: UUID = SENDER) -> list[str]:
    return [group["group_id"] for group, _ in grouped(*lines, sender=sender)]


def test_rows_of_one_name_and_commune_are_one_group_whoever_sends_them() -> None:
    one, same, other, elsewhere = ids(
        "Lớp học,Lớp 3A,,,,,Lê Hoa,1988,,", "Lớp,LỚP  3a,,01/09/2021,,,Lê Ba,1988,,",
        "Lớp,Lớp 3B,,,,,Lê Tư,1988,,", "Lớp,Lớp 3A,00166,,,,Lê Sáu,1988,,",
    )  # fmt: skip
    assert one == same
    assert len({one, other, elsewhere}) == 3
    assert ids("Lớp,Lớp 3A,,,,,Lê Bảy,1988,,", sender=uuid4()) == [one], "sent again, mended, it is the same group"


def test_a_trip_is_rows_whose_times_overlap_and_the_next_day_is_another() -> None:
    trip = grouped(
        "Xe,51B,,14/10/2021 20:00,15/10/2021 06:00,1,Lê Hoa,1988,,",
        "Xe,51B,,15/10/2021 05:00,15/10/2021 09:00,2,Lê Ba,1988,,",
        "Xe,51B,,14/10/2021 23:00,15/10/2021 08:00,2,Lê Tư,1988,,",
        "Xe,51B,,15/10/2021 09:00,15/10/2021 20:00,1,Lê Sáu,1988,,",
    )
    first = [group for group, _ in trip[:3]]
    assert len({group["group_id"] for group in first}) == 1
    assert {(group["starts_at"], group["ends_at"]) for group in first} == {
        ("2021-10-14T20:00:00+07:00", "2021-10-15T09:00:00+07:00")
    }
    assert trip[3][0]["group_id"] != first[0]["group_id"]


def test_a_trip_of_more_than_seven_days_is_none() -> None:
    days = [f"Tàu,SE1,,{day:02}/10/2021,{day + 2:02}/10/2021,,Lê Hoa,1988,," for day in range(1, 9)]
    assert {wrong for _, wrong in grouped(*days)} == {"trip_too_long"}
    assert {wrong for _, wrong in grouped(*days[:3])} == {""}


@pytest.mark.parametrize("what", reading.HEADINGS)
@pytest.mark.parametrize("place", [0, 1])
def test_an_empty_list_is_read_back(what: reading.What, place: int) -> None:
    content = blank.sheet(what, place)
    with pytest.raises(UnreadableFileError, match="file_empty"):
        reading.read(content, what, commune="", now=NOW)
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == [both[place] for both in reading.HEADINGS[what].values()]
    for column, words in CHOICES.items():
        faults: files.Faults = []
        assert all(coded(column, {column: word}, faults) for word in words[place])
        assert faults == []


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("01/01/0001", "02/01/0001"),
        ("30/12/9999", "31/12/9999"),
        ("9999-12-31T00:00:00-12:00", "9999-12-31T23:59:59-12:00"),
        ("0001-01-01T00:00:00+14:00", "31/12/9999"),
        ("31/02/2021", "44484"),
    ],
)
def test_no_time_breaks_the_reading(since: str, until: str) -> None:
    assert len(grouped(f"Xe,51B,,{since},{until},,Lê Hoa,1988,,", "Xe,51B,,14/10/2021,15/10/2021,,Lê Ba,1988,,")) == 2
