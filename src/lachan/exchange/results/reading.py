"""What stands in a file of results: which column is which, and the command each row becomes; pure.

Excel goes through ``tables.workbook`` with its limits; a text file is taken as UTF-8 with commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

from lachan.exchange.tables import cells, workbook
from lachan.exchange.tables.workbook import Line, UnreadableFileError
from lachan.immunization.rules.facts import VIETNAM
from lachan.people import identifiers
from lachan.people.names import search_form
from lachan.surveillance.laboratory.methods import catalogue
from lachan.surveillance.laboratory.rules import REASONS, code_of

# column -> heading as we write it (Vietnamese, English), and other headings laboratories use
HEADINGS: Final[dict[str, tuple[str, str]]] = {
    "sample": ("Mã mẫu", "Sample code"),
    "name": ("Họ và tên", "Full name"),
    "born": ("Ngày sinh", "Date of birth"),
    "sex": ("Giới tính", "Sex"),
    "id": ("Số định danh", "Citizen number"),
    "taken": ("Thời điểm lấy mẫu", "Taken at"),
    "disease": ("Bệnh", "Disease"),
    "method": ("Phương pháp", "Method"),
    "device": ("Sinh phẩm", "Product"),
    "outcome": ("Kết quả", "Outcome"),
    "ct": ("Ct", "Ct value"),
    "resulted": ("Thời điểm có kết quả", "Result at"),
    "reason": ("Lý do", "Reason"),
}
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "sample": ("ma so mau", "barcode", "sid", "ma ong", "ma benh pham", "sample"),
    "name": ("ho ten", "ten", "name"),
    "born": ("nam sinh", "ngay thang nam sinh", "birth date", "dob"),
    "sex": ("gioi", "gender"),
    "id": ("cccd", "so cccd", "can cuoc", "so can cuoc", "citizen id"),
    "taken": ("ngay lay mau", "ngay gio lay mau", "thoi gian lay mau"),
    "disease": ("tac nhan", "benh/tac nhan"),
    "method": ("phuong phap xet nghiem", "ky thuat"),
    "device": ("kit", "test kit", "ten sinh pham"),
    "outcome": ("ket qua xet nghiem", "kq", "result"),
    "ct": ("gia tri ct",),
    "resulted": ("ngay tra ket qua", "ngay co ket qua", "thoi gian tra ket qua"),
    "reason": ("ly do xet nghiem", "doi tuong"),
}
MOST_BEFORE: Final = 15  # lines a title may take above the headings
_OUTCOMES: Final = {
    "duong tinh": "positive", "duong": "positive", "positive": "positive", "+": "positive", "(+)": "positive",
    "am tinh": "negative", "am": "negative", "negative": "negative", "-": "negative", "(-)": "negative",
    "khong xac dinh": "indeterminate", "nghi ngo": "indeterminate", "indeterminate": "indeterminate",
    "khong hop le": "invalid", "mau hong": "invalid", "invalid": "invalid",
}  # fmt: skip
_METHODS: Final = {
    "rt-pcr": "pcr", "realtime pcr": "pcr", "real-time pcr": "pcr", "khang nguyen": "antigen", "test nhanh": "antigen",
    "ns1": "antigen", "khang the igm": "igm", "khang the igg": "igg", "elisa igm": "igm", "elisa igg": "igg",
}  # fmt: skip
_DISEASES: Final = {"covid": "covid-19", "sars-cov-2": "covid-19", "sot xuat huyet": "dengue"}
_MOMENT: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::\d{2})?)?")


class Read(NamedTuple):
    """A row: where it stands, the body of its command and when it happened, or the codes of what is wrong with it."""

    sheet: str
    line: int
    body: dict[str, Any]
    happened_at: str
    faults: list[tuple[str, str]]  # (column, code)


def read(content: bytes, *, facility: str, now: datetime) -> list[Read]:
    """Every row below the headings; raises :class:`UnreadableFileError` for a file that cannot be worked with."""
    found: list[Read] = []
    headed = False
    for lines in workbook.read(content) if content.startswith(b"PK") else _text(content):
        heads = _heads(lines)
        if heads is None:
            continue
        headed = True
        first, places = heads
        found += [_row(line, places, facility, now) for line in lines[first + 1 :]]
    if not headed:
        raise UnreadableFileError("file_no_heads")
    if not found:
        raise UnreadableFileError("file_empty")
    if len(found) > workbook.MOST_ROWS:
        raise UnreadableFileError("file_too_many_rows", most=workbook.MOST_ROWS)
    return found


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


def _folded(heading: object) -> str:
    return " ".join(re.sub(r"\(.*?\)|[*:.]", " ", search_form(cells.text(heading))).split())


_NAMES: Final = {_folded(said): column for column in HEADINGS for said in (*HEADINGS[column], *_ALSO[column])}


def _heads(lines: Sequence[Line]) -> tuple[int, dict[str, int]] | None:
    """(line of the headings, place of each column): the first line that names the outcome and whose it is."""
    for index, line in enumerate(lines[:MOST_BEFORE]):
        places: dict[str, int] = {}
        for place, cell in enumerate(line.cells):
            column = _NAMES.get(_folded(cell))
            if column is not None:
                places.setdefault(column, place)
        if "outcome" in places and ({"sample", "id", "name"} & places.keys()):
            return index, places
    return None


def _row(line: Line, places: dict[str, int], facility: str, now: datetime) -> Read:
    raw = {column: line.cells[place] if place < len(line.cells) else None for column, place in places.items()}
    typed = {column: cells.text(cell) for column, cell in raw.items()}
    faults: list[tuple[str, str]] = []
    for column, value in typed.items():
        if len(value) > cells.LONGEST:
            faults.append((column, "too_long"))
        elif value.startswith("=") or (value[:1] in ("@", "\t", "\r")):
            faults.append((column, "formula"))
    body: dict[str, Any] = {"facility": facility}
    body |= _coded(typed, faults) | _whose(raw, typed, faults)
    taken = _moment(raw.get("taken"), faults, "taken")
    if taken:
        body["taken_at"] = taken
    resulted = _moment(raw.get("resulted"), faults, "resulted") or now.astimezone(VIETNAM).isoformat()
    return Read(line.sheet, line.number, body, resulted, faults)


def _coded(typed: dict[str, str], faults: list[tuple[str, str]]) -> dict[str, Any]:
    """Disease, method, product, outcome and Ct by their codes."""
    known = catalogue()
    body: dict[str, Any] = {}
    disease = _code(typed.get("disease", ""), known.diseases, _DISEASES) or ("" if typed.get("disease") else "covid-19")
    method = _code(typed.get("method", ""), known.methods, _METHODS) or ("" if typed.get("method") else "pcr")
    written = search_form(typed.get("outcome", "")) or typed.get("outcome", "").strip()
    outcome = _OUTCOMES.get(written, "")
    for column, value in (("disease", disease), ("method", method), ("outcome", outcome)):
        body[column] = value
        if not value:
            faults.append((column, f"{column}_unreadable"))
    if typed.get("device"):
        body["device"] = typed["device"][:120]
    reason = search_form(typed.get("reason", ""))
    if reason in REASONS:
        body["reason"] = reason
    if typed.get("ct"):
        try:
            body["ct"] = float(typed["ct"].replace(",", "."))
        except ValueError:
            faults.append(("ct", "ct_unreadable"))
    return body


def _whose(raw: dict[str, Any], typed: dict[str, str], faults: list[tuple[str, str]]) -> dict[str, Any]:
    """The tube's code, and the person by number or card data where they are given."""
    body: dict[str, Any] = {}
    if typed.get("sample"):
        code = code_of(typed["sample"])
        if code is None:
            faults.append(("sample", "sample_code_unreadable"))
        else:
            body["sample"] = code
    number, born = typed.get("id", ""), _day(raw.get("born"))
    checked = identifiers.check("citizen_id", number) if number else None
    if checked is not None and not checked.ok:
        faults.append(("id", "number_unreadable"))
    if typed.get("name") and born:
        sex = cells.sex(raw.get("sex")).value or "U"
        card = {"name": typed["name"][:200], "birth_date": born, "sex": sex}
        body["person"] = {"card": card | ({"citizen_id": checked.normal} if checked and checked.ok else {})}
    elif checked is not None and checked.ok:
        body["person"] = {"identifier": {"system": "citizen_id", "value": checked.normal}}
    if "sample" not in body and "person" not in body:
        faults.append(("sample", "nobody_named"))
    return body


def _code(written: str, known: dict[str, Any], also: dict[str, str]) -> str:
    """The code of a word in either language."""
    wanted = search_form(written)
    if wanted in also:
        return also[wanted]
    return next((code for code, one in known.items() if wanted in (code, search_form(one.vi), search_form(one.en))), "")


def _day(cell: object) -> str:
    """A birth date as the commands take it: YYYY or YYYY-MM-DD; empty when it cannot be read."""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    written = cells.text(cell)
    if re.fullmatch(r"(19|20)\d{2}", written):
        return written
    found = _MOMENT.fullmatch(written)
    if found is None:
        return written if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written) else ""
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return ""


def _moment(cell: object, faults: list[tuple[str, str]], column: str) -> str:
    """A moment in Vietnam's time; a day without an hour is taken at noon."""
    if cell is None or cells.text(cell) == "":
        return ""
    try:
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=VIETNAM).isoformat()
        if isinstance(cell, date):
            return datetime.combine(cell, time(12), VIETNAM).isoformat()
        written = str(cell).strip()
        found = _MOMENT.fullmatch(written)
        if found is not None:
            hour, minute = (int(found[4]), int(found[5])) if found[4] else (12, 0)
            return datetime(int(found[3]), int(found[2]), int(found[1]), hour, minute, tzinfo=VIETNAM).isoformat()
        at = datetime.fromisoformat(written)
        return (at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)).isoformat()
    except ValueError:
        faults.append((column, "time_unreadable"))
        return ""
