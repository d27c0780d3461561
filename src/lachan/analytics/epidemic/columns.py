"""Which stored areas make up the areas somebody asks for, on either map; and what a statement packed, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.access import reach
from lachan.analytics.epidemic.facts import Wanted
from lachan.analytics.maps import Map, map_of, map_on, provinces_on, residences_of
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import PROVINCE

DAY: Final = np.dtype([("day", ">i4"), ("value", ">i8")])
DELAY: Final = np.dtype([("day", ">i4"), ("delay", ">i4"), ("value", ">i8")])


class Columns(NamedTuple):
    """Stored ids and the column each counts in: of provinces (``wide``) or of communes."""

    wide: bool
    stored: list[int]
    cols: list[int]


def asked(wanted: Wanted) -> list[AreaFact]:
    """The areas, in the order of the answer's columns. Problem 404 for one that is not there."""
    if wanted.children_of is None:
        return [reach.known(area_id) for area_id in wanted.area_ids]
    area, of = reach.known(wanted.children_of), wanted.map or map_on(wanted.until)
    if area.level == 0:
        return places.provinces(of.day)
    inside = residences_of(area.id)
    return [found for found in places.communes(area.id, map_of(area).day) if found.id in inside]


def columns(areas: Sequence[AreaFact]) -> list[Columns]:
    """At most two: the wide ones (nation, provinces) and the others."""
    found = []
    for wide in (True, False):
        stored: list[int] = []
        cols: list[int] = []
        for col, area in enumerate(areas):
            if (area.level <= PROVINCE) is wide:
                parts = _provinces(area) if wide else sorted(residences_of(area.id))
                stored += parts
                cols += [col] * len(parts)
        if stored:
            found.append(Columns(wide, stored, cols))
    return found


def _provinces(area: AreaFact) -> list[int]:
    """Provinces as stored, on the map of each fact's own day; 0, where nobody knows, belongs to the nation only."""
    if area.level == 0:
        return [0, *sorted(stored for parts in provinces_on(Map.OF_2025).values() for stored in parts)]
    return sorted(provinces_on(map_of(area)).get(area.id, ()))


def listed(ids: Iterable[int]) -> str:
    """An array as the server reads it: of thousands of ids ten times as quick as element by element."""
    return f"{{{','.join(map(str, ids))}}}"


def unpack(packed: bytes, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    return np.frombuffer(packed, dtype=kind)
