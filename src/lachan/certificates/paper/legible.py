"""The gate a template passes before anybody gets it on paper: its pages are drawn, ill-treated as paper is, and every
code on them must still be read.

Each stress has degrees. Up to the one named as required all codes must be read; further ones are tried until the first
code is lost, and what was borne is written down beside the template's fingerprint (``templates/passed.json``).
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from lachan.certificates.paper.drawing import FORMS, TEMPLATES, draw_unchecked, fingerprint
from lachan.certificates.paper.printable import Form, Kind, Printable, PrintedDose

DPI: Final = 150  # of the picture of a page: a cheap printer and a quick scan
_QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

Harm = Callable[[Image.Image, float], Image.Image]


class Stress(NamedTuple):
    harm: Harm
    unit: str
    degrees: Sequence[float]
    required: float  # every code is read up to this degree, or the template may not be used


class Borne(NamedTuple):
    """What one stress did: the hardest degree at which every code was read, None if not even the mildest."""

    stress: str
    borne: float | None
    required: float
    unit: str

    @property
    def enough(self) -> bool:
        return self.borne is not None and self.borne >= self.required


def _blurred(page: Image.Image, millimetres: float) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(millimetres * DPI / 25.4))


def _turned(page: Image.Image, degrees: float) -> Image.Image:
    return page.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=255)


def _folded(page: Image.Image, millimetres: float) -> Image.Image:
    """A crease through every code on the page, as wide as this: ink is gone, what is below has moved a little."""
    worn = page.copy()
    pen, width = ImageDraw.Draw(worn), max(1, round(millimetres * DPI / 25.4))
    shift = max(1, width // 2)
    for code in zxingcpp.read_barcodes(page, formats=_QR):
        corners = [code.position.top_left, code.position.bottom_right]
        left, right = (min(corner.x for corner in corners) - 30, max(corner.x for corner in corners) + 30)
        middle = (corners[0].y + corners[1].y) // 2 + 4
        below = page.crop((left, middle, right, max(corner.y for corner in corners) + 12))
        worn.paste(below, (left + shift, middle))
        pen.line([(left, middle), (right, middle)], fill=235, width=width)
    return worn


def _faint(page: Image.Image, kept: float) -> Image.Image:
    """Black and white come nearer: an empty cartridge on grey paper. The degree is the contrast that is lost."""
    return page.point(lambda grey: round(200 - (255 - grey) * (1 - kept)))


def _faxed(page: Image.Image, loss: float) -> Image.Image:
    """Black or white only, at 204 dots an inch across and fewer down, with specks: a fax, or a bad copier."""
    width, height = page.size
    across, down = round(width * 204 / DPI), round(height * (204 - loss) / DPI)
    dots = page.resize((across, down), Image.Resampling.BILINEAR)
    return _specked(dots.point(lambda grey: 255 if grey > 120 else 0), 0.2)


def _specked(page: Image.Image, percent: float) -> Image.Image:
    noise = Image.frombytes("L", page.size, random.Random(7).randbytes(page.width * page.height))
    few = max(1, round(percent * 256 / 200))  # of 256 levels, at each end
    specked = ImageChops.darker(page, noise.point(lambda level: 0 if level < few else 255))
    return ImageChops.lighter(specked, noise.point(lambda level: 255 if level >= 256 - few else 0))


def _squeezed(page: Image.Image, loss: float) -> Image.Image:
    """Sent as a JPEG of quality 100 - loss."""
    out = io.BytesIO()
    page.save(out, "JPEG", quality=round(100 - loss))
    return Image.open(out).convert("L")


def _shaded(page: Image.Image, dark: float) -> Image.Image:
    """Half in the sun, half in a shadow with a hard, slanting edge, and darker towards one corner."""
    width, height = page.size
    light = Image.linear_gradient("L").rotate(90).resize(page.size).point(lambda grey: 255 - grey // 4)
    kept = round(255 * (1 - dark))
    for top in range(0, height, height // 6):
        corner = [(width * 0.05, top), (width, top - height * 0.06), (width, top + height * 0.04)]
        ImageDraw.Draw(light).polygon([*corner, (width * 0.05, top + height * 0.1)], fill=kept)
    return ImageChops.multiply(page, light.filter(ImageFilter.GaussianBlur(1)))


def _stained(page: Image.Image, percent: float) -> Image.Image:
    """A spot on every code that hides this share of it."""
    spotted = page.copy()
    pen = ImageDraw.Draw(spotted)
    for code in zxingcpp.read_barcodes(page, formats=_QR):
        first, other = code.position.top_left, code.position.bottom_right
        side = abs(other.x - first.x)
        radius = side * (percent / 100 / 3.1416) ** 0.5
        x, y = first.x + side * 0.62, first.y + side * 0.55
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=90)
    return spotted


def _shrunk(page: Image.Image, percent: float) -> Image.Image:
    """Copied smaller by so much, at the same dots an inch."""
    kept = 1 - percent / 100
    small = page.resize((round(page.width * kept), round(page.height * kept)), Image.Resampling.BICUBIC)
    whole = Image.new("L", page.size, 255)
    whole.paste(small, (40, 40))
    return whole


def _photographed(page: Image.Image, tilt: float) -> Image.Image:
    """By a phone held askew: one edge is shorter by ``tilt`` per cent, slightly out of focus, in shade, as a JPEG."""
    width, height = page.size
    dx, dy = width * tilt / 100, height * tilt / 200
    corners = (-dx, -dy, 0, height, width, height + dy, width + dx, 0)
    askew = page.transform(page.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=180)
    soft = askew.filter(ImageFilter.GaussianBlur(0.8)).point(lambda grey: 30 + grey * 3 // 4)
    return _squeezed(soft, 40)


STRESSES: Final[dict[str, Stress]] = {
    "blur": Stress(_blurred, "mm", (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5), 0.2),
    "tilt": Stress(_turned, "degrees", (2, 5, 9, 17, 33, 45, 90), 17),
    "fold": Stress(_folded, "mm of ink lost", (0.2, 0.4, 0.6, 0.8, 1.0, 1.3), 0.4),
    "faint": Stress(_faint, "share of contrast lost", (0.3, 0.5, 0.6, 0.7, 0.8, 0.9), 0.6),
    "fax": Stress(_faxed, "lines an inch fewer", (0, 8, 40, 80, 106), 8),
    "specks": Stress(_specked, "per cent of the page", (0.5, 1, 2, 3, 5, 8), 0.5),
    "jpeg": Stress(_squeezed, "of 100 quality lost", (50, 70, 80, 90, 95), 80),
    "shade": Stress(_shaded, "share of light lost", (0.3, 0.4, 0.5, 0.6, 0.7, 0.8), 0.4),
    "stain": Stress(_stained, "per cent of the code", (1, 2, 3, 4, 6, 8, 10), 2),
    "small copy": Stress(_shrunk, "per cent smaller", (10, 20, 30, 40, 50), 30),
    "photo": Stress(_photographed, "per cent askew", (2, 4, 8, 12, 16), 4),
}


def specimens() -> list[Printable]:
    """Cards as dense as we issue them: an HCERT of one dose, one that names everything at length, a SMART Health Card
    of the most a single code is made for (1,195 characters), a domestic card."""
    chance = random.Random(20211016)

    def card(kind: Kind, name: str, code: str) -> Printable:
        dose = PrintedDose("2/2", "Comirnaty", "FG3524", date(2021, 9, 17), "Trạm Y tế phường Bến Nghé")
        shown = [] if kind == "domestic" else [dose]
        identifier = "URN:UVCI:01:VN:" + "".join(chance.choices(_LETTERS[:36], k=24)) + "#K"
        first, until = date(2021, 9, 18), date(2022, 9, 18)
        addresses = ("https://example.vn/verify", "https://example.vn/me")
        return Printable(
            kind, name, "", "1980-05-17", "", shown, [code], identifier, "Bộ Y tế", first, until, *addresses
        )

    def health(length: int) -> str:
        return "HC1:" + "".join(chance.choices(_LETTERS, k=length - 4))

    return [
        card("hcert", "Nguyễn Văn An", health(576)),
        card("hcert", "Công Tằng Tôn Nữ Nguyễn Phước Hoàng Thị Phương Khanh", health(700)),
        card("shc", "Trần Thị Bình", "shc:/" + "".join(chance.choices("0123456789", k=1190))),
        card("domestic", "Lê Hoàng Cường", "LC1:" + "".join(chance.choices(_LETTERS, k=280))),
    ]


def examine(form: Form, *, further: bool = True, templates: Path = TEMPLATES) -> list[Borne]:
    """How the template of this form bears each stress; with ``further`` beyond what is required, to know the margin."""
    cards = specimens()
    wanted = sorted(code for card in cards for code in card.codes)
    pages = list(pages_of(draw_unchecked(cards, form=form, templates=templates)))
    return [
        Borne(name, _hardest(stress, pages, wanted, further=further), stress.required, stress.unit)
        for name, stress in STRESSES.items()
    ]


def pages_of(document: bytes, dpi: int = DPI) -> Iterator[Image.Image]:
    """Pages of a PDF of ours as grey pictures."""
    opened = pdfium.PdfDocument(document)
    try:
        for page in opened:
            drawn: Any = page.render(scale=dpi / 72, grayscale=True).to_pil()
            yield drawn.convert("L")
    finally:
        opened.close()


def _hardest(stress: Stress, pages: Sequence[Image.Image], wanted: list[str], *, further: bool) -> float | None:
    borne = None
    for degree in stress.degrees:
        if degree > stress.required and not further:
            break
        read = [code.text for page in pages for code in zxingcpp.read_barcodes(stress.harm(page, degree), formats=_QR)]
        if sorted(read) != wanted:
            break
        borne = degree
    return borne


def findings(results: dict[Form, list[Borne]]) -> dict[str, Any]:
    """The register of templates that may be used: those that bore everything that is required."""
    return {
        form: {
            "sha256": fingerprint(form),
            "borne": {entry.stress: f"{entry.borne:g} {entry.unit}" for entry in found},
        }
        for form, found in results.items()
        if all(entry.enough for entry in found)
    }


def examine_all() -> dict[Form, list[Borne]]:
    return {form: examine(form) for form in FORMS}
