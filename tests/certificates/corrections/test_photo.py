"""Pictures of papers: what is taken, what is refused, and that nothing but the picture stays."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lachan.certificates.corrections.photo import LONGEST_SIDE, MOST_BYTES, BadPhoto, redrawn

from .conftest import picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew(kind: str) -> None:
    photo = redrawn(picture(kind))
    with Image.open(io.BytesIO(photo.content)) as kept:
        assert kept.format == "JPEG"
        assert kept.size == (photo.width, photo.height) == (640, 480)


def test_place_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "MAKER-OF-THE-CAMERA"
    exif.get_ifd(0x8825)[2] = (10.0, 46.0, 30.0)
    sent = picture("JPEG", (640, 480), exif=exif, comment=b"written by hand")
    assert b"MAKER-OF-THE-CAMERA" in sent
    photo = redrawn(sent)
    assert (photo.width, photo.height) == (480, 640)
    assert b"MAKER-OF-THE-CAMERA" not in photo.content
    assert b"written by hand" not in photo.content
    with Image.open(io.BytesIO(photo.content)) as kept:
        assert dict(kept.getexif()) == {}


def test_a_second_file_behind_the_picture_does_not_stay() -> None:
    photo = redrawn(picture("PNG") + b"<script>alert(1)</script>" * 10)
    assert b"script" not in photo.content


def test_a_large_one_is_made_smaller() -> None:
    photo = redrawn(picture("JPEG", (4_000, 3_000)))
    assert max(photo.width, photo.height) == LONGEST_SIDE


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it is ``side`` pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "photo_unreadable"),
        (b"%PDF-1.7", "photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_unreadable"),
        (picture("GIF"), "photo_unreadable"),
        (picture("TIFF"), "photo_unreadable"),
        (picture("JPEG")[:400], "photo_unreadable"),
        (bomb(6_000), "photo_too_many_pixels"),
        (bomb(60_000), "photo_too_many_pixels"),
        (picture("PNG", (40, 400)), "photo_too_small"),
        (picture("PNG") + b"\0" * MOST_BYTES, "photo_too_large"),
    ],
)
def test_what_is_not_taken(sent: bytes, reason: str) -> None:
    with pytest.raises(BadPhoto) as refused:
        redrawn(sent)
    assert refused.value.reason == reason


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_picture_is_drawn_or_refused_and_nothing_else(data: st.DataObject) -> None:
    sent = bytearray(picture(data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"])), (96, 96)))
    for _ in range(data.draw(st.integers(1, 6))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadPhoto):
        redrawn(bytes(sent))


def test_exif_that_lies_about_its_fields_is_a_damaged_picture() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    sent = bytearray(picture("JPEG", exif=exif))
    sent[sent.index(b"Exif") + 17] = 0  # a field of a kind that cannot be written back
    with pytest.raises(BadPhoto, match="photo_unreadable"):
        redrawn(bytes(sent))
