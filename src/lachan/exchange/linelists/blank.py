"""An empty list to fill in: the headings of a kind, every cell text, words to choose from; pure."""

from __future__ import annotations

import io
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lachan.exchange.linelists.reading import HEADINGS, What
from lachan.exchange.linelists.words import CHOICES
from lachan.exchange.tables.workbook import MOST_ROWS

_WIDTH: Final = 6  # wider than the heading, in characters


def sheet(what: What, place: int) -> bytes:
    """The Excel file. ``place``: 0 with Vietnamese headings and words, 1 with English ones; either is read back."""
    book = Workbook()
    page = book.active
    page.title = "Lá Chắn"
    page.freeze_panes = "A2"
    for number, (column, heading) in enumerate(HEADINGS[what].items(), 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = len(heading[place]) + _WIDTH
        page.column_dimensions[letter].number_format = "@"  # zeros stay, and no date turns its day into a month
        page.cell(1, number, heading[place]).font = Font(bold=True)
        if column in CHOICES:
            choice = DataValidation("list", formula1=f'"{",".join(CHOICES[column][place])}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
            page.add_data_validation(choice)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
