"""All areas and their successions in memory: pure look-ups in time. No database, no clock.

Sixteen thousand rows that change by resolution of the National Assembly are worth holding in every process: each
question is then a few dictionary steps, and the rooms above may ask per dose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from lachan.places.facts import AreaFact, Extent, Link, Placement, Relative
from lachan.places.rules import COMMUNE, COUNTRY_ID, DISTRICT, PROVINCE

_DAY = timedelta(days=1)


def _documented(link: Link) -> bool:
    return not link.reference.startswith("list:")


class Atlas:
    """Areas by id, code and day; built once, read only."""

    def __init__(self, areas: Iterable[AreaFact], links: Iterable[Link]) -> None:
        self.areas: dict[int, AreaFact] = {area.id: area for area in areas}
        self._versions: dict[tuple[int, str], list[AreaFact]] = defaultdict(list)
        self._children: dict[tuple[int, str], list[AreaFact]] = defaultdict(list)
        self._onward: dict[int, list[Link]] = defaultdict(list)
        self._inward: dict[int, list[Link]] = defaultdict(list)
        self._by_start = sorted(self.areas.values(), key=lambda area: (area.valid_from, area.level, area.id))
        for area in self._by_start:
            self._versions[area.level, area.code].append(area)
            if area.parent_id is not None:
                parent = self.areas[area.parent_id]
                self._children[parent.level, parent.code].append(area)
        for link in links:
            self._onward[link.old_id].append(link)
            self._inward[link.new_id].append(link)
        self._lowest = {area.id for area in self._by_start if self._is_lowest(area)}
        self._epochs = sorted({area.valid_from for area in self._by_start})

    def _is_lowest(self, area: AreaFact) -> bool:
        """A commune, or an island district: it had no communes and became one itself in 2025."""
        onward = [self.areas[link.new_id].level for link in self._onward.get(area.id, ())]
        return area.level == COMMUNE or (area.level == DISTRICT and COMMUNE in onward)

    def epoch(self, on: date) -> date:
        """First day of the unchanged period ``on`` falls in: answers for both days are the same."""
        place = bisect_right(self._epochs, on)
        return self._epochs[place - 1] if place else on

    def at(self, code: str, level: int, on: date) -> AreaFact | None:
        """The area that bore ``code`` on that day, or None: not every code is in use on every day."""
        return next((area for area in self._versions.get((level, code), ()) if area.valid(on)), None)

    def on(self, day: date, level: int) -> list[AreaFact]:
        """Areas of a level valid on a day, by code."""
        return sorted((a for a in self._by_start if a.level == level and a.valid(day)), key=lambda a: a.code)

    def parent(self, area: AreaFact, on: date) -> AreaFact | None:
        """The area above on a day within ``area``'s own period."""
        if area.parent_id is None:
            return None
        parent = self.areas[area.parent_id]
        return parent if parent.valid(on) else self.at(parent.code, parent.level, on)

    def path(self, area: AreaFact, on: date) -> list[AreaFact]:
        """The area and everything above it on a day within its period, the country last."""
        steps = [area]
        while (above := self.parent(steps[-1], on)) is not None:
            steps.append(above)
        return steps

    def own_day(self, area: AreaFact, on: date) -> date:
        """The day nearest to ``on`` on which the area is valid."""
        if area.valid_to is not None and on >= area.valid_to:
            return area.valid_to - _DAY
        return max(on, area.valid_from)

    def above(self, area: AreaFact, level: int, on: date) -> AreaFact | None:
        """The province or district the area lies in on the day of its own period nearest to ``on``."""
        return next((step for step in self.path(area, self.own_day(area, on)) if step.level == level), None)

    # succession

    def successors(self, area_id: int, on: date) -> tuple[Relative, ...]:
        """What the area has become by that day, following every step: itself while it is valid, empty before it began.

        A commune without a documented successor ends in its district or province, marked for review.
        """
        area = self.areas[area_id]
        if area.valid_from > on:
            return ()
        ends = self._walk(area, on, False, ())
        if len({end.area_id for end in ends}) > 1:
            first = {end.area_id: end for end in reversed(ends)}
            return tuple(Relative(key, "partial", True, first[key].references) for key in sorted(first))
        # parts of a split may meet again in one area: then the split no longer matters
        return (replace(ends[0], review=any(end.review for end in ends)),)

    def _walk(self, area: AreaFact, on: date, derived: bool, references: tuple[str, ...]) -> list[Relative]:
        if area.valid(on):
            return [Relative(area.id, "full", derived, references)]
        found: list[Relative] = []
        for link in self._onward[area.id]:
            doubtful = derived or (link.review and link.extent == "full")
            found += self._walk(self.areas[link.new_id], on, doubtful, (*references, link.reference))
        return found

    def predecessors(self, area_id: int, on: date) -> tuple[Relative, ...]:
        """What of that day became part of the area: itself while it is valid, empty for a day after it ended."""
        area = self.areas[area_id]
        if area.valid_to is not None and area.valid_to <= on:
            return ()
        found: dict[int, Relative] = {}
        self._walk_back(area, on, "full", False, (), found)
        return tuple(found[key] for key in sorted(found))

    def _walk_back(
        self,
        area: AreaFact,
        on: date,
        extent: Extent,
        review: bool,
        references: tuple[str, ...],
        found: dict[int, Relative],
    ) -> None:
        if area.valid(on):
            known = found.get(area.id)
            if known is None or known.extent == "partial":
                found[area.id] = Relative(area.id, extent, review, references)
            return
        for link in self._inward[area.id]:
            part: Extent = "partial" if "partial" in (extent, link.extent) else "full"
            back = self.areas[link.old_id]
            self._walk_back(back, on, part, review or link.review, (link.reference, *references), found)

    # areas beneath

    def beneath(self, area: AreaFact) -> Iterator[AreaFact]:
        """The area and all areas that lay under it on some day of its period."""
        yield area
        yield from self._beneath(area.level, area.code, area.valid_from, area.valid_to or date.max)

    def _beneath(self, level: int, code: str, start: date, end: date) -> Iterator[AreaFact]:
        for child in self._children.get((level, code), ()):
            first, until = max(start, child.valid_from), min(end, child.valid_to or date.max)
            if first < until:
                yield child
                if child.level < COMMUNE:
                    yield from self._beneath(child.level, child.code, first, until)

    def under(self, area_id: int, on: date | None, follow: bool) -> frozenset[int]:
        """See ``queries.areas_under``."""
        if area_id == COUNTRY_ID:
            found = set(self.areas) if follow else {area.id for area in self.beneath(self.areas[area_id])}
        else:
            found = {area.id for area in self.beneath(self.areas[area_id])}
            if follow:
                self._follow(found)
        if on is not None:
            found = {key for key in found if self.areas[key].valid(on)}
        return frozenset(found)

    def _follow(self, found: set[int]) -> None:
        """Add areas of other periods that lie wholly within. Earlier ones when everything they became is inside; later
        ones when everything they came from is inside and the law says so (an undocumented merger may bring in more)."""
        for area_id in (reached := list(found)):
            for back in self._inward.get(area_id, ()):
                if back.old_id not in found and all(link.new_id in found for link in self._onward[back.old_id]):
                    found.add(back.old_id)
                    reached.append(back.old_id)
        for area_id in (reached := list(found)):
            for ahead in self._onward.get(area_id, ()):
                links = self._inward[ahead.new_id]
                sure = all(link.old_id in found and (_documented(link) or not link.review) for link in links)
                if ahead.new_id not in found and sure:
                    found.add(ahead.new_id)
                    reached.append(ahead.new_id)

    # maps

    def province_on(self, area: AreaFact, on: date) -> int | None:
        """Province of the map of that day the area lies in; None for the country, and for a province of the later map
        that was several provinces then."""
        if area.level < PROVINCE:
            return None
        province = self.above(area, PROVINCE, on)
        if province is None or province.valid(on):
            return province.id if province else None
        if province.valid_from <= on:
            return self.successors(province.id, on)[0].area_id
        before = self._provinces_before(area if area.level > PROVINCE else province, on)
        return before.pop() if len(before) == 1 else None

    def _provinces_before(self, area: AreaFact, on: date) -> set[int]:
        found: set[int] = set()
        for relative in self.predecessors(area.id, on):
            province = self.above(self.areas[relative.area_id], PROVINCE, on)
            if province is not None:
                found.add(province.id)
        if found or area.level == PROVINCE:
            return found
        above = self.above(area, PROVINCE, on)
        return self._provinces_before(above, on) if above is not None else found

    def provinces_on(self, on: date) -> Mapping[int, int]:
        found = ((area.id, self.province_on(area, on)) for area in self.areas.values())
        return MappingProxyType({key: province for key, province in found if province is not None})

    def placement(self, area: AreaFact, on: date) -> Placement | None:
        """Where a commune stands on the map of that day; None when not even its province is known."""
        province_id = self.province_on(area, on)
        if province_id is None:
            return None
        relatives = self.successors(area.id, on) if area.valid_from <= on else self.predecessors(area.id, on)
        if len(relatives) == 1 and relatives[0].area_id in self._lowest:
            return Placement(relatives[0].area_id, province_id, relatives[0].review)
        return Placement(None, province_id, True)

    def communes_on(self, on: date) -> Mapping[int, Placement]:
        """Placement of every commune, and of the island districts that had no communes."""
        found: dict[int, Placement] = {}
        for area_id in self._lowest:
            placement = self.placement(self.areas[area_id], on)
            if placement is not None:
                found[area_id] = placement
        return MappingProxyType(found)
