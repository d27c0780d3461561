"""A strict reader of the CBOR (RFC 8949) that certificates are made of.

Why not the library: what a certificate may hold is what JSON can say, and a decoder that builds dates, fractions, sets,
regular expressions, shared references and integers of any size for whoever prints a QR code is a surface to attack.
This one builds nothing but text, bytes, 64-bit integers, floats, lists and maps, refuses a key that comes twice (two
readers would see two certificates under one signature), and knows its depth. Encoding is ``cbor2``'s: what we write is
ours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import isfinite
from struct import Struct
from typing import Any, Final

MOST_DEPTH: Final = 16  # a health certificate in its token is 6 deep
TRUNCATED: Final = "the data ends in the middle"
_HALF, _SINGLE, _DOUBLE = Struct(">e"), Struct(">f"), Struct(">d")
_FLOATS: Final = {25: _HALF, 26: _SINGLE, 27: _DOUBLE}
_SIMPLE: Final[dict[int, bool | None]] = {20: False, 21: True, 22: None, 23: None}
_EPOCH_DAY: Final = date(1970, 1, 1)
_TEXTS: Final = (0, 1004)  # tags of a date-time and of a date written out (RFC 8949, 3.4.1; RFC 8943)
_SECONDS: Final = 1  # tag of seconds since 1970
_DAYS: Final = 100  # tag of days since 1970 (RFC 8943)


class Malformed(ValueError):
    """Not the CBOR a certificate may hold; says why."""


class Moment(str):
    """A date or an instant that came under a tag: its ISO 8601 text."""

    __slots__ = ()


class Tagged:
    """A tag that only the frame of a message may carry (18 and 61) and what it holds."""

    __slots__ = ("number", "value")

    def __init__(self, number: int, value: Any) -> None:
        self.number, self.value = number, value


FRAMES: Final = frozenset((18, 61))


def decode(data: bytes) -> Any:
    """The one item the bytes hold. Malformed: truncated, more bytes behind it, too deep, a key twice, a tag or a simple
    value that certificates do not use, a float that is no number, an integer beyond 64 bits, text that is not UTF-8."""
    try:
        value, end = _item(data, 0, MOST_DEPTH)
    except IndexError:
        raise Malformed(TRUNCATED) from None
    except UnicodeDecodeError:
        raise Malformed("a text is not UTF-8") from None
    if end != len(data):
        raise Malformed("bytes follow the data")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """Value at the place, and the place behind it. IndexError: the data ends before."""
    head = data[at]
    kind, count = head >> 5, head & 31
    at += 1
    if count > 23:
        if kind == 7:
            return _simple(data, at, count)
        if count == 31:
            return _indefinite(data, at, kind, depth)
        count, at = _count(data, at, count)
    if kind == 3:
        end = at + count
        text = data[at:end].decode()
        if end > len(data):
            raise Malformed(TRUNCATED)
        return text, end
    if kind == 0:
        return count, at
    if kind == 1:
        return -1 - count, at
    if kind == 2:
        end = at + count
        if end > len(data):
            raise Malformed(TRUNCATED)
        return data[at:end], end
    if kind == 7:
        return _simple(data, at, count)
    if not depth:
        raise Malformed(f"deeper than {MOST_DEPTH}")
    if kind == 6:
        return _tagged(data, at, count, depth)
    if count > len(data):
        raise Malformed(TRUNCATED)
    return _map(data, at, count, depth - 1) if kind == 5 else _array(data, at, count, depth - 1)


def _count(data: bytes, at: int, width: int) -> tuple[int, int]:
    if width == 24:
        return data[at], at + 1
    if width > 27:
        raise Malformed("a reserved head")
    end = at + (1 << (width - 24))
    if end > len(data):
        raise Malformed(TRUNCATED)
    return int.from_bytes(data[at:end], "big"), end


def _map(data: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    for _ in range(count):
        head = data[at]
        if 0x60 <= head <= 0x77:  # a short text, as nearly every key is: read here
            end = at + head - 0x5F
            key: Any = data[at + 1 : end].decode()
            at = end
        else:
            key, at = _item(data, at, depth)
            _key(key)
        if key in found:
            raise Malformed("a key comes twice")
        head = data[at]
        if 0x60 <= head <= 0x77:
            end = at + head - 0x5F
            found[key] = data[at + 1 : end].decode()
            at = end
        else:
            found[key], at = _item(data, at, depth)
    if at > len(data):
        raise Malformed(TRUNCATED)
    return found, at


def _array(data: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    found = []
    for _ in range(count):
        value, at = _item(data, at, depth)
        found.append(value)
    return found, at


def _key(key: Any) -> None:
    # True == 1 and 1.0 == 1: keys of another kind could hide behind each other
    if type(key) is not str and type(key) is not int:
        raise Malformed("a key is neither a text nor a whole number")


def _indefinite(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if not depth:
        raise Malformed(f"deeper than {MOST_DEPTH}")
    if kind == 4:
        values = []
        while data[at] != 0xFF:
            value, at = _item(data, at, depth - 1)
            values.append(value)
        return values, at + 1
    if kind == 5:
        found: dict[Any, Any] = {}
        while data[at] != 0xFF:
            key, at = _item(data, at, depth - 1)
            _key(key)
            if key in found:
                raise Malformed("a key comes twice")
            found[key], at = _item(data, at, depth - 1)
        return found, at + 1
    if kind in (2, 3):
        parts = []
        while data[at] != 0xFF:
            if data[at] >> 5 != kind or data[at] & 31 == 31:
                raise Malformed("a part of another kind")
            part, at = _item(data, at, depth)
            parts.append(part)
        return (b"" if kind == 2 else "").join(parts), at + 1
    raise Malformed("a length left open where there is none")


def _simple(data: bytes, at: int, count: int) -> tuple[Any, int]:
    if count in _SIMPLE:
        return _SIMPLE[count], at
    form = _FLOATS.get(count)
    if form is None:
        raise Malformed("a simple value that certificates do not use")
    end = at + form.size
    if end > len(data):
        raise Malformed(TRUNCATED)
    [number] = form.unpack(data[at:end])
    if not isfinite(number):
        raise Malformed("a float that is no number")
    return number, end


def _tagged(data: bytes, at: int, tag: int, depth: int) -> tuple[Any, int]:
    value, at = _item(data, at, depth - 1)
    if tag in FRAMES:
        return Tagged(tag, value), at
    if tag in _TEXTS and type(value) is str:
        return Moment(value), at
    try:
        if tag == _SECONDS and type(value) in (int, float):
            moment = datetime.fromtimestamp(value, UTC).isoformat()
            return Moment(moment.replace("+00:00", "Z")), at
        if tag == _DAYS and type(value) is int:
            return Moment((_EPOCH_DAY + timedelta(days=value)).isoformat()), at
    except (OverflowError, ValueError, OSError):
        raise Malformed("a date out of range") from None
    raise Malformed("a tag that certificates do not use")
