"""Codes are found in what people send, and what nobody should send ends quickly and with a sentence."""

from __future__ import annotations

import io
import struct
import time
import zlib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

from lachan.certificates.codecs import pictures, qr

TEXT = "HC1:" + "6BFOXN%TSMAHN-H3O4" * 30
CHUNKS = [
    f"shc:/{number}/3/" + "5676290952432060346029243740446031222959532654603460292540772804336" * 4
    for number in (1, 2, 3)
]


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def code(text: str = TEXT, scale: int = 6) -> Image.Image:
    return Image.open(io.BytesIO(qr.png(text, scale=scale))).convert("L")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "PDF"])
def test_the_usual_forms(form: str) -> None:
    assert pictures.texts_in(saved(code().convert("RGB"), form)) == [TEXT]


@pytest.mark.slow
@pytest.mark.parametrize(
    "bad",
    [
        ImageOps.invert(code()),
        code().rotate(90),
        code().rotate(37, expand=True, fillcolor=255),
        code().crop((24, 24, code().width - 24, code().height - 24)),  # no white frame at all
        code(scale=8).filter(ImageFilter.GaussianBlur(3)),
        code(scale=2),
        code().point(lambda grey: 110 + grey // 10),  # grey on grey
        code(scale=12).transform((1100, 1100), Image.Transform.QUAD, (0, 0, 40, 1060, 1050, 1000, 1000, 30)),
    ],
    ids=["inverted", "quarter", "tilted", "no frame", "blurred", "tiny", "pale", "in perspective"],
)
def test_a_screenshot_of_a_screenshot(bad: Image.Image) -> None:
    assert pictures.texts_in(saved(bad.convert("L"), "JPEG", quality=70)) == [TEXT]


def test_a_transparent_ground_is_paper() -> None:
    shape = code().point(lambda grey: 255 - grey)
    picture = Image.new("RGBA", shape.size, (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), mask=shape)
    assert pictures.texts_in(saved(picture)) == [TEXT]


def test_all_chunks_of_a_page_in_the_order_of_their_numbers() -> None:
    sides = [code(text, 4) for text in reversed(CHUNKS)]
    page = Image.new("L", (sides[0].width, sum(side.height for side in sides) + 80), 255)
    for place, side in enumerate(sides):
        page.paste(side, (0, place * (side.height + 40)))
    assert pictures.texts_in(saved(page)) == CHUNKS


def test_pages_of_a_pdf_in_their_order_and_no_more_than_agreed() -> None:
    pages = [code(f"HC1:{number}" + "A" * 40).convert("RGB") for number in range(pictures.MOST_PAGES + 1)]
    few = saved(pages[0], "PDF", save_all=True, append_images=pages[1:3])
    assert [text[:5] for text in pictures.texts_in(few)] == ["HC1:0", "HC1:1", "HC1:2"]
    with pytest.raises(ValueError, match="more than 20 pages"):
        pictures.texts_in(saved(pages[0], "PDF", save_all=True, append_images=pages[1:]))


@pytest.mark.slow
def test_a_picture_without_a_code_is_an_empty_answer_within_its_time() -> None:
    began = time.monotonic()
    assert pictures.texts_in(saved(Image.effect_noise((900, 700), 60))) == []
    assert time.monotonic() - began < pictures.MOST_SECONDS


def test_work_ends_when_the_time_is_up() -> None:
    ticks = iter([0.0, 11.0, *[11.0] * 50])
    assert pictures.texts_in(saved(Image.new("L", (300, 300), 255)), clock=lambda: next(ticks)) == []


def lying() -> bytes:
    """A photo whose Exif has a field of a kind that cannot be read back."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    sent = bytearray(saved(Image.new("RGB", (100, 100)), "JPEG", exif=exif))
    sent[sent.index(b"Exif") + 17] = 0
    return bytes(sent)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is enormous: a few hundred kilobytes that unpack to gigabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"hello", "neither PNG"),
        (b"GIF89a" + bytes(100), "neither PNG"),
        (b"%PDF-1.7\nrubbish", "PDF is damaged"),
        (lying(), "damaged"),
        (saved(code())[:400], "damaged"),
        (saved(code().convert("RGB"), "JPEG")[:700], "damaged"),
        (bomb(60_000, 60_000), "million pixels"),
        (bomb(8_000, 8_000), "million pixels"),
        (bomb(20_000, 1_000), "damaged"),
        (bomb(40_000_000, 1), "longer than 20000"),
        (bytes(pictures.MOST_BYTES + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_picture_is_refused_at_once(data: bytes, sentence: str) -> None:
    began = time.monotonic()
    with pytest.raises(ValueError, match=sentence):
        pictures.texts_in(data)
    assert time.monotonic() - began < 1


@pytest.mark.slow
@pytest.mark.parametrize("box", ["200000 200000", "14400 1", "0.1 14400"])
def test_a_page_that_claims_to_be_a_field_is_drawn_small(box: str) -> None:
    page = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    page += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 " + box.encode() + b"]>>endobj trailer<</Root 1 0 R>>"
    began = time.monotonic()
    with suppress(ValueError):  # less than a pixel is no page
        assert pictures.texts_in(page) == []
    assert time.monotonic() - began < pictures.MOST_SECONDS + 5


def pdf_with(picture: bytes, width: int, height: int) -> bytes:
    """A page that shows one picture, packed as given, said to be so large."""
    said = b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    said += b"/Width %d/Height %d/Length %d" % (width, height, len(picture))
    shown = b"q 600 0 0 800 0 0 cm /I Do Q"
    things = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        b"<<%b>>stream\n%b\nendstream" % (said, picture),
        b"<</Length %d>>stream\n%b\nendstream" % (len(shown), shown),
    ]
    body = b"".join(b"%d 0 obj%b endobj\n" % (number, thing) for number, thing in enumerate(things, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>"


def test_a_picture_in_a_pdf_is_measured_before_it_is_unpacked() -> None:
    small = code(scale=4)
    assert pictures.texts_in(pdf_with(zlib.compress(small.tobytes()), *small.size)) == [TEXT]
    with pytest.raises(ValueError, match="holds a picture of more than 40 million pixels"):
        pictures.texts_in(pdf_with(zlib.compress(bytes(10**6)), 30_000, 30_000))


SEEDS = [saved(code(scale=2).convert("RGB"), form) for form in ("PNG", "JPEG", "WEBP", "PDF")]


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=12),
    kept=st.floats(0.2, 1),
)
def test_damage_of_any_sort_is_an_answer_or_a_sentence(
    seed: bytes, cuts: list[tuple[float, bytes]], kept: float
) -> None:
    data = bytearray(seed[: int(len(seed) * kept)])
    for place, new in cuts:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    began = time.monotonic()
    try:
        said = pictures.texts_in(bytes(data))
    except ValueError as error:
        said = [str(error)]
        assert said[0].startswith(("the file", "the picture", "the PDF"))
    assert all(isinstance(text, str) for text in said)
    assert time.monotonic() - began < pictures.MOST_SECONDS + 5
