"""QR codes as matrix, SVG and PNG: libqrencode through ctypes, segno where the library is missing.

Both are given the same segments, level and smallest version, so a code is as coarse on every machine; only the mask,
which readers do not care about, may differ. A health certificate (``HC1:`` and what base45 writes) is one alphanumeric
segment, 5.5 bits a character; a SMART Health Card is the bytes ``shc:/`` and digits, 3.3 bits each (SMART Health Cards
1.4, "Encoding QRs"); anything else is bytes in UTF-8. Mixed forms are never guessed: what a text is shows in its
letters.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Literal, NamedTuple

Level = Literal["L", "M", "Q", "H"]
Matrix = tuple[bytes, ...]  # rows from the top, one byte a module, 1 is dark; without the quiet zone
QUIET: Final = 4  # modules of white around the code (ISO/IEC 18004, 6.3.8): the frame readers look for
MOST_CHARACTERS: Final = 7089  # what the largest code holds in digits at level L

_ALPHANUMERIC: Final = re.compile(r"[0-9A-Z $%*+\-./:]+", re.ASCII)
_DARK: Final = re.compile(rb"\x01+")
_MODES: Final = {"numeric": 0, "alphanumeric": 1, "byte": 2}
_LEVELS: Final = {"L": 0, "M": 1, "Q": 2, "H": 3}
_PNG_BITS: Final = b"10" + bytes(254)  # as digits; in PNG's grey, 1 is white
_BITS: Final = bytes(entry & 1 for entry in range(256))  # libqrencode: the lowest bit is the colour


class Segment(NamedTuple):
    data: bytes
    mode: Literal["numeric", "alphanumeric", "byte"]


def matrix(text: str, level: Level = "M") -> Matrix:
    """Modules of the smallest code that holds the text at this level. ValueError when none does."""
    return matrices([text], level)[0]


def matrices(texts: Sequence[str], level: Level = "M") -> list[Matrix]:
    """The same for many texts, in their order."""
    library = _library()
    draw = _segno if library is None else library.draw
    return [draw(segments(text), level) for text in texts]


def segments(text: str) -> list[Segment]:
    """How the text is written into a code. ValueError for an empty text and one longer than any code holds."""
    if not text or len(text) > MOST_CHARACTERS:
        raise ValueError(f"a QR code holds 1 to {MOST_CHARACTERS} characters, not {len(text)}")
    if text.isascii() and text.isdigit():
        return [Segment(text.encode(), "numeric")]
    if text.startswith("shc:/"):
        return _of_health_card(text)
    if _ALPHANUMERIC.fullmatch(text):
        return [Segment(text.encode(), "alphanumeric")]
    return [Segment(text.encode(), "byte")]


def _of_health_card(text: str) -> list[Segment]:
    """``shc:/`` (and ``1/3/`` of a chunk) in bytes, the digits after it in digits."""
    cut = text.rfind("/") + 1
    digits = text[cut:]
    if not (digits.isascii() and digits.isdigit()):
        return [Segment(text.encode(), "byte")]
    return [Segment(text[:cut].encode(), "byte"), Segment(digits.encode(), "numeric")]


def path(modules: Matrix, *, quiet: int = QUIET) -> str:
    """The dark modules as data of one SVG path to be stroked one module wide: a run of modules is one line."""
    parts = []
    for row, line in enumerate(modules, quiet):
        parts += [f"M{run.start() + quiet} {row}.5h{run.end() - run.start()}" for run in _DARK.finditer(line)]
    return "".join(parts)


def svg(text: str, level: Level = "M") -> str:
    """A stand-alone SVG picture with its quiet zone, one unit a module, black on white."""
    modules = matrix(text, level)
    side = len(modules) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{path(modules)}"/></svg>'
    )


def png(text: str, level: Level = "M", *, scale: int = 8) -> bytes:
    """A PNG picture with its quiet zone, 1 bit a pixel, ``scale`` pixels a module."""
    return png_of(matrix(text, level), scale=scale)


def png_of(modules: Matrix, *, scale: int = 8, quiet: int = QUIET) -> bytes:
    """The same of modules at hand."""
    if not 1 <= scale <= 64:
        raise ValueError("a module is 1 to 64 pixels wide")
    side = (len(modules) + 2 * quiet) * scale
    stride = (side + 7) // 8
    white = b"\x00" + b"\xff" * stride
    margin, spare = b"1" * (quiet * scale), b"1" * (stride * 8 - side)
    rows = [white * (quiet * scale)]
    for line in modules:
        bits = line.translate(_PNG_BITS)
        if scale > 1:
            bits = bits.replace(b"0", b"0" * scale).replace(b"1", b"1" * scale)
        row = int(margin + bits + margin + spare, 2).to_bytes(stride, "big")
        rows.append((b"\x00" + row) * scale)
    rows.append(rows[0])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(rows), 1)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


class _Code(ctypes.Structure):
    """QRcode of qrencode.h."""

    _fields_ = [("version", ctypes.c_int), ("width", ctypes.c_int), ("data", ctypes.c_void_p)]


class _Library:
    def __init__(self, name: str) -> None:
        found = ctypes.CDLL(name, use_errno=True)
        self._new = found.QRinput_new2
        self._new.restype, self._new.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_int]
        self._append = found.QRinput_append
        self._append.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_char_p]
        self._encode = found.QRcode_encodeInput
        self._encode.restype, self._encode.argtypes = ctypes.POINTER(_Code), [ctypes.c_void_p]
        self._free_input, self._free_code = found.QRinput_free, found.QRcode_free
        self._free_input.argtypes, self._free_code.argtypes = [ctypes.c_void_p], [ctypes.POINTER(_Code)]

    def draw(self, wanted: Sequence[Segment], level: Level) -> Matrix:
        given = self._new(0, _LEVELS[level])  # version 0: the smallest that holds it
        try:
            for segment in wanted:
                if self._append(given, _MODES[segment.mode], len(segment.data), segment.data):
                    raise ValueError("the text does not fit its QR mode")
            code = self._encode(given)
        finally:
            self._free_input(given)
        if not code:
            raise ValueError(f"the text is too long for a QR code of level {level}")
        try:
            width = code.contents.width
            flat = ctypes.string_at(code.contents.data, width * width).translate(_BITS)
        finally:
            self._free_code(code)
        return tuple(flat[at : at + width] for at in range(0, width * width, width))


@cache
def _library() -> _Library | None:
    for name in ("libqrencode.so.4", ctypes.util.find_library("qrencode")):
        try:
            return _Library(name) if name else None
        except (OSError, AttributeError):  # not there, or too old to know these functions
            continue
    return None


def _segno(wanted: Sequence[Segment], level: Level) -> Matrix:
    import segno

    given: Any = []  # a list of segments, which its annotations do not know of
    for entry in wanted:
        mode = segno.consts.MODE_MAPPING[entry.mode]
        given.append((entry.data.decode(), mode, "utf-8" if entry.mode == "byte" else None))
    try:
        code = segno.make_qr(given, error=level, boost_error=False)
    except segno.DataOverflowError:
        raise ValueError(f"the text is too long for a QR code of level {level}") from None
    return tuple(bytes(row) for row in code.matrix)
