"""Sealed values open with their key, in their place, whole, and in no other way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.kernel import sealing
from lachan.kernel.sealing import Sealer, SealError, key_number

OLD, NEW, BLIND = ("2021", b"o" * 32), ("2022", b"n" * 32), b"b" * 32
ring = Sealer((NEW, OLD), BLIND)


@given(st.binary(max_size=200))
def test_what_was_sealed_opens(plain: bytes) -> None:
    assert ring.open(ring.seal(plain, "people_identifier.sealed"), "people_identifier.sealed") == plain


def test_equal_values_do_not_look_equal() -> None:
    assert ring.seal(b"079012341234", "a.b") != ring.seal(b"079012341234", "a.b")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(SealError, match="damaged or moved"):
        ring.open(ring.seal(b"079012341234", "people_identifier.sealed"), "people_contact.sealed")


def test_a_changed_byte_anywhere_does_not_open() -> None:
    sealed = ring.seal(b"079012341234", "a.b")
    for place in range(1, len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealError):
            ring.open(changed, "a.b")


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28])
def test_a_cut_off_value_says_so(length: int) -> None:
    with pytest.raises(SealError):
        ring.open(ring.seal(b"x", "a.b")[:length], "a.b")


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(SealError, match=f"key number {key_number('2021')}"):
        Sealer((NEW,), BLIND).open(Sealer((OLD,), BLIND).seal(b"x", "a.b"), "a.b")


def test_after_rotation_old_values_open_and_new_ones_take_the_new_key() -> None:
    sealed = Sealer((OLD,), BLIND).seal("Hoà".encode(), "a.b")
    assert ring.open(sealed, "a.b").decode() == "Hoà"
    assert ring.seal(b"x", "a.b")[0] == key_number("2022") == ring.newest


def test_two_keys_of_one_number_are_refused() -> None:
    other = next(str(n) for n in range(10_000) if key_number(str(n)) == key_number("2021"))
    with pytest.raises(ValueError, match="share a number"):
        Sealer((OLD, (other, b"x" * 32)), BLIND)


def test_blind_indexes_find_equal_values_of_one_system_only() -> None:
    assert ring.blind("citizen_id", "079012341234") == ring.blind("citizen_id", "079012341234")
    assert ring.blind("citizen_id", "079012341234") != ring.blind("passport", "079012341234")
    assert ring.blind("citizen_id", "079012341234") != Sealer((NEW,), b"c" * 32).blind("citizen_id", "079012341234")
    assert len(ring.blind("phone", "")) == sealing.BLIND_BYTES


def test_a_rotation_of_seals_leaves_blind_indexes_alone() -> None:
    assert ring.blind("phone", "0901234567") == Sealer((OLD,), BLIND).blind("phone", "0901234567")


def test_the_installation_seals_with_its_own_ring() -> None:
    assert sealing.unseal(sealing.seal("Đặng Thị Lài", "a.b"), "a.b") == "Đặng Thị Lài"
    assert sealing.sealer() is sealing.sealer()
