"""Which column is which: by the heading as we write it, as people rename it, and by a heading close to either; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from lachan.exchange.tables import cells
from lachan.people.matching.spelling import slips_apart
from lachan.people.names import search_form

# column -> heading as we write it (Vietnamese, English), and other headings people use for it
HEADINGS: Final[dict[str, tuple[str, str]]] = {
    "number": ("STT", "No."),
    "name": ("Họ và tên", "Full name"),
    "born": ("Ngày sinh", "Date of birth"),
    "sex": ("Giới tính", "Sex"),
    "id": ("Số định danh", "Citizen number"),
    "phone": ("Số điện thoại", "Telephone"),
    "address": ("Địa chỉ", "Address"),
    "problem": ("Lỗi", "What is wrong"),
    "proposal": ("Đề nghị", "Proposal"),
    "result": ("Kết quả", "Result"),
    "note": ("Ghi chú", "Note"),
    "key": ("Mã dòng (không sửa)", "Row key (leave as is)"),
}
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "number": ("so tt", "tt"),
    "name": ("ho ten", "ten", "ho va ten nguoi dan", "ho ten day du", "name"),
    "born": ("nam sinh", "ngay thang nam sinh", "ngay, thang, nam sinh", "sinh ngay", "birth date", "dob"),
    "sex": ("gioi", "nam/nu", "phai", "gender"),
    "id": ("cccd", "so cccd", "cmnd", "so cmnd/cccd", "cccd/cmnd", "so cccd/cmnd", "can cuoc", "so can cuoc",
           "ma dinh danh", "so dinh danh ca nhan", "so can cuoc cong dan", "id", "citizen id"),
    "phone": ("sdt", "dien thoai", "so dt", "phone"),
    "address": ("dia chi thuong tru", "noi o", "noi cu tru", "thon/xa"),
    "problem": ("noi dung loi", "loai loi"),
    "proposal": ("de xuat",),
    "result": ("ket qua xac minh", "ket qua doi chieu"),
    "note": ("ghi chu khac", "notes"),
    "key": ("ma dong", "row key", "key"),
}  # fmt: skip
WANTED: Final = frozenset({"name", "born", "id", "key"})
MOST_BEFORE: Final = 15  # lines a title may take above the headings


class Heads(NamedTuple):
    """The line of the headings (from 0) and, for each column known, its place; ``unknown``: headings left aside."""

    line: int
    places: dict[str, int]
    unknown: tuple[str, ...]


def find(lines: Sequence[Sequence[object]]) -> Heads | None:
    """The line of the first few that names most columns, at least two of them ones we work with."""
    best: Heads | None = None
    for index, line in enumerate(lines[:MOST_BEFORE]):
        heads = _read(index, [cells.text(cell) for cell in line])
        if len(WANTED & heads.places.keys()) >= 2 and (best is None or len(heads.places) > len(best.places)):
            best = heads
    return best


def _read(index: int, headings: Sequence[str]) -> Heads:
    places: dict[str, int] = {}
    unknown = []
    exact = [(place, _known(folded(heading))) for place, heading in enumerate(headings) if heading]
    for place, column in exact:
        if column and column not in places:
            places[column] = place
    for place, column in exact:
        if column:
            continue
        close = _close(folded(headings[place]), places)
        if close:
            places[close] = place
        else:
            unknown.append(headings[place][:60])
    return Heads(index, places, tuple(unknown))


def folded(heading: str) -> str:
    return " ".join(re.sub(r"\(.*?\)|[*:.]", " ", search_form(heading)).split())


_NAMES: Final[dict[str, str]] = {
    folded(said): column for column in HEADINGS for said in (*HEADINGS[column], *_ALSO.get(column, ()))
}


def _known(heading: str) -> str:
    return _NAMES.get(heading, "")


def _close(heading: str, taken: dict[str, int]) -> str:
    """One heading away by two letters or fewer, or one that begins with a heading of ours ("Họ và tên (viết hoa)")."""
    if len(heading) < 4:
        return ""
    found = {
        column
        for said, column in _NAMES.items()
        if column not in taken
        and len(said) >= 4
        and (slips_apart(heading, said, 1 if len(said) < 8 else 2) or heading.startswith(f"{said} "))
    }
    return found.pop() if len(found) == 1 else ""
