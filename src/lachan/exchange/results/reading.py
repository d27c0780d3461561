"""What stands in a file of results: which column is which, and the command each row becomes; pure."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any, Final, NamedTuple

from lachan.exchange.files.reading import Faults, Row, moment, rows
from lachan.exchange.tables import cells
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


class Read(NamedTuple):
    """A row: where it stands, the body of its command and when it happened, or the codes of what is wrong with it."""

    sheet: str
    line: int
    body: dict[str, Any]
    happened_at: str
    faults: Faults


def read(content: bytes, *, facility: str, now: datetime) -> list[Read]:
    """Every row below the headings; raises ``UnreadableFileError`` for a file that cannot be worked with."""
    return [_read(row, facility, now) for row in rows(content, HEADINGS, _ALSO, _enough)]


def _enough(columns: Set[str]) -> bool:
    """The outcome is named, and whose it is."""
    return "outcome" in columns and bool({"sample", "id", "name"} & columns)


def _read(row: Row, facility: str, now: datetime) -> Read:
    body: dict[str, Any] = {"facility": facility}
    body |= _coded(row.typed, row.faults) | _whose(row, now)
    taken = moment(row.raw.get("taken"), row.faults, "taken", now=now)
    if taken is not None:
        body["taken_at"] = taken.isoformat()
    resulted = moment(row.raw.get("resulted"), row.faults, "resulted", now=now) or now.astimezone(VIETNAM)
    return Read(row.sheet, row.line, body, resulted.isoformat(), row.faults)


def _coded(typed: dict[str, str], faults: Faults) -> dict[str, Any]:
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


def _whose(row: Row, now: datetime) -> dict[str, Any]:
    """The tube's code, and the person by number or card data where they are given."""
    body: dict[str, Any] = {}
    typed, faults = row.typed, row.faults
    if typed.get("sample"):
        code = code_of(typed["sample"])
        if code is None:
            faults.append(("sample", "sample_code_unreadable"))
        else:
            body["sample"] = code
    number, born = typed.get("id", ""), cells.birth(row.raw.get("born"), now.astimezone(VIETNAM).date()).value
    checked = identifiers.check("citizen_id", number) if number else None
    if checked is not None and not checked.ok:
        faults.append(("id", "number_unreadable"))
    if typed.get("name") and born:
        sex = cells.sex(row.raw.get("sex")).value or "U"
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
