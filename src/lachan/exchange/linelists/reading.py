"""What stands in a list of another system: which column is which, and the command each row becomes; pure.

A list of **cases** becomes ``case.report``, and ``case.classify`` where it says probable or confirmed; a list of
**contacts** becomes ``contact.add``; one of **groups**, a row a member, becomes ``group.record`` and ``group.join``.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from lachan.exchange.files import reading as files
from lachan.exchange.files.reading import Faults, Row
from lachan.exchange.linelists import groups
from lachan.exchange.linelists.words import coded
from lachan.exchange.tables import cells
from lachan.immunization.rules.facts import VIETNAM

What = Literal["cases", "contacts", "groups"]
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
    "groups": {
        "kind": ("Loại nhóm", "Kind of group"),
        "group": ("Tên hoặc mã nhóm", "Name or code of the group"),
        "place": ("Mã xã của nhóm", "Commune code of the group"),
        "from": ("Từ lúc", "From"),
        "to": ("Đến lúc", "Until"),
        "row": ("Hàng ghế", "Row of the seat"),
        **_PERSON,
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
    "kind": ("loai", "hinh thuc", "kind", "group kind"),
    "group": (
        "nhom",
        "ten nhom",
        "ma nhom",
        "ten lop",
        "bien so",
        "so hieu chuyen",
        "group",
        "group name",
        "group code",
    ),
    "place": ("ma xa nhom", "ma xa noi den", "group commune"),
    "from": ("tu", "tu ngay", "gio khoi hanh", "khoi hanh", "thoi diem di", "departure", "start"),
    "to": ("den", "den ngay", "gio den", "thoi diem den", "arrival", "to", "end"),
    "row": ("ghe", "so ghe", "hang", "seat", "row", "seat row"),
}
_NEEDED: Final[dict[What, set[str]]] = {"cases": set(), "contacts": {"case"}, "groups": {"kind", "group"}}


class Read(NamedTuple):
    """A row: where it stands, the body of its command, a class its case is given by the list, or what is wrong.

    ``group``: the body of the command that records the group of this member.
    """

    sheet: str
    line: int
    body: dict[str, Any]
    classification: str
    faults: Faults
    group: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """Whom the row is about, as written."""
        return str(self.body.get("person", {}).get("card", {}).get("name", ""))


def read(content: bytes, what: What, *, commune: str, now: datetime) -> list[Read]:
    """Every row below the headings; raises ``UnreadableFileError`` for a file that cannot be worked with.

    ``commune``: code of where people live who have none in the file; empty when the sender has several.
    """

    def enough(columns: Set[str]) -> bool:
        return bool({"name", "id"} & columns) and columns >= _NEEDED[what]

    return [_read(row, what, commune, now) for row in files.rows(content, HEADINGS[what], _ALSO, enough)]


def _read(row: Row, what: What, commune: str, now: datetime) -> Read:
    person = _person(row, commune, now.astimezone(VIETNAM).date())
    classification, group = "", None
    if what == "cases":
        body, classification = _case(row, now)
    elif what == "contacts":
        body = _contact(row, now)
    else:
        body, group = groups.membership(row, commune, now)
    body |= {"person": person} if person else {}
    return Read(row.sheet, row.line, body, classification, row.faults, group)


def _person(row: Row, commune: str, today: date) -> dict[str, Any]:
    """By card data where name and birth date are given, else by the number alone."""
    raw, typed, faults = row.raw, row.typed, row.faults
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
        home = groups.five(typed.get("commune", "")) or commune
        return {"card": card | ({"commune_code": home} if home else {})}
    if number.value and not number.fault:
        return {"identifier": {"system": number.system, "value": number.value}}
    faults.append(("name", "nobody_named"))
    return {}


def _case(row: Row, now: datetime) -> tuple[dict[str, Any], str]:
    typed, faults = row.typed, row.faults
    body: dict[str, Any] = {"disease": coded("disease", typed, faults)}
    classification = coded("class", typed, faults)
    body["link"] = coded("link", typed, faults)
    onset = files.moment(row.raw.get("onset"), faults, "onset", now=now)
    if onset is not None:
        body |= {"onset_on": onset.date().isoformat(), "symptomatic": "yes"}
    if typed.get("number"):
        body["note"] = typed["number"][:200]
    return body, classification if classification != "suspected" else ""


def _contact(row: Row, now: datetime) -> dict[str, Any]:
    """``other`` and ``disease`` are those of the case whose number stands in the row; looked up when it is staged."""
    typed, faults = row.typed, row.faults
    body: dict[str, Any] = {"case": typed.get("case", "").strip().upper()[:20]}
    if not body["case"]:
        faults.append(("case", "no_case"))
    body["relation"] = coded("relation", typed, faults)
    last = files.moment(row.raw.get("last"), faults, "last", now=now)
    first = files.moment(row.raw.get("first"), faults, "first", now=now) or last
    if first is None:
        faults.append(("last", "no_time"))
    else:
        body |= {"first_at": first.isoformat(), "last_at": max(first, last or first).isoformat()}
    if typed.get("minutes"):
        if typed["minutes"].isdecimal() and int(typed["minutes"]) <= 100_000:
            body["minutes"] = int(typed["minutes"])
        else:
            faults.append(("minutes", "minutes_unreadable"))
    if typed.get("note"):
        body["note"] = typed["note"][:2_000]
    return body
