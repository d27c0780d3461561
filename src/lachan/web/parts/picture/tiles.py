"""The tile map: one square a province, coloured by measure; drawn as SVG links that work without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final

from lachan.analytics.facts import AreaRow
from lachan.analytics.maps import Map
from lachan.places import queries as places
from lachan.web.parts.picture.wish import Wish
from lachan.web.parts.picture.words import measured_text

WIDTH: Final = 48  # of a cell, in units of the drawing; the square is 2 smaller on each side
HEIGHT: Final = 52
CLASSES: Final = 7  # colours of the sequential palette
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
    """Upper ends of the first six classes: equal steps of 1, 2, 2.5 or 5 times a power of ten that reach the highest."""
    top = max(values, default=0.0)
    if top <= 0:
        return ()
    rough = top / CLASSES
    power = 10.0 ** floor(log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice * CLASSES >= top * (1 - 1e-9))
    return tuple(step * number for number in range(1, CLASSES))


def bucket(value: float | None, ends: Sequence[float]) -> int:
    """Class of a value, -1 when it is not known."""
    if value is None:
        return -1
    return sum(value >= end for end in ends)


def tile_map(rows: Sequence[AreaRow], wish: Wish) -> TileMap:
    by_id: Mapping[int, AreaRow] = {row.area.id: row for row in rows}
    ends = breaks([value for row in rows if (value := row.percent(wish.measure)) is not None])
    squares = []
    for tile in places.tiles(wish.of.day):
        row = by_id[tile.province_id]
        value = row.percent(wish.measure)
        islands = tile.part == "islands"
        squares.append(
            Square(
                wish.but(area_id=row.area.id).address(),
                tile.col * WIDTH + 2,
                tile.row * HEIGHT + 2,
                _lines(tile.name, islands),
                "" if islands else measured_text(value, wish.measure),
                bucket(value, ends),
                f"{tile.name} ({row.area.name})" if islands else f"{row.area.name}: {measured_text(value, wish.measure)}",
                islands,
                row.area.id,
            )
        )
    right = max(square.x for square in squares) + WIDTH
    bottom = max(square.y for square in squares) + HEIGHT
    # north to south, then west to east: the order in which the tab key walks
    ordered = tuple(sorted(squares, key=lambda square: (square.y, square.x)))
    return TileMap(ordered, right - 2, bottom - 2, _legend(ends, wish.of, wish.measure))


def _legend(ends: Sequence[float], _of: Map, measure: str) -> tuple[str, ...]:
    """Lower ends of the classes, as they are written under the colours."""
    return tuple(measured_text(end, measure, exact=True) for end in (0.0, *ends)) if ends else ()


def _lines(name: str, islands: bool) -> tuple[tuple[int, str], ...]:
    first, _, last = name.rpartition(" ")
    words = _SHORT.get(name) or ((first, last) if first else (last,))
    if islands:
        return tuple(zip((21, 34), words, strict=False))
    return tuple(zip((14, 26), words, strict=False)) if len(words) > 1 else ((21, words[0]),)
