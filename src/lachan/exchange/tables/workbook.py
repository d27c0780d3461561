"""An Excel file from outside, read within limits: size, unpacked size, lines, columns; no formulas, no links.

Pure. What openpyxl is given was unpacked and counted before, so a small file that swells is refused.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Final, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES: Final = 5_000_000  # of the file
MOST_UNPACKED: Final = 60_000_000
MOST_PARTS: Final = 400
MOST_ROWS: Final = 5_000  # people in a file
MOST_LINES: Final = 20_000  # lines looked at: empty ones below the table are common
MOST_COLUMNS: Final = 60
MOST_SHEETS: Final = 60
_CHUNK: Final = 1 << 16


class UnreadableFileError(ValueError):
    """The file cannot be worked with; ``code`` of a sentence, and what fills it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Line(NamedTuple):
    """One line that holds something: name of the sheet, number of the line as Excel shows it, its cells."""

    sheet: str
    number: int
    cells: tuple[object, ...]


def read(content: bytes) -> list[list[Line]]:
    """Every sheet's lines that hold something, up to the limits; raises :class:`UnreadableFileError`.

    A cell with a formula reads as its text, beginning with ``=``: what it would show depends on who computed it.
    """
    _check(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnreadableFileError("file_not_excel") from error
    try:
        if len(book.worksheets) > MOST_SHEETS:
            raise UnreadableFileError("file_too_many_sheets", most=MOST_SHEETS)
        found, left = [], MOST_LINES
        for sheet in book.worksheets:
            lines = []
            sheet.reset_dimensions()  # what the file claims of its size is not to be believed
            rows = sheet.iter_rows(max_row=left, max_col=MOST_COLUMNS, values_only=True)
            for number, row in enumerate(rows, 1):
                if any(cell is not None and cell != "" for cell in row):
                    lines.append(Line(str(sheet.title)[:60], number, tuple(row)))
                left -= 1
            if len(lines) > MOST_ROWS + 20:
                raise UnreadableFileError("file_too_many_rows", most=MOST_ROWS)
            if lines:
                found.append(lines)
            if left <= 0:
                break
        return found
    except UnreadableFileError:
        raise
    except Exception as error:  # openpyxl has no error of its own for a damaged part
        raise UnreadableFileError("file_not_excel") from error
    finally:
        book.close()


def _check(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise UnreadableFileError("file_too_large", most=MOST_BYTES // 1_000_000)
    if not content.startswith(b"PK"):
        raise UnreadableFileError("file_old_excel" if content[:4] == b"\xd0\xcf\x11\xe0" else "file_not_excel")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS:
                raise UnreadableFileError("file_swells")
            _unpack(packed, parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFileError("file_not_excel") from error


def _unpack(packed: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Count what really comes out, not what the file says; no part may define entities."""
    left = MOST_UNPACKED
    for part in parts:
        with packed.open(part) as stream:
            first = True
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnreadableFileError("file_swells")
                if first and (b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk):
                    raise UnreadableFileError("file_not_excel")
                first = False
