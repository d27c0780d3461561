"""Files from outside: the answer is a sentence whatever they are; and nothing that goes out is computed."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from lachan.exchange.tables import workbook, writing
from lachan.exchange.tables.workbook import UnreadableFileError
from lachan.exchange.tables.writing import Part, Written

TODAY = date(2022, 5, 4)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def code_of(content: bytes) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        workbook.read(content)
    return refused.value.code


def test_lines_that_hold_something_with_the_numbers_excel_shows() -> None:
    book = Workbook()
    book.active.title = "Thôn 1"
    book.active.append(["Họ tên", "CCCD"])
    book.active.append([])
    book.active.append(["An", 79180012345])
    [lines] = workbook.read(saved(book))
    assert [(line.sheet, line.number, line.cells[:2]) for line in lines] == [
        ("Thôn 1", 1, ("Họ tên", "CCCD")),
        ("Thôn 1", 3, ("An", 79180012345)),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_not_excel"),
        (b"PK\x03\x04 not a zip", "file_not_excel"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "file_old_excel"),
        (b"x" * (workbook.MOST_BYTES + 1), "file_too_large"),
        (packed(a=b"text"), "file_not_excel"),
        (packed(bomb=b"\0" * (workbook.MOST_UNPACKED + 1)), "file_swells"),
        (packed(**{f"part{i}": b"" for i in range(workbook.MOST_PARTS + 1)}), "file_swells"),
        (packed(xml=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'), "file_not_excel"),
    ],
    ids=["empty", "cut off", "old", "large", "zip", "bomb", "parts", "entities"],
)
@pytest.mark.slow
def test_what_is_no_file_of_ours_is_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_bomb_that_lies_about_its_size() -> None:
    """The directory of the archive says 10 bytes; what is counted is what comes out."""
    content = bytearray(packed(bomb=b"\0" * 100_000))
    real = (100_000).to_bytes(4, "little")
    while (at := content.find(real)) >= 0:
        content[at : at + 4] = (10).to_bytes(4, "little")
    assert code_of(bytes(content)) == "file_not_excel"


@pytest.mark.slow
def test_more_people_than_a_file_may_hold() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(workbook.MOST_ROWS + 30):
        sheet.append([number])
    assert code_of(saved(book)) == "file_too_many_rows"


def written(**cells: str) -> bytes:
    return writing.workbook([Part("Phường Bến Nghé", ["Danh sách"], [Written(cells)])], made_on=TODAY)


@pytest.mark.parametrize("value", ["=1+1", "+84903123456", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_nothing_that_goes_out_is_computed(value: str) -> None:
    sheet = load_workbook(io.BytesIO(written(name=value, note=value))).active
    for column in "BK":
        cell = sheet[f"{column}3"]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (value, "s", True)


def test_zeros_stay_and_only_the_teams_columns_are_open() -> None:
    sheet = load_workbook(io.BytesIO(written(id="079180012345", problem="sai"))).active
    number = sheet["E3"]
    assert (number.value, number.data_type, number.number_format) == ("079180012345", "s", "@")
    assert sheet.protection.sheet
    assert not number.protection.locked
    assert sheet["H3"].protection.locked
    assert sheet["L2"].value.startswith("Mã dòng")
    assert sheet.column_dimensions["L"].hidden


def test_it_prints_on_a4_across_with_its_headings_on_every_page() -> None:
    sheet = load_workbook(io.BytesIO(written(name="An"))).active
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_names_of_sheets_excel_does_not_take_are_mended() -> None:
    parts = [Part("Xã A/B: [1]", [], []), Part("Xã A B   1 ", [], []), Part("x" * 60, [], [])]
    names = load_workbook(io.BytesIO(writing.workbook(parts, made_on=TODAY))).sheetnames
    assert len({name.lower() for name in names}) == 3
    assert all(len(name) <= 31 for name in names)
