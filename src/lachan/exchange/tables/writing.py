"""Lists for hamlet teams as Excel: one sheet a commune, ready to print, open only where a team works."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lachan.exchange.tables.cells import FORMULA
from lachan.exchange.tables.headings import HEADINGS

COLUMNS: Final = tuple(HEADINGS)
# Width in characters; a team writes into the open ones.
_WIDTHS: Final = {
    "number": 5, "name": 26, "born": 12, "sex": 8, "id": 16, "phone": 14, "address": 22, "problem": 34, "proposal": 28,
    "result": 14, "note": 24, "key": 6,
}  # fmt: skip
OPEN: Final = frozenset({"name", "born", "sex", "id", "result", "note"})
RESULTS: Final = ("Đã sửa", "Đúng như cũ", "Không gặp", "Đã chuyển đi")
_SEXES: Final = ("Nam", "Nữ")
_EDGE: Final = Border(*(Side(style="thin", color="BBBBBB") for _side in range(4)))
_HEAD: Final = PatternFill("solid", fgColor="DDE9E9")
_WRITE: Final = PatternFill("solid", fgColor="FFFBEA")
_UNTITLED: Final = re.compile(r"[\[\]:*?/\\']")


class Written(NamedTuple):
    """One row: texts by column, and what a team should see first."""

    cells: Mapping[str, str]


class Part(NamedTuple):
    """One sheet: its name (a commune), the line above the headings, and its rows."""

    title: str
    above: Sequence[str]
    rows: Sequence[Written]


def workbook(parts: Sequence[Part], *, made_on: date, open_columns: frozenset[str] = OPEN) -> bytes:
    """The file. Every cell is text, so that zeros stay and nothing is computed."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Lachan"
    book.properties.title = _("Records to be mended")
    for style in _styles():
        book.add_named_style(style)
    used: set[str] = set()
    for part in parts or [Part("1", [], [])]:  # a book has at least one sheet
        sheet = book.create_sheet(_title(part.title, used))
        _fill(sheet, part, open_columns)
        _arrange(sheet, len(part.above) + 1, len(part.rows), made_on)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _styles() -> list[NamedStyle]:
    """Named, so that sixty thousand cells share three."""
    wrap = Alignment(wrap_text=True, vertical="top")
    read = NamedStyle("lachan read", alignment=wrap, border=_EDGE, number_format="@")
    write = NamedStyle(
        "lachan write",
        alignment=wrap,
        border=_EDGE,
        number_format="@",
        fill=_WRITE,
        protection=Protection(locked=False),
    )
    middle = Alignment(wrap_text=True, vertical="center")
    return [read, write, NamedStyle("lachan head", alignment=middle, border=_EDGE, fill=_HEAD, font=Font(bold=True))]


def _fill(sheet: Any, part: Part, open_columns: frozenset[str]) -> None:
    for index, line in enumerate(part.above, 1):
        _put(sheet, index, 1, line).font = Font(bold=index == 1, size=14 if index == 1 else 10)
    heads = len(part.above) + 1
    styles = ["lachan write" if column in open_columns else "lachan read" for column in COLUMNS]
    for place, column in enumerate(COLUMNS, 1):
        _put(sheet, heads, place, HEADINGS[column][0]).style = "lachan head"
    for index, row in enumerate(part.rows, heads + 1):
        for place, (column, style) in enumerate(zip(COLUMNS, styles, strict=True), 1):
            value = row.cells.get(column, "")
            cell = _put(sheet, index, place, value)
            cell.style = style
            # a style takes the mark away: without it Excel computes the text as soon as somebody edits it
            cell.quotePrefix = value.startswith(FORMULA)


def _put(sheet: Any, row: int, column: int, value: str) -> Any:
    cell = sheet.cell(row, column, value or None)
    if value.startswith(FORMULA):
        cell.data_type = "s"  # openpyxl would take it for a formula
    return cell


def _arrange(sheet: Any, heads: int, rows: int, made_on: date) -> None:
    """Widths, what may be written where, and how it prints."""
    for place, column in enumerate(COLUMNS, 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = _WIDTHS[column]
        dimension.hidden = column == "key"
    last = max(heads + rows, heads + 1)
    sheet.freeze_panes = f"C{heads + 1}"
    sheet.auto_filter.ref = f"A{heads}:{get_column_letter(len(COLUMNS))}{last}"
    for column, wanted in (("result", RESULTS), ("sex", _SEXES)):
        choice = DataValidation("list", formula1=f'"{",".join(wanted)}"', allow_blank=True)
        letter = get_column_letter(COLUMNS.index(column) + 1)
        choice.add(f"{letter}{heads + 1}:{letter}{last}")
        sheet.add_data_validation(choice)
    sheet.protection.sheet = True  # against slips, not against people: it has no password
    sheet.protection.formatCells = sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.sort = sheet.protection.autoFilter = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{heads}:{heads}"
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = made_on.strftime("%d/%m/%Y"), "&P/&N"


def _title(wanted: str, used: set[str]) -> str:
    """A name Excel takes: 31 letters, none of ``[]:*?/\\``, each once."""
    base = _UNTITLED.sub(" ", wanted).strip()[:28] or "1"
    title, count = base, 1
    while title.lower() in used:
        count += 1
        title = f"{base} {count}"
    used.add(title.lower())
    return title
