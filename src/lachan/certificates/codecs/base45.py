"""Base45 (RFC 9285): two bytes are three letters of the QR code's alphanumeric alphabet.

Both ways work on the whole text at once: the groups are laid side by side into one long integer, 32 bits each, so that
one multiplication does what a loop over letters would do. (A table of all 65,536 groups is as quick alone, and slower
in company: it does not stay in the processor's cache.)
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LETTERS: Final = ALPHABET.encode("ascii")
_TO_LETTERS: Final = _LETTERS.ljust(256)
_DIGITS: Final = bytes(_LETTERS.find(letter) % 256 for letter in range(256))  # 255: not in the alphabet


def encode(data: bytes) -> str:
    """Text of the bytes; three letters for two bytes, two for a last single one."""
    pairs = len(data) // 2
    size = 4 * pairs
    laid = bytearray(size)
    laid[0::4] = data[1 : 2 * pairs : 2]
    laid[1::4] = data[0 : 2 * pairs : 2]
    value = int.from_bytes(laid, "little")
    quotient = value * 46_604 >> 21 & _mask(pairs)  # value // 45, right for all below 65,536; at most 1,456
    third = quotient * 1_457 >> 16 & _mask(pairs)  # quotient // 45, right for all below 1,457
    digits = bytearray(3 * pairs)
    digits[0::3] = (value - 45 * quotient).to_bytes(size, "little")[0::4]
    digits[1::3] = (quotient - 45 * third).to_bytes(size, "little")[0::4]
    digits[2::3] = third.to_bytes(size, "little")[0::4]
    if len(data) % 2:
        digits += bytes((data[-1] % 45, data[-1] // 45))
    return digits.translate(_TO_LETTERS).decode("ascii")


def decode(text: str) -> bytes:
    """Bytes of the text. ValueError: a letter outside the alphabet (lower case too), a length that no bytes give, or a
    group worth more than its bytes can hold."""
    try:
        letters = text.encode("ascii")
    except UnicodeEncodeError:
        raise ValueError("a letter is outside the alphabet of base45") from None
    if letters.translate(None, _LETTERS):
        raise ValueError("a letter is outside the alphabet of base45")
    groups, rest = divmod(len(letters), 3)
    if rest == 1:
        raise ValueError("a length that no bytes give in base45")
    digits = letters.translate(_DIGITS)
    whole = _pairs(digits[: 3 * groups], groups)
    if not rest:
        return whole
    last = digits[-2] + 45 * digits[-1]
    if last > 0xFF:
        raise ValueError("a group worth more than a byte")
    return whole + bytes((last,))


def _pairs(digits: bytes, groups: int) -> bytes:
    """The two bytes of every three digits, worked out in lanes of 32 bits of one integer."""
    size = 4 * groups
    value = _lanes(digits[0::3], size) + 45 * _lanes(digits[1::3], size) + 2025 * _lanes(digits[2::3], size)
    lanes = value.to_bytes(size, "little")
    if any(lanes[2::4]):  # the most three digits are worth is 91,124: never beyond the lane
        raise ValueError("a group worth more than two bytes")
    out = bytearray(2 * groups)
    out[0::2] = lanes[1::4]
    out[1::2] = lanes[0::4]
    return bytes(out)


def _lanes(digits: bytes, size: int) -> int:
    laid = bytearray(size)
    laid[0::4] = digits
    return int.from_bytes(laid, "little")


@lru_cache(maxsize=256)  # certificates are of few lengths
def _mask(lanes: int) -> int:
    return int.from_bytes(b"\xff\x07\0\0" * lanes, "little")
