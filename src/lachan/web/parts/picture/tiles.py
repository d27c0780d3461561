"""The tile map: one square a province, coloured by measure; drawn as SVG links that work without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

from lachan.analytics.facts import AreaRow
from lachan.places import queries as places
from lachan.web.parts.picture.wish import Wish
from lachan.web.parts.picture.words import measured_text

WIDTH: Final = 48  # of a cell, in units of the drawing; the square is 2 smaller on each side
HEIGHT: Final = 52
CLASSES: Final = 7  # colours of the sequential palette
FROM_ZERO: Final = 0.4  # a lowest value under this part of the highest: the scale begins at zero
# Names that fit a square in two lines; the rest are divided at their last space.
_SHORT: Final = {
    "Hồ Chí Minh": ("TP.", "HCM"),
    "Bà Rịa - Vũng Tàu": ("Bà Rịa", "V. Tàu"),
    "Thừa Thiên Huế": ("Thừa T.", "Huế"),
    "Hoàng Sa": ("Hoàng", "Sa"),
    "Trường Sa": ("Trường", "Sa"),
}


@dataclass(frozen=True)
class Square:
    """One province, or islands beside theirs (``islands``: no figure of their own)."""

    href: str
    x: int
    y: int
    lines: tuple[tuple[int, str], ...]  # (height of the line in the square, text)
    value: str
    bucket: int
    title: str
    islands: bool
    area_id: int


@dataclass(frozen=True)
class TileMap:
    squares: tuple[Square, ...]
    width: int
    height: int
    legend: tuple[str, ...]


def breaks(values: Sequence[float]) -> tuple[float, ...]:
    """Where the seven classes begin: equal steps of 1, 2, 2.5 or 5 times a power of ten that reach the highest value.

    From zero, unless all values lie close together: then from just below the lowest, so that differences are seen.
    """
    top, low = max(values, default=0.0), min(values, default=0.0)
    if top <= 0:
        return ()
    low = low if low > FROM_ZERO * top else 0.0
    power = 10.0 ** floor(log10(max(top - low, top / 100) / CLASSES))
    for nice in (1, 2, 2.5, 5, 10, 20):
        step = power * nice
        start = floor(low / step + 1e-9) * step
        if start + step * CLASSES >= top * (1 - 1e-9):
            break
    return tuple(start + step * number for number in range(CLASSES))


def bucket(value: float | None, starts: Sequence[float]) -> int:
    """Class of a value, -1 when it is not known."""
    if value is None:
        return -1
    return max(0, sum(value >= start * (1 - 1e-9) for start in starts) - 1)


def tile_map(rows: Sequence[AreaRow], wish: Wish) -> TileMap:
    by_id: Mapping[int, AreaRow] = {row.area.id: row for row in rows}
    starts = breaks([value for row in rows if (value := row.percent(wish.measure)) is not None])
    squares = []
    for tile in places.tiles(wish.of.day):
        row = by_id[tile.province_id]
        value = row.percent(wish.measure)
        islands = tile.part == "islands"
        text = measured_text(value, wish.measure)
        squares.append(
            Square(
                wish.but(area_id=row.area.id).address(),
                tile.col * WIDTH + 2,
                tile.row * HEIGHT + 2,
                lines_of(tile.name, islands),
                "" if islands else text,
                bucket(value, starts),
                f"{tile.name} ({row.area.name})" if islands else f"{row.area.name}: {text}",
                islands,
                row.area.id,
            )
        )
    right = max(square.x for square in squares) + WIDTH
    bottom = max(square.y for square in squares) + HEIGHT
    # north to south, then west to east: the order in which the tab key walks
    ordered = tuple(sorted(squares, key=lambda square: (square.y, square.x)))
    return TileMap(ordered, right - 2, bottom - 2, _legend(starts, wish.measure))


def _legend(starts: Sequence[float], measure: str) -> tuple[str, ...]:
    """Lower ends of the classes, as they are written under the colours."""
    return tuple(measured_text(start, measure, exact=True) for start in starts)


def lines_of(name: str, islands: bool) -> tuple[tuple[int, str], ...]:
    first, _, last = name.rpartition(" ")
    words = _SHORT.get(name) or ((first, last) if first else (last,))
    if islands:
        return tuple(zip((21, 34), words, strict=False))
    return tuple(zip((14, 26), words, strict=False)) if len(words) > 1 else ((21, words[0]),)
