"""What teams really write into cells, and what Excel makes of it."""

from __future__ import annotations

from datetime import date, datetime
from unicodedata import normalize

import pytest

from lachan.exchange.tables import cells, headings

TODAY = date(2022, 5, 4)


@pytest.mark.parametrize(
    ("cell", "value", "fault"),
    [
        (datetime(1980, 5, 17), "1980-05-17", ""),  # noqa: DTZ001
        (date(1980, 5, 17), "1980-05-17", ""),
        (29358, "1980-05-17", ""),  # a date in a cell that lost its format
        (29358.0, "1980-05-17", ""),
        (1980, "1980", ""),
        ("1980", "1980", ""),
        ("17/05/1980", "1980-05-17", ""),
        ("17.5.1980", "1980-05-17", ""),
        (" 17-05-1980 ", "1980-05-17", ""),
        ("17051980", "1980-05-17", ""),
        ("05/1980", "1980-05", ""),
        ("1980-05-17", "1980-05-17", ""),
        ("'17/05/1980", "1980-05-17", ""),
        (None, "", ""),
        ("17/05/80", "", "birth_year_short"),
        ("31/02/1980", "", "birth_no_day"),
        ("17/05/2023", "", "birth_future"),
        ("17/05/1780", "", "birth_year_impossible"),
        ("mùng 3 tết", "", "birth_unreadable"),
        ("=TODAY()", "", "birth_unreadable"),
    ],
)
def test_a_birth_date(cell: object, value: str, fault: str) -> None:
    assert cells.birth(cell, TODAY)[:2] == (value, fault)


@pytest.mark.parametrize(
    ("cell", "system", "value", "fault"),
    [
        ("079180012345", "citizen_id", "079180012345", ""),
        ("0791 8001 2345", "citizen_id", "079180012345", ""),
        ("'079180012345", "citizen_id", "079180012345", ""),
        (79180012345, "citizen_id", "079180012345", ""),  # a number cell: Excel dropped the zero
        (79180012345.0, "citizen_id", "079180012345", ""),
        (1180012345, "citizen_id", "001180012345", ""),
        ("024123456", "old_id", "024123456", ""),
        (24123456, "old_id", "024123456", ""),
        ("24123456", "", "", "number_wrong_length"),
        ("7.91800E+10", "", "", "number_rounded"),
        ("999180012345", "", "", "number_unknown_province"),
        ("079980012345", "", "", "number_impossible_birth_year"),
        ("chưa có", "", "", "number_letters"),
        ("=A1", "", "", "formula"),
        (0.5, "", "", "number_unreadable"),
        ("0790••••2345", "", "", ""),  # as it was masked: nobody wrote anything
        (None, "", "", ""),
    ],
)
def test_a_number(cell: object, system: str, value: str, fault: str) -> None:
    found = cells.number(cell)
    assert (found.system, found.value, found.fault) == (system, value, fault)


def test_a_zero_that_was_put_back_is_shown() -> None:
    assert cells.number(79180012345).doubt == "zero_restored"


@pytest.mark.parametrize("word", ["xóa", "Xoá", "không có", "bỏ"])
def test_a_number_ends_when_somebody_writes_so(word: str) -> None:
    assert cells.number(word).ends


@pytest.mark.parametrize(
    ("cell", "value", "fault"),
    [
        (normalize("NFD", "Nguyễn Thị Hoà"), normalize("NFC", "Nguyễn Thị Hoà"), ""),
        ("  Nguyễn   Văn\nAn ", "Nguyễn Văn An", ""),
        ("=HYPERLINK(1)", "", "formula"),
        ("+84 Nguyễn", "", "formula"),
        ("@Nguyễn Văn An", "", "formula"),
        ("-", "", "formula"),
        ("Nguyễn Văn An 2", "", "name_unreadable"),
        ("???", "???", ""),
        ("A" * 201, "", "too_long"),
    ],
)
def test_a_name(cell: object, value: str, fault: str) -> None:
    assert cells.name(cell)[:2] == (value, fault)


@pytest.mark.parametrize(("cell", "value"), [("Nam", "M"), ("NỮ", "F"), ("nu", "F"), (1, "M"), ("", ""), (None, "")])
def test_a_sex(cell: object, value: str) -> None:
    assert cells.sex(cell)[:2] == (value, "")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("Đã sửa", "mended"), ("x", "mended"), ("đúng rồi", "confirmed"), ("Không gặp.", "not_reached"),
     ("ĐÃ CHUYỂN ĐI", "moved"), (None, "")],
)  # fmt: skip
def test_a_result(cell: object, value: str) -> None:
    assert cells.result(cell)[:2] == (value, "")


def test_headings_in_another_order_with_more_columns_and_other_words() -> None:
    lines = [
        ["DANH SÁCH CẦN SỬA", None],
        ["Thôn 3"],
        [
            "Ghi chú",
            "Tổ",
            "Số CMND/CCCD",
            "Ngày, tháng, năm sinh",
            "Họ và tên (viết hoa)",
            "GIOI TINH",
            "SĐT",
            "Kêt quả",
        ],
    ]
    found = headings.find(lines)
    assert found is not None
    assert found.line == 2
    assert found.places == {"note": 0, "id": 2, "born": 3, "name": 4, "sex": 5, "phone": 6, "result": 7}
    assert found.unknown == ("Tổ",)


def test_headings_as_we_write_them() -> None:
    found = headings.find([[said[0] for said in headings.HEADINGS.values()]])
    assert found is not None
    assert list(found.places) == list(headings.HEADINGS)


def test_a_table_of_something_else_has_no_headings_of_ours() -> None:
    assert headings.find([["Lô", "Hạn dùng", "Số lượng"], ["FG3524", "30/09/2021", 38]]) is None
