"""Maps drawn by the server: a square a province, or a point a commune; SVG links that need no script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lachan.places import queries as places
from lachan.web.parts.picture import tiles, words
from lachan.web.parts.picture.epidemic.areas import Place
from lachan.web.parts.picture.epidemic.ask import Ask
from lachan.web.templatetags.lachan import num

# Growth is a ratio: classes lie alike on both sides of one. A change that is not clear has the middle one.
GROWTH: Final = (0.0, 0.5, 2 / 3, 0.9, 1.1, 1.5, 2.0)
MIDDLE: Final = 3
WIDTH: Final = 400.0  # of the drawing of points, in its own units
MARGIN: Final = 8.0
LARGEST: Final = 9.0  # radius of a point
LEAST: Final = 1.3
OUTLYING: Final = 0.02  # of the highest values, which share the last class: a hamlet must not take the scale
FEW: Final = 50


@dataclass(frozen=True)
class Tile:
    """A square. ``css``: its class of colour. ``islands``: beside their province, without a figure of their own."""

    href: str
    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    value: str
    css: str
    title: str
    islands: bool


@dataclass(frozen=True)
class Drawing:
    """A map with its scale: ``legend`` is (class of colour, lower end)."""

    width: int
    height: int
    legend: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...] = ()
    points: SafeString | None = None


def classes(found: Sequence[Place], shown: str) -> tuple[float, ...]:
    """Where the classes of a measure begin."""
    if shown == "growth":
        return GROWTH
    known = sorted(value for place in found if (value := place.value(shown)) is not None)
    if len(known) >= FEW:
        known = known[: round(len(known) * (1 - OUTLYING))]
    return tiles.breaks(known)


def css_of(place: Place, shown: str, starts: Sequence[float]) -> str:
    """Class of colour of a place: sequential, diverging for growth, its own for what cannot be said."""
    value = place.value(shown)
    if value is None:
        return "pic-none pic-silent" if place.silent and shown != "coverage" else "pic-none"
    if shown == "growth":
        return f"pic-g{MIDDLE if not place.sure else tiles.bucket(value, starts)}"
    return f"pic-b{tiles.bucket(value, starts)}"


def written(place: Place, shown: str) -> str:
    """The value in as many characters as a square holds."""
    value = place.value(shown)
    if value is None:
        return "–"
    if shown == "coverage":
        return words.percent(value)
    if shown == "growth":
        return f"{'' if place.sure else '≈'}×{num(f'{value:.1f}', 1)}"
    return num(f"{value:.1f}", 1) if 0 < value < 10 else num(round(value))


def told(place: Place, shown: str) -> str:
    """A place in words: name, value, and what has to be known about it."""
    if place.silent and shown != "coverage":
        return _("{name}: reports nothing for three days or more").format(name=place.area.name)
    value = place.value(shown)
    if value is None:
        return _("{name}: cannot be said").format(name=place.area.name)
    if shown == "growth":
        text = _("{name}: {count} cases reported in seven days, {value} times the week before")
        if not place.sure:
            text = _("{name}: {count} cases reported in seven days, no clear change ({value} times the week before)")
        return text.format(name=place.area.name, count=num(place.week), value=num(f"{value:.1f}", 1))
    if shown == "coverage":
        return _("{name}: {value} fully vaccinated").format(name=place.area.name, value=words.percent(value))
    return _("{name}: {value} per 100,000 fell ill in seven days, {count} people").format(
        name=place.area.name, value=written(place, shown), count=num(place.ill)
    )


def tile_map(found: Sequence[Place], ask: Ask) -> Drawing:
    """The provinces of a map as squares, north to south as the tab key walks."""
    by_id = {place.area.id: place for place in found}
    starts = classes(found, ask.shown)
    squares = []
    for tile in places.tiles(ask.of.day):
        place = by_id[tile.province_id]
        islands = tile.part == "islands"
        squares.append(
            Tile(
                ask.of_area(place.area.id),
                tile.col * tiles.WIDTH + 2,
                tile.row * tiles.HEIGHT + 2,
                tiles.lines_of(tile.name, islands),
                "" if islands else written(place, ask.shown),
                css_of(place, ask.shown, starts),
                f"{tile.name} ({place.area.name})" if islands else told(place, ask.shown),
                islands,
            )
        )
    right = max(square.x for square in squares) + tiles.WIDTH
    bottom = max(square.y for square in squares) + tiles.HEIGHT
    ordered = tuple(sorted(squares, key=lambda square: (square.y, square.x)))
    return Drawing(right - 2, bottom - 2, legend(starts, ask.shown), ordered)


def point_map(found: Sequence[Place], ask: Ask, *, linked: bool) -> Drawing | None:
    """Communes as points, as large as their population; ``linked``: each a link (few), else the whole is one picture.

    None: nobody knows where any of them lies (the communes of 2021).
    """
    lying = [place for place in found if place.area.lat is not None and place.area.lon is not None]
    if not lying:
        return None
    x, y, height = _projection(lying)
    starts = classes(lying, ask.shown)
    scale = LARGEST / sqrt(max(place.area.population or 0 for place in lying) or 1)
    parts = []
    for place in sorted(lying, key=lambda one: -(one.area.population or 0)):  # small ones lie on top
        radius = max(LEAST, scale * sqrt(place.area.population or 0))
        area = place.area
        circle = (
            f'<circle class="{css_of(place, ask.shown, starts)}" data-area="{area.id}" cx="{x(area.lon or 0):.1f}" '
            f'cy="{y(area.lat or 0):.1f}" r="{radius:.1f}"><title>{escape(told(place, ask.shown))}</title></circle>'
        )
        parts.append(f'<a href="{escape(ask.of_area(area.id))}">{circle}</a>' if linked else circle)
    drawn = mark_safe("".join(parts))
    return Drawing(round(WIDTH), round(height), legend(starts, ask.shown), points=drawn)


def _projection(lying: Sequence[Place]) -> tuple[Callable[[float], float], Callable[[float], float], float]:
    """Degrees to units of the drawing, alike in both directions; and the height of the drawing."""
    lats = [place.area.lat or 0 for place in lying]
    lons = [place.area.lon or 0 for place in lying]
    north, south, west, east = max(lats), min(lats), min(lons), max(lons)
    narrow = cos(radians((north + south) / 2))
    inner = WIDTH - 2 * MARGIN
    unit = inner / max((east - west) * narrow, (north - south) * 0.6, 0.01)
    height = (north - south) * unit + 2 * MARGIN
    shift = (inner - (east - west) * narrow * unit) / 2
    return (
        lambda lon: MARGIN + shift + (lon - west) * narrow * unit,
        lambda lat: MARGIN + (north - lat) * unit,
        height,
    )


def legend(starts: Sequence[float], shown: str) -> tuple[tuple[str, str], ...]:
    """Classes of colour with the value each begins at."""
    if shown == "growth":
        return tuple((f"pic-g{index}", f"×{num(f'{start:.1f}', 1)}" if start else "0")
                     for index, start in enumerate(starts))  # fmt: skip
    measure = "first" if shown == "coverage" else "today"
    return tuple((f"pic-b{index}", words.measured_text(start, measure, exact=True))
                 for index, start in enumerate(starts))  # fmt: skip


def map_said(found: Sequence[Place], shown: str) -> str:
    """What the map shows, in words: both ends, and how many places say nothing."""
    known = sorted(((value, place) for place in found if (value := place.value(shown)) is not None),
                   key=lambda entry: -entry[0])  # fmt: skip
    if not known:
        return _("Nothing can be said of any place yet.")
    first, last = told(known[0][1], shown), told(known[-1][1], shown)
    parts = [_("Highest: {first}. Lowest: {last}.").format(first=first, last=last)]
    missing = len(found) - len(known)
    if missing:
        parts.append(_("Places of which nothing can be said: {count}.").format(count=num(missing)))
    return " ".join(parts)
