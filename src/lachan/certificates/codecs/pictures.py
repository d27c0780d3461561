"""Texts of the QR (and Aztec) codes in a picture or a PDF that somebody sent.

What comes in is anybody's: its size is looked at before it is unpacked, and work on it ends after a time.
"""

from __future__ import annotations

import io
import struct
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000  # a phone's camera has 12 to 50 million; more is made smaller by whoever sends it
MOST_SIDE: Final = 20_000  # a strip of forty million by one would be turned into a square
MOST_PAGES: Final = 20
MOST_CODES: Final = 1_000
MOST_SECONDS: Final = (
    10.0  # for one picture or one PDF, looked at between attempts: what was found by then is the answer
)
PAGE_DPI: Final = 200  # four pixels a module for the densest code we print, three for half its size
_MOST_INSIDE: Final = 500  # pictures on a page
_WORK_PIXELS: Final = 6_000_000  # a second look (blurred, enlarged) is never at a larger picture than this
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
# some countries print Aztec codes: EU DCC specification, volume 2, allows both
_CODES: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Aztec])


def texts_in(
    data: bytes,
    *,
    most_pages: int = MOST_PAGES,
    most_seconds: float = MOST_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """What the QR codes in a PNG, JPEG, WebP or PDF say: each text once, from the top of the first page down; empty
    when none is found. All chunks of a SMART Health Card that is spread over several codes are there, in the order of
    their numbers.

    ValueError with a sentence for something that is no picture, is damaged, or is larger than we look at.
    """
    if not data:
        raise ValueError("the file is empty")
    if len(data) > MOST_BYTES:
        raise ValueError(f"the file is larger than {MOST_BYTES // 2**20} MB")
    until = clock() + most_seconds
    found: dict[str, None] = {}
    for picture in _pages(data, most_pages) if data.lstrip()[:5] == b"%PDF-" else [_picture(data)]:
        found.update(dict.fromkeys(_look(picture, lambda: clock() < until)))
        if len(found) >= MOST_CODES or clock() >= until:
            break
    return _chunks_sorted(list(found)[:MOST_CODES])


def _picture(data: bytes) -> Image.Image:
    """The picture in grey, the right way up."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # measured right below, by our own limit
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels")
        if max(opened.size) > MOST_SIDE:
            raise ValueError(f"the picture is longer than {MOST_SIDE} pixels")
        if opened.format == "JPEG":  # a large photo is unpacked at half size or less
            opened.draft("L", (2400, 2400))
        return _grey(ImageOps.exif_transpose(opened))
    except UnidentifiedImageError:
        raise ValueError("the file is neither PNG, JPEG, WebP nor PDF") from None
    except Image.DecompressionBombError:
        raise ValueError(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels") from None
    except (OSError, SyntaxError, EOFError, KeyError, TypeError, OverflowError, MemoryError, struct.error) as error:
        raise ValueError("the picture is damaged") from error


def _grey(picture: Image.Image) -> Image.Image:
    """What is transparent is paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        solid = picture.convert("RGBA")
        paper = Image.new("RGBA", solid.size, "white")
        return Image.alpha_composite(paper, solid).convert("L")
    return picture.convert("L")


def _pages(data: bytes, most: int) -> Iterator[Image.Image]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise ValueError("the PDF asks for a password" if locked else "the PDF is damaged") from None
    try:
        if len(document) > most:
            raise ValueError(f"the PDF has more than {most} pages")
        for index in range(len(document)):
            yield _page(document, index)
    finally:
        document.close()


def _page(document: Any, index: int) -> Image.Image:
    try:
        page = document[index]
        width, height = page.get_size()  # in points, 72 an inch
        if not (width > 0 and height > 0):
            raise ValueError("the PDF is damaged")
        scale = min(PAGE_DPI / 72, (MOST_PIXELS / (width * height)) ** 0.5, MOST_SIDE / max(width, height))
        if min(width, height) * scale < 1:
            raise ValueError("the PDF is damaged")
        for at, inside in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])):
            across, down = inside.get_px_size()  # as it says of itself; nothing is unpacked yet
            if across * down > MOST_PIXELS or at >= _MOST_INSIDE:
                raise ValueError(f"the PDF holds a picture of more than {MOST_PIXELS // 1_000_000} million pixels")
        drawn: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
        return drawn.convert("L")
    except pdfium.PdfiumError:
        raise ValueError("the PDF is damaged") from None


def _look(picture: Image.Image, more_time: Callable[[], bool]) -> list[str]:
    """Texts of one picture; it is looked at in other ways only while nothing is found."""
    for attempt in _attempts(picture):
        if found := _read(attempt):
            return found
        if not more_time():
            break
    return []


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is (zxing-cpp itself turns it by quarters, inverts it and makes it smaller), then what helps
    against a screenshot of a screenshot, a dense code far away, noise and tilt."""
    yield picture
    small = picture.copy()
    if small.width * small.height > _WORK_PIXELS:
        factor = (_WORK_PIXELS / (small.width * small.height)) ** 0.5
        small = small.resize((max(1, int(small.width * factor)), max(1, int(small.height * factor))))
        yield small
    framed = ImageOps.expand(ImageOps.autocontrast(small, cutoff=1), border=24, fill=255)  # a code cut to its edge
    yield framed
    yield framed.filter(ImageFilter.GaussianBlur(1.5))
    yield framed.filter(ImageFilter.MedianFilter(3))
    if small.width * small.height <= _WORK_PIXELS // 4:
        yield framed.resize((framed.width * 2, framed.height * 2), Image.Resampling.BICUBIC)
    if (framed.width + framed.height) ** 2 / 2 > 4 * _WORK_PIXELS:  # a strip: turned, it is mostly empty paper
        return
    for degrees in (20, 45, 70):
        yield framed.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=255)


def _read(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=_CODES, text_mode=zxingcpp.TextMode.Plain)
    placed = sorted(found, key=lambda code: (code.position.top_left.y // 40, code.position.top_left.x))
    return [code.text for code in placed if code.valid and code.text]


def _chunks_sorted(texts: list[str]) -> list[str]:
    """Chunks ``shc:/2/3/…`` in the order of their numbers, in the places where chunks are."""
    places = [at for at, text in enumerate(texts) if text.startswith("shc:/") and text.count("/") == 3]
    for at, text in zip(places, sorted((texts[place] for place in places), key=_chunk_number), strict=True):
        texts[at] = text
    return texts


def _chunk_number(text: str) -> tuple[int, int]:
    _, number, total, _ = text.split("/")
    digits = number.isascii() and number.isdigit() and total.isascii() and total.isdigit()
    return (int(total[:4]), int(number[:4])) if digits else (0, 0)
