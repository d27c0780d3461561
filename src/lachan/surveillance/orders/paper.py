"""Orders on paper: facts in, one PDF out, each order on a page of its own (and one in English where it is wished).

Head, number, place and date, and the list of recipients lie as Decree 30/2020/NĐ-CP lays administrative documents out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from lachan.kernel.paper import MOST_SHEETS, plain, typeset
from lachan.kernel.words import Words
from lachan.surveillance.orders.basis import Text, by_id

TEMPLATES: Final = Path(str(files("lachan.surveillance.orders") / "templates"))
Language = Literal["vi", "both"]
WHERE: Final = {
    "home": Words("tại nhà, nơi lưu trú", "at home or where the person stays"),
    "facility": Words("tại cơ sở cách ly tập trung", "at a quarantine facility"),
    "hospital": Words("tại cơ sở y tế", "at a hospital or health facility"),
}
DISEASE: Final = {
    "covid-19": Words("COVID-19", "COVID-19"),
    "measles": Words("sởi", "measles"),
    "dengue": Words("sốt xuất huyết Dengue", "dengue"),
}


class PrintedOrder(NamedTuple):
    """One order as it goes on paper. ``commune``: full name, of the committee that issues it; ``number`` masked."""

    order_number: int
    commune: str
    commune_name: str
    signed_on: date
    kind: str
    legal: str
    disease: str
    person: str
    birth: str
    identifier: str
    residence: str
    place_kind: str
    place: str
    starts_on: date
    ends_on: date | None
    specimen: bool = False


def draw(orders: Sequence[PrintedOrder], *, language: Language = "vi") -> bytes:
    """One PDF of 1 to 250 orders in their order; ValueError for more, or none."""
    sheets = [_sheet(order, tongue) for order in orders for tongue in (("vi", "en") if language == "both" else ("vi",))]
    if language == "both" and len(sheets) > MOST_SHEETS:
        raise ValueError(f"a PDF holds {MOST_SHEETS // 2} orders in two languages, not {len(orders)}")
    return typeset(TEMPLATES, "order", sheets, inputs={})


def _sheet(order: PrintedOrder, tongue: str) -> dict[str, Any]:
    basis = by_id(order.legal)
    text = basis.kinds[order.kind]
    where = WHERE[order.place_kind].into(tongue)
    vi = tongue == "vi"
    return {
        "tongue": tongue,
        "committee": plain(order.commune, 80).upper(),
        "number": f"{order.order_number}/{text.mark}-UBND",
        "signed": _signed(order, vi),
        "decision": text.decision,
        "title": text.title.into(tongue),
        "basis": [f"{line.into(tongue)};" for line in basis.basis],
        "proposal": basis.proposal.into(tongue),
        "does": text.does.into(tongue).replace("{where}", where),
        "facts": _facts(order, text, vi),
        "duty": text.duty.into(tongue),
        "specimen": order.specimen,
    }


def _signed(order: PrintedOrder, vi: bool) -> str:
    day, name = order.signed_on, plain(order.commune_name, 60)
    if vi:
        month = f"{day.month:02}" if day.month < 3 else str(day.month)  # as the decree writes them
        return f"{name}, ngày {day:%d} tháng {month} năm {day.year}"
    return f"{name}, {day:%d/%m/%Y}"


def _facts(order: PrintedOrder, text: Text, vi: bool) -> list[list[str]]:
    def row(name: Words, value: str) -> list[str]:
        return [name.into("vi" if vi else "en"), value]

    until = (
        f"{order.ends_on:%d/%m/%Y}"
        if order.ends_on is not None
        else ("khi có quyết định khác" if vi else "further notice")
    )
    span = (
        f"từ ngày {order.starts_on:%d/%m/%Y} đến hết ngày {until}" if vi and order.ends_on is not None
        else f"từ ngày {order.starts_on:%d/%m/%Y} đến {until}" if vi
        else f"from {order.starts_on:%d/%m/%Y} until {until}"
    )  # fmt: skip
    if order.kind in ("release", "discharge"):
        span = f"từ ngày {order.starts_on:%d/%m/%Y}" if vi else f"from {order.starts_on:%d/%m/%Y} on"
    rows = [
        row(Words("Họ và tên", "Name"), plain(order.person, 120)),
        row(Words("Ngày sinh", "Date of birth"), plain(order.birth, 12)),
        row(Words("Giấy tờ số", "Document number"), plain(order.identifier, 30)),
        row(Words("Nơi cư trú", "Residence"), plain(order.residence, 160)),
        row(Words("Bệnh", "Disease"), DISEASE[order.disease].into("vi" if vi else "en")),
        row(Words("Địa điểm", "Place"), plain(order.place, 300)),
        row(Words("Thời gian", "Time"), span),
    ]
    return [one for one in rows if one[1]]
