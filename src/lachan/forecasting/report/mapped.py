"""The map of a report: a square a province, a point a commune; the same on the page and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import cos, radians, sqrt
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString

from lachan.forecasting.charts import Chart, number
from lachan.forecasting.charts.facts import raw
from lachan.forecasting.charts.frame import Size, sheet, text, ticks_of
from lachan.forecasting.charts.palette import fill, stroke
from lachan.forecasting.report.archive import Language
from lachan.forecasting.report.content import Map, Spot
from lachan.forecasting.report.words import MAP
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import PROVINCE

WIDTH: Final = 44  # of a square, and the ground between two
HEIGHT: Final = 32
GAP: Final = 3
LARGEST: Final = 9.0  # radius of a point
LEAST: Final = 1.6
ACROSS: Final = 300.0  # of the drawing of points
OUTLYING: Final = 0.02  # of the places on each side, drawn no further out than EDGE: an island must not take the map
EDGE: Final = 0.15  # of the breadth of all others
FOOT: Final = 34.0  # the scale below
STEP: Final = 50.0  # from class to class in the scale
DARK: Final = 4  # from this class on letters are light


def of(below: Sequence[AreaFact], day: date, rates: Mapping[int, float | None]) -> Map | None:
    """What lies in a place, with its rates; None: nothing does, or nobody knows where it lies."""
    if not below:
        return None
    if below[0].level == PROVINCE:
        people = {area.id: area.population or 0 for area in below}
        spots = [
            Spot(tile.name, tile.col, tile.row, rates.get(tile.province_id), people.get(tile.province_id, 0))
            for tile in places.tiles(day)
            if tile.part == "province"
        ]
        # Hoàng Sa and Trường Sa have no figure of their own; they stand beside their provinces on every map
        spots += [Spot(tile.name, tile.col, tile.row, None, 0) for tile in places.tiles(day) if tile.part == "islands"]
        return Map("tiles", tuple(spots))
    spots = [
        Spot(area.full_name, round(area.lon, 4), round(-area.lat, 4), rates.get(area.id), area.population or 0)
        for area in below
        if area.lat is not None and area.lon is not None
    ]
    return Map("points", tuple(spots)) if spots else None


def draw(found: Map, language: Language) -> Chart:
    """The map as a chart: a drawing, the same as a table, and its two ends in words."""
    known = sorted((spot for spot in found.spots if spot.value is not None), key=lambda spot: -(spot.value or 0))
    unit, title = MAP["unit"].into(language), MAP["title"].into(language)
    starts = ticks_of(0.0, max([spot.value or 0 for spot in known], default=0.0))[:-1]
    said = MAP["none"].into(language)
    if known:
        first, last = known[0], known[-1]
        said = MAP["said"].into(language).format(
            first=first.name, most=number(first.value, 1), last=last.name, least=number(last.value, 1)
        )  # fmt: skip
    body, width, height = (_tiles if found.kind == "tiles" else _points)(found.spots, starts)
    body += _scale(starts, height + 12, unit)
    wide, small = (_sheet(width, height + FOOT, name, title, said, body) for name in ("wide", "small"))
    rows = tuple((spot.name, number(spot.value, 1)) for spot in known)
    raws = tuple((spot.name, raw(spot.value)) for spot in known)
    return Chart(
        title, unit, wide, small, (MAP["place"].into(language), unit), rows, ("place", "incidence7"), raws, said
    )


def _sheet(width: float, height: float, name: str, title: str, said: str, body: str) -> SafeString:
    return sheet(Size(round(width), round(height), name), title, said, body)


def _class(value: float, starts: Sequence[float]) -> int:
    """0: none; from 1 on, by the steps of the scale."""
    return 0 if value <= 0 else max(1, sum(value >= start for start in starts))


def _ground(value: float | None, starts: Sequence[float]) -> str:
    return f"map-{_class(value, starts)}" if value is not None else "surface"


def _tiles(spots: Sequence[Spot], starts: Sequence[float]) -> tuple[str, float, float]:
    parts = ['<g font-size="8">']
    for spot in spots:
        x, y, middle = spot.x * WIDTH + 1, spot.y * HEIGHT + 1, spot.x * WIDTH + 1 + (WIDTH - GAP) / 2
        token = "surface" if spot.value is not None and _class(spot.value, starts) >= DARK else "ink"
        parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{WIDTH - GAP}" height="{HEIGHT - GAP}" rx="3"'
            f" {fill(_ground(spot.value, starts))}/>"
        )
        if spot.value is None:
            edge = f'x="{x:g}" y="{y:g}" width="{WIDTH - GAP}" height="{HEIGHT - GAP}" rx="3"'
            parts.append(f"<rect {edge} {stroke('line-strong', 0.8, '2 2')}/>")
        first, _, last = spot.name.rpartition(" ")
        names = [first, last] if first else [last]
        top = y + (9 if spot.value is not None and first else 13)
        for at, name in enumerate(names):
            parts.append(text(middle, top + 8 * at, name, anchor="middle", token=token))
        if spot.value is not None:
            parts.append(
                text(middle, y + HEIGHT - GAP - 3.5, number(spot.value, 1), anchor="middle", token=token, bold=True)
            )
    parts.append("</g>")
    columns, lines = max(spot.x for spot in spots) + 1, max(spot.y for spot in spots) + 1
    return "".join(parts), columns * WIDTH, lines * HEIGHT


def _points(spots: Sequence[Spot], starts: Sequence[float]) -> tuple[str, float, float]:
    """Alike in both directions; small places lie on top."""
    west, east = _ends([spot.x for spot in spots])
    north, south = _ends([spot.y for spot in spots])
    narrow = cos(radians((north + south) / 2))
    inner = ACROSS - 2 * LARGEST
    unit = inner / max((east - west) * narrow, (south - north) * 0.8, 0.01)
    shift = LARGEST + (inner - (east - west) * narrow * unit) / 2
    scale = LARGEST / sqrt(max(spot.people for spot in spots) or 1)
    parts = []
    for spot in sorted(spots, key=lambda one: -one.people):
        x = shift + (min(max(spot.x, west), east) - west) * narrow * unit
        y = LARGEST + (min(max(spot.y, north), south) - north) * unit
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{max(LEAST, scale * sqrt(spot.people)):.1f}"'
        name = f"<title>{escape(f'{spot.name}: {number(spot.value, 1)}')}</title>"
        parts.append(f"<circle {place} {fill(_ground(spot.value, starts))}>{name}</circle>")
        parts.append(f"<circle {place} {stroke('line-strong', 0.5)}/>")
    return "".join(parts), ACROSS, (south - north) * unit + 2 * LARGEST


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Where the drawing begins and ends: at the outermost place, but not far beyond all others."""
    ordered = sorted(values)
    out = int(len(ordered) * OUTLYING)
    low, high = ordered[out], ordered[-1 - out]
    room = EDGE * (high - low)
    return max(ordered[0], low - room), min(ordered[-1], high + room)


def _scale(starts: Sequence[float], y: float, unit: str) -> str:
    """Each class with the value it begins at."""
    parts = ['<g font-size="9">', text(0, y, unit)]
    for at, start in enumerate([None, *starts]):
        x = at * STEP
        parts.append(f'<rect x="{x:g}" y="{y + 5:g}" width="12" height="10" rx="2" {fill(f"map-{at}")}/>')
        parts.append(
            text(x + 15, y + 14, "0" if start is None else f">{number(start)}" if not start else number(start))
        )
    return "".join([*parts, "</g>"])
