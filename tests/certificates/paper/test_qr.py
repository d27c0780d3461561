"""A code says what was written, is as small as the standard allows, and has its white frame."""

from __future__ import annotations

import io
import random

import pytest
import zxingcpp
from PIL import Image

from lachan.certificates.codecs import qr

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_CHANCE = random.Random(4)
HEALTH = "HC1:" + "".join(_CHANCE.choices(_LETTERS, k=572))
SMART = "shc:/" + "".join(_CHANCE.choices("0123456789", k=1195))
CHUNK = "shc:/1/2/" + "".join(_CHANCE.choices("0123456789", k=1191))
TEXTS = [HEALTH, SMART, CHUNK, "LC1:6BFOXN", "0790123456789", "https://example.vn/kiểm-tra?a=ữ"]


def read(png: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_both_libraries_write_the_same_size_and_it_reads(text: str, level: qr.Level) -> None:
    ours = qr.matrix(text, level)
    fallback = qr._segno(qr.segments(text), level)
    assert len(ours) == len(fallback)
    assert all(len(row) == len(ours) and set(row) <= {0, 1} for row in ours)
    assert read(qr.png_of(ours, scale=3)) == read(qr.png_of(fallback, scale=3)) == [text]


def test_a_health_certificate_is_alphanumeric_and_a_health_card_digits() -> None:
    assert [entry.mode for entry in qr.segments(HEALTH)] == ["alphanumeric"]
    assert [(entry.mode, len(entry.data)) for entry in qr.segments(CHUNK)] == [("byte", 9), ("numeric", 1191)]
    assert [entry.mode for entry in qr.segments("shc:/12x")] == ["byte"]
    assert len(qr.matrix(HEALTH, "M")) == 17 + 4 * 15
    assert len(qr.matrix(SMART, "L")) == 17 + 4 * 15  # as bytes it would be version 20 and more


def test_the_white_frame_is_four_modules() -> None:
    picture = Image.open(io.BytesIO(qr.png("HC1:ABC", scale=5)))
    side = len(qr.matrix("HC1:ABC")) + 8
    assert picture.size == (side * 5, side * 5)
    assert picture.mode == "1"
    inner = picture.convert("L").point(lambda grey: 255 - grey).getbbox()
    assert inner == (20, 20, side * 5 - 20, side * 5 - 20)


def test_the_svg_path_is_the_matrix() -> None:
    modules = qr.matrix("HC1:" + "A7" * 60)
    seen = [bytearray(len(modules)) for _ in modules]
    for run in qr.path(modules, quiet=0).split("M")[1:]:
        start, length = run.split("h")
        column, row = start.split()
        seen[int(float(row))][int(column) : int(column) + int(length)] = b"\x01" * int(length)
    assert tuple(bytes(row) for row in seen) == modules
    assert qr.svg("HC1:A").startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"')


def test_what_no_code_holds_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="1 to 7089"):
        qr.matrix("")
    with pytest.raises(ValueError, match="too long for a QR code of level H"):
        qr.matrix("A" * 3000, "H")
    with pytest.raises(ValueError, match="too long for a QR code of level H"):
        qr._segno(qr.segments("A" * 3000), "H")
    with pytest.raises(ValueError, match="1 to 64"):
        qr.png("A", scale=0)
