"""The lines below the headings of a file, Excel or text, and what their cells say; pure.

Excel goes through ``tables.workbook`` with its limits; a text file is taken as UTF-8 with commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

from lachan.exchange.tables import cells, workbook
from lachan.exchange.tables.headings import MOST_BEFORE, folded
from lachan.exchange.tables.workbook import Line, UnreadableFileError
from lachan.immunization.rules.facts import VIETNAM

Faults = list[tuple[str, str]]  # (column, code)
Headings = Mapping[str, tuple[str, str]]  # column -> heading as we write it, Vietnamese and English
NOON: Final = time(12)
_MOMENT: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::\d{2})?)?")


class Row(NamedTuple):
    """A line by columns: cells as they are and as text, and what is wrong with any cell whatever its column."""

    sheet: str
    line: int
    raw: dict[str, Any]
    typed: dict[str, str]
    faults: Faults


def rows(
    content: bytes, headings: Headings, also: Mapping[str, Sequence[str]], enough: Callable[[Set[str]], bool]
) -> list[Row]:
    """Every row below the headings: the first line whose columns are ``enough``. ``also``: other headings, folded.

    Raises :class:`UnreadableFileError` for a file that cannot be worked with.
    """
    names = {folded(said): column for column, both in headings.items() for said in (*both, *also[column])}
    found: list[Row] = []
    headed = False
    for lines in workbook.read(content) if content.startswith(b"PK") else _text(content):
        heads = _heads(lines, names, enough)
        if heads is None:
            continue
        headed = True
        first, places = heads
        found += [_row(line, places) for line in lines[first + 1 :]]
    if not headed:
        raise UnreadableFileError("file_no_heads")
    if not found:
        raise UnreadableFileError("file_empty")
    if len(found) > workbook.MOST_ROWS:
        raise UnreadableFileError("file_too_many_rows", most=workbook.MOST_ROWS)
    return found


def moment(cell: object, faults: Faults, column: str, *, now: datetime, at: time = NOON) -> datetime | None:
    """A moment in Vietnam's time. A day without an hour is taken at ``at``, and today's no later than now.

    Excel gives such a day as midnight.
    """
    if cell is None or cells.text(cell) == "":
        return None
    try:
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=VIETNAM) if cell.time() != time.min else _day(cell.date(), at, now)
        if isinstance(cell, date):
            return _day(cell, at, now)
        written = str(cell).strip()
        found = _MOMENT.fullmatch(written)
        if found is not None:
            on = date(int(found[3]), int(found[2]), int(found[1]))
            if found[4] is None:
                return _day(on, at, now)
            return datetime.combine(on, time(int(found[4]), int(found[5])), VIETNAM)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            return _day(date.fromisoformat(written), at, now)
        told = datetime.fromisoformat(written)
        return told if told.tzinfo is not None else told.replace(tzinfo=VIETNAM)
    except ValueError:
        faults.append((column, "time_unreadable"))
        return None


def _day(on: date, at: time, now: datetime) -> datetime:
    taken = datetime.combine(on, at, VIETNAM)
    return min(taken, now.astimezone(VIETNAM)) if now.astimezone(VIETNAM).date() == on else taken


def _text(content: bytes) -> list[list[Line]]:
    if len(content) > workbook.MOST_BYTES:
        raise UnreadableFileError("file_too_large", most=workbook.MOST_BYTES // 1_000_000)
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError("file_not_excel") from error
    if "\0" in written:
        raise UnreadableFileError("file_not_excel")
    head = written[:4_000]
    mark = max(",;\t", key=head.count)
    lines: list[Line] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(written), delimiter=mark), 1):
            if number > workbook.MOST_LINES or len(lines) > workbook.MOST_ROWS + MOST_BEFORE + 1:
                raise UnreadableFileError("file_too_many_rows", most=workbook.MOST_ROWS)
            if any(cell.strip() for cell in row):
                lines.append(Line("", number, tuple(row[: workbook.MOST_COLUMNS])))
    except csv.Error as error:
        raise UnreadableFileError("file_not_excel") from error
    return [lines]


def _heads(
    lines: Sequence[Line], names: Mapping[str, str], enough: Callable[[Set[str]], bool]
) -> tuple[int, dict[str, int]] | None:
    """(line of the headings, place of each column)."""
    for index, line in enumerate(lines[:MOST_BEFORE]):
        places: dict[str, int] = {}
        for place, cell in enumerate(line.cells):
            column = names.get(folded(cells.text(cell)))
            if column is not None:
                places.setdefault(column, place)
        if enough(places.keys()):
            return index, places
    return None


def _row(line: Line, places: Mapping[str, int]) -> Row:
    raw = {column: line.cells[place] if place < len(line.cells) else None for column, place in places.items()}
    typed = {column: cells.text(cell) for column, cell in raw.items()}
    faults: Faults = []
    for column, value in typed.items():
        if len(value) > cells.LONGEST:
            faults.append((column, "too_long"))
        elif value[:1] in ("=", "@"):
            faults.append((column, "formula"))
    return Row(line.sheet, line.number, raw, typed, faults)
