"""What stands in a line list of another system: which column is which, and the command each row becomes; pure.

A list of **cases** becomes ``case.report``, and ``case.classify`` where it says probable or confirmed; a list of
**contacts** becomes ``contact.add``. Files are read as results are: Excel within limits, text with a separator.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from lachan.exchange.results import reading as tables
from lachan.exchange.tables import cells, workbook
from lachan.exchange.tables.workbook import Line, UnreadableFileError
from lachan.people.names import search_form

What = Literal["cases", "contacts"]
# column -> heading as we write it (Vietnamese, English), and other headings lists come with
_PERSON: Final = {
    "name": ("Họ và tên", "Full name"),
    "born": ("Ngày sinh", "Date of birth"),
    "sex": ("Giới tính", "Sex"),
    "id": ("Số định danh", "Citizen number"),
    "phone": ("Điện thoại", "Telephone"),
    "commune": ("Mã xã nơi ở", "Commune code"),
}
HEADINGS: Final[dict[What, dict[str, tuple[str, str]]]] = {
    "cases": {
        **_PERSON,
        "disease": ("Bệnh", "Disease"),
        "class": ("Phân loại ca", "Class"),
        "onset": ("Ngày khởi phát", "Day of onset"),
        "link": ("Liên hệ dịch tễ", "Link"),
        "number": ("Mã ca nơi gửi", "Number there"),
    },
    "contacts": {
        **_PERSON,
        "case": ("Mã ca bệnh", "Case number"),
        "relation": ("Quan hệ", "Relation"),
        "first": ("Tiếp xúc đầu", "First contact"),
        "last": ("Tiếp xúc cuối", "Last contact"),
        "minutes": ("Số phút", "Minutes"),
        "note": ("Ghi chú", "Note"),
    },
}
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "name": ("ho ten", "ten", "name"),
    "born": ("nam sinh", "ngay thang nam sinh", "birth date", "dob"),
    "sex": ("gioi", "gender"),
    "id": ("cccd", "so cccd", "can cuoc", "so can cuoc", "citizen id"),
    "phone": ("so dien thoai", "sdt", "phone"),
    "commune": ("ma xa", "ma phuong", "ma xa/phuong", "commune"),
    "disease": ("ten benh",),
    "class": ("phan loai", "classification"),
    "onset": ("khoi phat", "onset", "onset date"),
    "link": ("dich te",),
    "number": ("ma ca", "case id"),
    "case": ("ma f0", "ma benh nhan", "case code"),
    "relation": ("moi quan he", "hinh thuc tiep xuc"),
    "first": ("ngay tiep xuc dau", "first exposure", "tu"),
    "last": ("ngay tiep xuc cuoi", "ngay tiep xuc", "last exposure", "den"),
    "minutes": ("thoi luong", "phut", "duration"),
    "note": ("chu thich",),
}
_CLASSES: Final = {
    "": "suspected", "nghi ngo": "suspected", "ca nghi ngo": "suspected", "suspected": "suspected",
    "co the": "probable", "ca co the": "probable", "probable": "probable", "ca lam sang": "probable",
    "xac dinh": "confirmed", "ca xac dinh": "confirmed", "confirmed": "confirmed", "f0": "confirmed",
}  # fmt: skip
_RELATIONS: Final = {
    "gia dinh": "household", "ho gia dinh": "household", "cung nha": "household", "household": "household",
    "dong nghiep": "work", "noi lam viec": "work", "work": "work", "lop hoc": "class", "cung lop": "class",
    "class": "class",
    "phuong tien": "transport", "cung xe": "transport", "cung chuyen bay": "transport", "transport": "transport",
    "cham soc": "care", "nhan vien y te": "care", "care": "care", "khac": "other", "other": "other", "": "other",
}  # fmt: skip
_LINKS: Final = {
    "": "", "khong": "", "khong ro": "", "none": "", "tiep xuc": "contact", "tiep xuc gan": "contact",
    "contact": "contact",
    "yeu to dich te": "factor", "factor": "factor",
}  # fmt: skip
_DISEASES: Final = {
    "": "covid-19", "covid": "covid-19", "covid-19": "covid-19", "sars-cov-2": "covid-19", "soi": "measles",
    "benh soi": "measles", "measles": "measles", "sot xuat huyet": "dengue", "sot xuat huyet dengue": "dengue",
    "dengue": "dengue",
}  # fmt: skip


class Read(NamedTuple):
    """A row: where it stands, the body of its command, a class its case is given by the list, or what is wrong."""

    sheet: str
    line: int
    body: dict[str, Any]
    classification: str
    faults: list[tuple[str, str]]  # (column, code)

    @property
    def name(self) -> str:
        """Whom the row is about, as written."""
        return str(self.body.get("person", {}).get("card", {}).get("name", ""))


def read(content: bytes, what: What, *, commune: str, today: date) -> list[Read]:
    """Every row below the headings; raises :class:`UnreadableFileError` for a file that cannot be worked with.

    ``commune``: code of where people live who have none in the file; empty when the sender has several.
    """
    found: list[Read] = []
    headed = False
    for lines in workbook.read(content) if content.startswith(b"PK") else tables._text(content):
        heads = _heads(lines, what)
        if heads is None:
            continue
        headed = True
        first, places = heads
        found += [_row(line, places, what, commune, today) for line in lines[first + 1 :]]
    if not headed:
        raise UnreadableFileError("file_no_heads")
    if not found:
        raise UnreadableFileError("file_empty")
    if len(found) > workbook.MOST_ROWS:
        raise UnreadableFileError("file_too_many_rows", most=workbook.MOST_ROWS)
    return found


def _heads(lines: Sequence[Line], what: What) -> tuple[int, dict[str, int]] | None:
    """(line of the headings, place of each column): the first line that names people and what makes it this list."""
    names = {tables._folded(said): key for key, both in HEADINGS[what].items() for said in (*both, *_ALSO[key])}
    for index, line in enumerate(lines[: tables.MOST_BEFORE]):
        found: dict[str, int] = {}
        for place, cell in enumerate(line.cells):
            key = names.get(tables._folded(cell))
            if key is not None:
                found.setdefault(key, place)
        if {"name", "id"} & found.keys() and (what == "cases" or "case" in found):
            return index, found
    return None


def _row(line: Line, places: dict[str, int], what: What, commune: str, today: date) -> Read:
    raw = {key: line.cells[place] if place < len(line.cells) else None for key, place in places.items()}
    typed = {key: cells.text(cell) for key, cell in raw.items()}
    faults = [(key, "too_long") for key, value in typed.items() if len(value) > cells.LONGEST]
    faults += [(key, "formula") for key, value in typed.items() if value[:1] in ("=", "@", "\t", "\r")]
    person = _person(raw, typed, commune, today, faults)
    if what == "cases":
        body, classification = _case(raw, typed, faults)
    else:
        body, classification = _contact(raw, typed, faults), ""
    return Read(line.sheet, line.number, ({"person": person} if person else {}) | body, classification, faults)


def _person(
    raw: dict[str, Any], typed: dict[str, str], commune: str, today: date, faults: list[tuple[str, str]]
) -> dict[str, Any]:
    """By card data where name and birth date are given, else by the number alone."""
    number, born, name = cells.number(raw.get("id")), cells.birth(raw.get("born"), today), cells.name(raw.get("name"))
    sex = cells.sex(raw.get("sex"))
    for column, code in (("id", number.fault), ("born", born.fault), ("name", name.fault), ("sex", sex.fault)):
        if code:
            faults.append((column, code))
    if name.value and born.value:
        card = {"name": name.value, "birth_date": born.value, "sex": sex.value or "U"}
        if number.value and not number.fault:
            card[number.system] = number.value
        if typed.get("phone"):
            card["phone"] = typed["phone"][:20]
        home = typed.get("commune", "") or commune
        return {"card": card | ({"commune_code": home} if home else {})}
    if number.value and not number.fault:
        return {"identifier": {"system": number.system, "value": number.value}}
    faults.append(("name", "nobody_named"))
    return {}


def _case(raw: dict[str, Any], typed: dict[str, str], faults: list[tuple[str, str]]) -> tuple[dict[str, Any], str]:
    body: dict[str, Any] = {}
    body["disease"] = _coded("disease", typed, _DISEASES, faults)
    classification = _coded("class", typed, _CLASSES, faults)
    body["link"] = _coded("link", typed, _LINKS, faults)
    onset = _moment(raw, "onset", faults)
    if onset:
        body |= {"onset_on": onset[:10], "symptomatic": "yes"}
    if typed.get("number"):
        body["note"] = typed["number"][:200]
    return body, classification if classification != "suspected" else ""


def _contact(raw: dict[str, Any], typed: dict[str, str], faults: list[tuple[str, str]]) -> dict[str, Any]:
    """``other`` and ``disease`` are those of the case whose number stands in the row; looked up when it is staged."""
    body: dict[str, Any] = {"case": typed.get("case", "").strip().upper()[:20]}
    if not body["case"]:
        faults.append(("case", "no_case"))
    body["relation"] = _coded("relation", typed, _RELATIONS, faults)
    last = _moment(raw, "last", faults)
    first = _moment(raw, "first", faults) or last
    if not last:
        last = first
    if not first:
        faults.append(("last", "no_time"))
    body |= {"first_at": first, "last_at": max(first, last)}
    if typed.get("minutes"):
        if typed["minutes"].isdecimal() and int(typed["minutes"]) <= 100_000:
            body["minutes"] = int(typed["minutes"])
        else:
            faults.append(("minutes", "minutes_unreadable"))
    if typed.get("note"):
        body["note"] = typed["note"][:2_000]
    return body


def _coded(column: str, typed: dict[str, str], known: dict[str, str], faults: list[tuple[str, str]]) -> str:
    """The code of a word in either language; ``""`` stands for an empty cell."""
    code = known.get(search_form(typed.get(column, "")))
    if code is None:
        faults.append((column, f"{column}_unknown"))
        return ""
    return code


def _moment(raw: dict[str, Any], column: str, faults: list[tuple[str, str]]) -> str:
    """A moment in Vietnam's time as ISO; a day without an hour is taken at noon."""
    cell = raw.get(column)
    if isinstance(cell, str) and cell.strip().isdecimal():
        faults.append((column, "time_unreadable"))
        return ""
    found = tables._moment(cell, faults, column)
    try:
        return datetime.fromisoformat(found).isoformat() if found else ""
    except ValueError:
        faults.append((column, "time_unreadable"))
        return ""
