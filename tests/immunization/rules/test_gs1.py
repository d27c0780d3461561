"""Codes on boxes, as hand scanners and cameras send them. The vectors are a file: another reader can use them."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.immunization.rules.gs1 import GS, Gs1Error, check_digit, full_date, read

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "gs1_vectors.json").read_text(encoding="utf-8"))
VALUE = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./", min_size=1, max_size=20)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["what"] for vector in VECTORS])
def test_a_scan_is_read_or_says_why_not(vector: dict[str, Any]) -> None:
    today = date.fromisoformat(vector["today"])
    if "error" in vector:
        with pytest.raises(Gs1Error) as fault:
            read(vector["scan"], today)
        assert fault.value.code == vector["error"]
        return
    code = read(vector["scan"], today)
    for name in ("gtin", "lot", "serial", "count"):
        assert getattr(code, name) == vector.get(name), name
    for name in ("expires_on", "made_on"):
        found = getattr(code, name)
        assert (found.isoformat() if found else None) == vector.get(name), name
    assert code.others == vector.get("others", {})
    assert [list(way) for way in code.doubts] == vector.get("doubts", [])


@given(VALUE, VALUE, st.integers(0, 10**13 - 1), st.dates(date(2021, 1, 1), date(2060, 12, 31)), st.booleans())
def test_what_is_printed_is_what_is_scanned(
    lot: str, serial: str, number: int, expiry: date, serial_first: bool
) -> None:
    digits = f"{number:013}"
    gtin = digits + str(check_digit(digits))
    ends = f"17{expiry:%y%m%d}"
    scan = f"]d201{gtin}21{serial}{GS}{ends}10{lot}" if serial_first else f"01{gtin}{ends}10{lot}{GS}21{serial}"
    code = read(scan, date(2030, 6, 1))
    assert (code.gtin, code.lot, code.serial, code.expires_on) == (gtin, lot, serial, expiry)
    assert read(f"(01){gtin}(17){expiry:%y%m%d}(10){lot}(21){serial}", date(2030, 6, 1)) == code


@given(st.integers(0, 10**13 - 1), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: int, place: int, change: int) -> None:
    digits = f"{number:013}"
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]
    assert check_digit(digits) != check_digit(wrong)


@given(st.text(max_size=80))
def test_whatever_is_scanned_is_answered(text: str) -> None:
    with contextlib.suppress(Gs1Error):  # nothing else may come out of it
        read(text, date(2022, 3, 10))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 99))
def test_a_year_of_two_digits_is_never_half_a_century_away(today: date, year: int) -> None:
    found = full_date(f"{year:02}0615", today)
    assert found.year % 100 == year
    assert -49 <= found.year - today.year <= 50
