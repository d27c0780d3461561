"""What anybody may see, without signing in: sums of whole weeks on their own map, small numbers suppressed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from lachan.access import reach
from lachan.analytics.epidemic.derived import WEEK
from lachan.analytics.epidemic.facts import COVID, Public, PublicLine, Wanted
from lachan.analytics.epidemic.series import for_jobs
from lachan.analytics.epidemic.suppression import Concealed, conceal
from lachan.analytics.maps import map_on
from lachan.kernel.errors import Problem
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY_ID, PROVINCE

SHOWN: Final = ("cases", "deaths", "tests")
LATE: Final = timedelta(days=2)  # for reports that come after a week's end
Sums = list[list[int]]  # by province and commune, the last of each without a commune of the map


def public(area_id: int, day: date, disease: str = COVID) -> Public:
    """What anybody may see of the nation, a province or a commune: the last week that was over two days before ``day``,
    on its own map, as known then. Two statements.

    A week's figures stay as they came out: two of the same week would show by their difference who was added late.
    Problem 404 for an area of another map, and for districts: a second way to add the same people up would give away
    what the first one hides.
    """
    last = day - LATE
    end = last - timedelta(days=(last.weekday() + 1) % 7)
    area, of = reach.known(area_id), map_on(end)
    if area.level not in (0, PROVINCE, COMMUNE) or not area.valid(of.day):
        raise Problem("area_unknown", "Unknown area", f"There is no area {area_id} on the map of the week.", status=404)
    tree = _tree(of.day)
    counted = _counted(tree, end, disease)
    hidden = [conceal(sums) for sums in counted]
    if area.level == 0:
        whole = _line(
            area, [_shown(sum(map(sum, sums)), gone.whole) for sums, gone in zip(counted, hidden, strict=True)]
        )
        lines = [_province(at, province, counted, hidden) for at, (province, _) in enumerate(tree)]
    else:
        at = next(at for at, (province, _) in enumerate(tree) if province.id in (area.id, area.province_id))
        whole = _province(at, tree[at][0], counted, hidden)
        lines = [
            _line(commune, [_shown(sums[at][place], gone.pieces[at][place])
                            for sums, gone in zip(counted, hidden, strict=True)])
            for place, commune in enumerate(tree[at][1])
        ]  # fmt: skip
        if area.level == COMMUNE:
            whole, lines = next(line for line in lines if line.area.id == area.id), []
    cells = [value for line in lines for value in (line.cases7, line.deaths7, line.tests7)]
    lines.sort(key=lambda line: line.area.code)
    return Public(end, whole, tuple(lines), cells.count(None))


def _tree(on: date) -> list[tuple[AreaFact, list[AreaFact]]]:
    """Provinces and their communes, fewest people first: the order in which numbers are hidden beside small ones."""

    def few(areas: list[AreaFact]) -> list[AreaFact]:
        return sorted(areas, key=lambda area: (area.population or 0, area.code))

    return [(province, few(places.communes(province.id, on))) for province in few(places.provinces(on))]


def _counted(tree: list[tuple[AreaFact, list[AreaFact]]], end: date, disease: str) -> list[Sums]:
    """Sums of the week by measure, province and commune."""
    since = end - timedelta(days=WEEK - 1)
    provinces = [province.id for province, _ in tree]
    communes = [commune.id for _, below in tree for commune in below]
    wanted = Wanted(
        measures=SHOWN, since=since, until=end, disease=disease, as_of=end + LATE,
        area_ids=(*provinces, *communes, COUNTRY_ID),
    )  # fmt: skip
    sums = for_jobs(wanted).values.sum(axis=-1)
    found = []
    for row in sums.tolist():
        start, parts = len(provinces), []
        for at, (_, below) in enumerate(tree):
            values = row[start : start + len(below)]
            parts.append([*values, max(row[at] - sum(values), 0)])
            start += len(below)
        # what nobody knows the province of is a part of the nation too
        found.append([*parts, [max(row[-1] - sum(row[: len(provinces)]), 0)]])
    return found


def _province(at: int, area: AreaFact, counted: list[Sums], hidden: list[Concealed]) -> PublicLine:
    return _line(area, [_shown(sum(sums[at]), gone.parts[at]) for sums, gone in zip(counted, hidden, strict=True)])


def _shown(value: int, gone: bool) -> int | None:
    return None if gone else value


def _line(area: AreaFact, values: list[int | None]) -> PublicLine:
    cases, deaths, tests = values
    rate = 100_000 * cases / area.population if cases is not None and area.population else None
    return PublicLine(area, cases, deaths, tests, rate)
