"""Makes the fonts that certificates are printed with, from the npm package @fontsource/be-vietnam-pro.

    python tools/paper_fonts.py [frontend/node_modules/@fontsource/be-vietnam-pro]

The package holds the font cut in three for browsers; paper needs it whole. Our parts of the work: the three are merged,
digits of equal width are added (feature tnum: numbers in a column stand under each other), and what web pages need but
paper does not (hints, ligatures) is left out. Needs fonttools with brotli, which weasyprint brings.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.merge import Merger
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "frontend/node_modules/@fontsource/be-vietnam-pro"
TARGET = ROOT / "src/lachan/kernel/data/fonts"
FAMILY = "Be Vietnam Pro"
STYLES = {400: "Regular", 600: "SemiBold"}
HINTS = ("cvt ", "fpgm", "prep", "gasp")


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    TARGET.mkdir(parents=True, exist_ok=True)
    for weight, style in STYLES.items():
        font = merged(source / "files", weight)
        even_digits(font)
        name(font, style)
        font.save(TARGET / f"BeVietnamPro-{style}.ttf")
        print(f"BeVietnamPro-{style}.ttf: {len(font.getBestCmap())} letters")
    shutil.copyfile(source / "LICENSE", TARGET / "OFL.txt")


def merged(folder: Path, weight: int) -> Any:
    """The three parts as one font without hints."""
    with TemporaryDirectory() as scratch:
        paths = []
        for part in ("latin", "latin-ext", "vietnamese"):
            font = TTFont(folder / f"be-vietnam-pro-{part}-{weight}-normal.woff2")
            font.flavor = None
            for table in (*HINTS, "GSUB"):
                if table in font:
                    del font[table]
            for glyph in font["glyf"].glyphs.values():
                glyph.removeHinting()
            paths.append(Path(scratch) / f"{part}.ttf")
            font.save(paths[-1])
        whole = Merger().merge([str(path) for path in paths])
        whole.save(Path(scratch) / "whole.ttf")
        return TTFont(Path(scratch) / "whole.ttf")


def even_digits(font: Any) -> None:
    """Copies of the digits, all as wide as most are, reached by the feature tnum."""
    letters, glyphs, widths = font.getBestCmap(), font.getGlyphSet(), font["hmtx"]
    digits = [letters[ord(digit)] for digit in "0123456789"]
    width = sorted(widths[digit][0] for digit in digits)[5]
    for digit in digits:
        pen = TTGlyphPen(glyphs)
        shift = (width - widths[digit][0]) // 2
        glyphs[digit].draw(Shifted(pen, shift))
        copy = f"{digit}.tnum"
        font["glyf"][copy] = pen.glyph()  # extends the order of glyphs as well
        widths[copy] = (width, widths[digit][1] + shift)
    font["maxp"].numGlyphs = len(font.getGlyphOrder())
    rules = " ".join(f"sub {digit} by {digit}.tnum;" for digit in digits)
    addOpenTypeFeaturesFromString(font, f"feature tnum {{ {rules} }} tnum;", tables=["GSUB"])


class Shifted:
    """A pen that moves what it draws to the right."""

    def __init__(self, pen: Any, shift: int) -> None:
        self._pen, self._shift = pen, shift

    def __getattr__(self, stroke: str) -> Any:
        def draw(*points: Any) -> None:
            getattr(self._pen, stroke)(*[point and (point[0] + self._shift, point[1]) for point in points])

        return draw

    def addComponent(self, name: str, transformation: Any) -> None:
        raise ValueError(f"a digit made of {name} is not expected")


def name(font: Any, style: str) -> None:
    """One family with two weights, whatever the parts called themselves."""
    keep = {0, 8, 9, 11, 13, 14}  # copyright, makers, licence
    font["name"].names = [record for record in font["name"].names if record.nameID in keep]
    full = f"{FAMILY} {style}"
    bold = style != "Regular"
    texts = {1: full if bold else FAMILY, 2: "Regular", 3: f"Lachan: {full}", 4: full, 6: full.replace(" ", "")}
    texts |= {16: FAMILY, 17: style} if bold else {}
    for identifier, text in texts.items():
        font["name"].setName(text, identifier, 3, 1, 0x409)
    font["head"].created = font["head"].modified = 0  # the same bytes from the same package
    font.recalcTimestamp = False


if __name__ == "__main__":
    main()
