"""Maps drawn by the server: a square a province, or a point a commune; SVG links that need no script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sqrt
from statistics import median
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
ISLANDS: Final = ("Hoàng Sa", "Trường Sa")
FEWEST: Final = 10  # places under which none lies apart
FAR: Final = 2.5  # times the distance of nine in ten
MOST_APART: Final = 3
APART: Final = 110.0  # width of their frames


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
    """A map with its scale: ``legend`` is (class of colour, lower end); ``said``: the same in words."""

    width: int
    height: int
    legend: tuple[tuple[str, str], ...]
    said: str = ""
    tiles: tuple[Tile, ...] = ()
    points: SafeString | None = None


def classes(found: Sequence[Place], shown: str) -> tuple[float, ...]:
    """Where the classes of a measure begin."""
    if shown == "growth":
        return GROWTH
    known = sorted(value for place in found if (value := place.value(shown)) is not None)
    if len(known) >= FEW:
        usual = known[: round(len(known) * (1 - OUTLYING))]
        known = usual if usual[-1] > 0 else known  # where few places have any, those are all there is to see
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
    return teller(shown)(place)


def teller(shown: str) -> Callable[[Place], str]:
    """How places are put into words: the sentences are looked up once, for there may be thousands of places."""
    silent = _("{name}: reports nothing for three days or more")
    nothing = _("{name}: cannot be said")
    clear = _("{name}: {count} cases reported in seven days, {value} times the week before")
    unclear = _("{name}: {count} cases reported in seven days, no clear change ({value} times the week before)")
    covered = _("{name}: {value} fully vaccinated")
    ill = _("{name}: {value} per 100,000 fell ill in seven days, {count} people")
    zero = ill.format(name="{name}", value=num(0), count=num(0))

    def tell(place: Place) -> str:
        name, value = place.area.name, place.value(shown)
        if place.silent and shown != "coverage":
            return silent.format(name=name)
        if value is None:
            return nothing.format(name=name)
        if shown == "growth":
            text = clear if place.sure else unclear
            return text.format(name=name, count=num(place.week), value=num(f"{value:.1f}", 1))
        if shown == "coverage":
            return covered.format(name=name, value=words.percent(value))
        if not value:
            return zero.format(name=name)
        return ill.format(name=name, value=written(place, shown), count=num(place.ill))

    return tell


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
    return Drawing(right - 2, bottom - 2, legend(starts, ask.shown), map_said(found, ask.shown), ordered)


def point_map(found: Sequence[Place], ask: Ask, *, linked: bool) -> Drawing | None:
    """Communes as points, as large as their population; ``linked``: each a link (few), else the whole is one picture.

    None: nobody knows where any of them lies (the communes of 2021). An island far from all others stands in a frame of
    its own below them, or it would leave them no room.
    """
    lying = [place for place in found if place.area.lat is not None and place.area.lon is not None]
    if not lying:
        return None
    far = far_from(lying)
    frame = _framed([place for place in lying if place not in far])
    starts = classes(lying, ask.shown)
    scale = LARGEST / sqrt(max(place.area.population or 0 for place in lying) or 1)
    tell = teller(ask.shown)

    def point(place: Place, x: float, y: float) -> str:
        radius = max(LEAST, scale * sqrt(place.area.population or 0))
        drawn = (
            f'<circle class="{css_of(place, ask.shown, starts)}" data-area="{place.area.id}" cx="{x:.1f}" '
            f'cy="{y:.1f}" r="{radius:.1f}"><title>{escape(tell(place))}</title></circle>'
        )
        return f'<a href="{escape(ask.of_area(place.area.id))}">{drawn}</a>' if linked else drawn

    parts = []
    for place in sorted(lying, key=lambda one: -(one.area.population or 0)):  # small ones lie on top
        if place not in far:
            x, y = frame.x(place.area.lon or 0), frame.y(place.area.lat or 0)
            parts.append(point(place, x, y))
            if place.area.name in ISLANDS:  # or nobody would know what the two points are
                parts.append(_named(place.area.name, x - 6, y + 4, "end"))
    for number, place in enumerate(far):
        x, y = WIDTH - (number + 1) * (APART + MARGIN), frame.height
        parts.append(f'<rect class="epi-apart" x="{x:g}" y="{y:g}" width="{APART:g}" height="28" rx="4"/>')
        parts += [point(place, x + 14, y + 14), _named(place.area.name, x + 28, y + 18)]
    height = frame.height + (28 + MARGIN if far else 0)
    return Drawing(round(WIDTH), round(height), legend(starts, ask.shown), map_said(lying, ask.shown),
                   points=mark_safe("".join(parts)))  # fmt: skip


def far_from(lying: Sequence[Place]) -> list[Place]:
    """The few places far from all others: further than some times what nine in ten are from the middle."""
    if len(lying) < FEWEST:
        return []
    lat, lon = (median(getattr(place.area, name) or 0 for place in lying) for name in ("lat", "lon"))
    narrow = cos(radians(lat))
    away = {
        place.area.id: hypot((place.area.lat or 0) - lat, ((place.area.lon or 0) - lon) * narrow) for place in lying
    }
    usual = sorted(away.values())[round(0.9 * len(away)) - 1]
    far = [place for place in lying if away[place.area.id] > FAR * usual]
    return far if len(far) <= MOST_APART else []


def _named(name: str, x: float, y: float, anchor: str = "start") -> str:
    return f'<text class="epi-apart-name" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(name)}</text>'


@dataclass(frozen=True)
class _Frame:
    """Degrees to units of the drawing, alike in both directions."""

    north: float
    west: float
    narrow: float
    unit: float
    shift: float
    height: float

    def x(self, lon: float) -> float:
        return MARGIN + self.shift + (lon - self.west) * self.narrow * self.unit

    def y(self, lat: float) -> float:
        return MARGIN + (self.north - lat) * self.unit


def _framed(lying: Sequence[Place]) -> _Frame:
    lats = [place.area.lat or 0 for place in lying]
    lons = [place.area.lon or 0 for place in lying]
    north, south, west, east = max(lats), min(lats), min(lons), max(lons)
    narrow = cos(radians((north + south) / 2))
    inner = WIDTH - 2 * MARGIN
    unit = inner / max((east - west) * narrow, (north - south) * 0.6, 0.01)
    shift = (inner - (east - west) * narrow * unit) / 2
    return _Frame(north, west, narrow, unit, shift, (north - south) * unit + 2 * MARGIN)


def legend(starts: Sequence[float], shown: str) -> tuple[tuple[str, str], ...]:
    """Classes of colour with the value each begins at."""
    if shown == "growth":
        return tuple((f"pic-g{index}", f"×{num(f'{start:.1f}', 1)}" if start else "0")
                     for index, start in enumerate(starts))  # fmt: skip
    measure = "first" if shown == "coverage" else "today"
    return tuple((f"pic-b{index}", words.measured_text(start, measure, exact=True))
                 for index, start in enumerate(starts))  # fmt: skip


def map_said(found: Sequence[Place], shown: str) -> str:
    """What the map shows, in words: both ends, how many places grow, and of how many nothing can be said."""
    known = [(value, place) for place in found if (value := place.value(shown)) is not None]
    if not known:
        return _("Nothing can be said of any place yet.")
    parts = [_changing(known)] if shown == "growth" else [_ends(known, shown)]
    missing = len(found) - len(known)
    if missing:
        parts.append(_("Places of which nothing can be said: {count}.").format(count=num(missing)))
    return " ".join(parts)


def _ends(known: Sequence[tuple[float, Place]], shown: str) -> str:
    high, low = max(known, key=lambda entry: entry[0]), min(known, key=lambda entry: entry[0])
    if high[0] == low[0]:
        return _("The same everywhere: {first}.").format(first=told(high[1], shown))
    if not low[0]:
        none = sum(not value for value, _place in known)
        return _("Highest: {first}. None at all: {count} places.").format(first=told(high[1], shown), count=num(none))
    return _("Highest: {first}. Lowest: {last}.").format(first=told(high[1], shown), last=told(low[1], shown))


def _changing(known: Sequence[tuple[float, Place]]) -> str:
    up = sorted(((value, place) for value, place in known if place.sure and value > 1), key=lambda entry: -entry[0])
    down = sum(place.sure and value < 1 for value, place in known)
    text = _("Rising: {up}, falling: {down}, no clear change: {rest}.").format(
        up=num(len(up)), down=num(down), rest=num(len(known) - len(up) - down)
    )
    return f"{text} " + _("Fastest: {first}.").format(first=told(up[0][1], "growth")) if up else text
