"""A CSV file to rows of cells. Pure: no Django, no database.

Comma, semicolon or tab; UTF-8 (with or without a mark) or the UTF-16 some spreadsheets write. The first line names the
columns, in English or Vietnamese, in any order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from lachan.kernel.text import fold

MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 4 * 1024 * 1024
LONGEST_CELL: Final = 300

# column -> (must be there, names it may have in a file, without accents)
COLUMNS: Final[Mapping[str, Mapping[str, tuple[bool, tuple[str, ...]]]]] = {
    "users": {
        "username": (True, ("ten dang nhap", "tai khoan")),
        "name": (False, ("ho ten", "ho va ten")),
        "language": (False, ("ngon ngu",)),
        "email": (False, ("thu dien tu",)),
        "role": (False, ("vai tro",)),
        "place": (False, ("noi", "ma noi", "ma co so", "ma dia ban")),
        "from": (False, ("tu ngay",)),
        "to": (False, ("den ngay",)),
    },
    "facilities": {
        "code": (True, ("ma", "ma co so")),
        "name": (False, ("ten", "ten co so")),
        "kind": (False, ("loai",)),
        "commune": (False, ("ma xa", "xa")),
        "opened": (False, ("ngay mo",)),
        "closed": (False, ("ngay dong",)),
    },
    "keys": {
        "label": (True, ("ten", "ten khoa")),
        "kind": (True, ("loai",)),
        "place": (True, ("noi", "ma noi", "ma co so")),
        "days": (False, ("so ngay",)),
    },
}


class UnreadableFile(ValueError):
    """The file as a whole cannot be read. ``reason``: a code of ``messages``; ``params`` fill its sentence."""

    def __init__(self, reason: str, **params: str) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is the line as a spreadsheet counts it, the first line being the names of the columns."""

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)


def read(kind: str, content: bytes) -> list[Row]:
    """Rows with something in them, cells trimmed. Raises :class:`UnreadableFile`: file_too_large, file_not_text,
    file_empty, column_unknown, column_missing, column_twice, too_many_rows, cell_too_long."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile("file_too_large")
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        columns = _columns(kind, next(lines, []))
        rows: list[Row] = []
        for number, line in enumerate(lines, start=2):
            cells = {name: cell.strip() for name, cell in zip(columns, line, strict=False) if cell.strip()}
            if not cells:
                continue
            if len(rows) >= MOST_ROWS:
                raise UnreadableFile("too_many_rows", most=f"{MOST_ROWS:,}")
            for name, cell in cells.items():
                if len(cell) > LONGEST_CELL:
                    raise UnreadableFile("cell_too_long", row=str(number), column=name)
            rows.append(Row(number, cells))
    except csv.Error:
        raise UnreadableFile("file_not_text") from None
    if not rows:
        raise UnreadableFile("file_empty")
    return rows


def _decoded(content: bytes) -> str:
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("file_not_text") from None
    if "\x00" in text:
        raise UnreadableFile("file_not_text")
    return text


def _columns(kind: str, header: list[str]) -> list[str]:
    known = COLUMNS[kind]
    names = {fold(also): name for name, (_, others) in known.items() for also in (name, *others)}
    found: list[str] = []
    for cell in header:
        name = names.get(fold(cell))
        if name is None:
            if not cell.strip():
                continue
            raise UnreadableFile("column_unknown", column=cell.strip()[:40], known=", ".join(known))
        if name in found:
            raise UnreadableFile("column_twice", column=cell.strip())
        found.append(name)
    for name, (must, _) in known.items():
        if must and name not in found:
            raise UnreadableFile("column_missing", column=name)
    return found


def day(text: str) -> date | None:
    """2021-10-16 or 16/10/2021; None for anything else."""
    try:
        if "/" in text:
            day_, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day_)
        return date.fromisoformat(text)
    except ValueError:
        return None


def written(header: list[str], lines: list[list[str]]) -> str:
    """A CSV text that spreadsheets open as text: with a mark of UTF-8, and no cell that begins like a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in line] for line in lines)
    return out.getvalue()


def _plain(cell: str) -> str:
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
