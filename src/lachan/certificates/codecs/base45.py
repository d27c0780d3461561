"""Base45 (RFC 9285): two bytes are three letters of the QR code's alphanumeric alphabet.

Both ways work on the whole text at once: the triples are laid side by side into one long integer, so that one
multiplication (or a table of all 65,536 triples) does what a loop over letters would do in Python.
"""

from __future__ import annotations

from functools import cache
from struct import unpack
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LETTERS: Final = ALPHABET.encode("ascii")
_DIGITS: Final = bytes(_LETTERS.find(letter) % 256 for letter in range(256))  # 255: not in the alphabet


def encode(data: bytes) -> str:
    """Text of the bytes; three letters for two bytes, two for a last single one."""
    pairs = len(data) // 2
    text = "".join(map(_triples().__getitem__, unpack(f">{pairs}H", data[: 2 * pairs])))
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        text += ALPHABET[low] + ALPHABET[high]
    return text


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


@cache
def _triples() -> list[str]:
    """Letters of every two bytes; made at the first encoding (15 ms, 4 MB), never by a verifier."""
    return [
        first + second + third
        for number in range(0, 65536, 45)
        for second, third in [(ALPHABET[number // 45 % 45], ALPHABET[number // 2025])]
        for first in ALPHABET[: min(45, 65536 - number)]
    ]
