"""Invented people whom a visitor of the demonstration can sign in as: their cards, and where their codes go."""

from __future__ import annotations

from typing import Final, NamedTuple


class Invented(NamedTuple):
    """Somebody of the demonstration; ``guardian_of``: children registered with them."""

    name: str
    sex: str
    born: str
    citizen_id: str
    contact: str


# Numbers of the form of real ones, under a province code and year that fit, and addresses that lead nowhere (RFC 2606).
PERSONS: Final = (
    Invented("Nguyễn Thị Hồng Nhung", "F", "1988-03-14", "079188000417", "nhung@lachan.example"),
    Invented("Trần Quốc Bảo", "M", "1975-11-02", "079075000862", "bao@lachan.example"),
    Invented("Lê Thị Sáu", "F", "1949-06-20", "079149000133", "0909000133"),
)
CHILD: Final = Invented("Nguyễn Minh Khôi", "M", "2012-09-05", "", "")  # of the first
