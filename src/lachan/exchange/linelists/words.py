"""Words that stand in lists for what has a code, in either language and without accents; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lachan.exchange.files.reading import Faults
from lachan.people.names import search_form

# column -> word as it is compared -> code; a column that may be left empty has a code for it
_WORDS: Final[dict[str, dict[str, str]]] = {
    "class": {
        "": "suspected", "nghi ngo": "suspected", "ca nghi ngo": "suspected", "suspected": "suspected",
        "co the": "probable", "ca co the": "probable", "probable": "probable", "ca lam sang": "probable",
        "xac dinh": "confirmed", "ca xac dinh": "confirmed", "confirmed": "confirmed", "f0": "confirmed",
    },
    "relation": {
        "gia dinh": "household", "ho gia dinh": "household", "cung nha": "household", "household": "household",
        "dong nghiep": "work", "noi lam viec": "work", "work": "work", "lop hoc": "class", "cung lop": "class",
        "class": "class",
        "phuong tien": "transport", "cung xe": "transport", "cung chuyen bay": "transport", "transport": "transport",
        "cham soc": "care", "nhan vien y te": "care", "care": "care", "khac": "other", "other": "other", "": "other",
    },
    "link": {
        "": "", "khong": "", "khong ro": "", "none": "", "tiep xuc": "contact", "tiep xuc gan": "contact",
        "contact": "contact",
        "yeu to dich te": "factor", "factor": "factor",
    },
    "disease": {
        "": "covid-19", "covid": "covid-19", "covid-19": "covid-19", "sars-cov-2": "covid-19", "soi": "measles",
        "benh soi": "measles", "measles": "measles", "sot xuat huyet": "dengue", "sot xuat huyet dengue": "dengue",
        "dengue": "dengue",
    },
    "kind": {
        "ho gia dinh": "household", "gia dinh": "household", "ho": "household", "household": "household",
        "lop hoc": "class", "lop": "class", "class": "class",
        "noi lam viec": "workplace", "co quan": "workplace", "phan xuong": "workplace", "to lam viec": "workplace",
        "cong ty": "workplace", "workplace": "workplace", "work": "workplace",
        "phuong tien": "vehicle", "xe": "vehicle", "xe khach": "vehicle", "chuyen xe": "vehicle", "tau": "vehicle",
        "chuyen bay": "vehicle", "vehicle": "vehicle", "bus": "vehicle", "train": "vehicle", "flight": "vehicle",
    },
}  # fmt: skip

# Words to choose from in a list to fill in, Vietnamese and English.
CHOICES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "class": (("Nghi ngờ", "Có thể", "Xác định"), ("Suspected", "Probable", "Confirmed")),
    "relation": (
        ("Gia đình", "Đồng nghiệp", "Cùng lớp", "Phương tiện", "Chăm sóc", "Khác"),
        ("Household", "Work", "Class", "Transport", "Care", "Other"),
    ),
    "kind": (
        ("Hộ gia đình", "Lớp học", "Nơi làm việc", "Phương tiện"),
        ("Household", "Class", "Workplace", "Vehicle"),
    ),
}


def coded(column: str, typed: Mapping[str, str], faults: Faults) -> str:
    """The code of the word in this column; empty, and a fault, for one that is not known."""
    code = _WORDS[column].get(search_form(typed.get(column, "")))
    if code is None:
        faults.append((column, f"{column}_unknown"))
        return ""
    return code
