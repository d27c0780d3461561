"""Numbers and days as the reader of now writes them; the web's own filters say the same (a test holds it)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import numberformat
from django.utils.formats import get_format


def number(value: float | None, places: int | None = None) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; a dash where there is none. ``places``: None takes what the size of
    the number needs: none from ten on, one below, two below one."""
    if value is None:
        return "–"
    if places is None:
        places = 0 if abs(value) >= 10 or value == int(value) else 1 if abs(value) >= 1 else 2
    return numberformat.format(
        Decimal(str(round(value, places))) + 0,  # no minus before a zero
        get_format("DECIMAL_SEPARATOR"),
        decimal_pos=places,
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


def between(low: float, high: float, places: int | None = None) -> str:
    """``1.200–1.900``: an interval as it is read; both ends with the same decimals."""
    if places is None:
        places = 0 if high >= 10 else 1 if high >= 1 else 2
        places = 0 if low == int(low) and high == int(high) else places
    return f"{number(low, places)}–{number(high, places)}"


def day(value: date) -> str:
    """16/10/2021, in both languages."""
    return value.strftime("%d/%m/%Y")


def short_day(value: date) -> str:
    return value.strftime("%d/%m")
