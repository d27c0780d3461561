"""A slip says what was declared, for its day, and nothing else is believed."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lachan.surveillance.declarations import slip

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {3: KEY.public_key()}
TODAY = date(2021, 10, 16)
SLIP = slip.of("Nguyễn Thị Hồng Nhung", 1988, 0, "domestic", TODAY, UUID(int=7))


def test_read_as_issued() -> None:
    text = slip.issue(SLIP, KEY, 3)
    assert slip.read(text, KEYS, TODAY) == slip.Verdict("", SLIP)
    assert len(text) < 180, "a code of forty modules a side"


def test_good_for_its_day_only() -> None:
    text = slip.issue(SLIP, KEY, 3)
    for other in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        assert slip.read(text, KEYS, other).fault == "over"


def test_any_changed_byte_is_seen() -> None:
    data = base64.urlsafe_b64decode(slip.issue(SLIP, KEY, 3) + "==")
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        text = base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        found = slip.read(text, KEYS, TODAY)
        assert found.fault in ("unreadable", "forged")
        assert found.slip is None


def test_a_key_of_another_or_none_is_not_believed() -> None:
    assert slip.read(slip.issue(SLIP, Ed25519PrivateKey.generate(), 3), KEYS, TODAY).fault == "forged"
    assert slip.read(slip.issue(SLIP, KEY, 4), KEYS, TODAY).fault == "forged"


@pytest.mark.parametrize("text", ["", "RAFWT", "x" * 600, "Nguyễn|1988", "VUFGV1Q", "=" * 20])
def test_what_is_no_slip_is_unreadable(text: str) -> None:
    assert slip.read(text, KEYS, TODAY) == slip.Verdict("unreadable")


def test_the_longest_name_fits() -> None:
    long = slip.of("Ạ" * 200, 1988, 2, "entry", TODAY, UUID(int=1))
    text = slip.issue(long, KEY, 3)
    assert len(text) <= slip.LONGEST
    assert slip.read(text, KEYS, TODAY).slip == long
