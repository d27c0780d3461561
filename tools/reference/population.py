"""Population estimates: provinces from the statistics office (mean of 2019, scaled to 98.5 million for 2021),
communes apportioned. Meant for a realistic demonstration and for denominators by province, not for statistics by
commune: no population by commune is published.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from areas import COUNTED, REFORM, Area, Atlas
from files import read_csv
from successors import Successor

NATION_2021 = 98_500_000
WEIGHT = {"ward": 1.8, "township": 1.2, "commune": 1.0}
# Island districts have no communes, Trường Sa hardly anyone: orders of magnitude from general knowledge.
FIXED_DISTRICTS = {"318": 1_000, "471": 500, "498": 0, "536": 22_000, "755": 9_000}
FIXED_COMMUNES = {"22736": 100, "22737": 60, "22739": 60}


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to the weights that sum to the total exactly (largest remainders)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    counts = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts


def base_2021(shared: Path, atlas: Atlas) -> None:
    rows = read_csv(shared / "population/province_population_health_2019.csv")
    provinces = apportion(NATION_2021, [float(row["population_2019"]) for row in rows])
    communes: dict[str, list[Area]] = defaultdict(list)
    islands: dict[str, list[Area]] = defaultdict(list)
    for area in atlas.on(COUNTED):
        if area.level == 3:
            communes[atlas.province(area, COUNTED).code].append(area)
        elif area.level == 2:
            area.population = FIXED_DISTRICTS.get(area.code, 0)
            islands[area.parent_code].append(area)
    for row, people in zip(rows, provinces, strict=True):
        province = atlas.at(1, row["province_code"], COUNTED)
        assert province is not None
        province.population = people
        left = people - sum(area.population or 0 for area in islands[province.code])
        open_ended = []
        for area in communes[province.code]:
            area.population = FIXED_COMMUNES.get(area.code)
            if area.population is None:
                open_ended.append(area)
            else:
                left -= area.population
        shares = apportion(left, [WEIGHT[area.kind] for area in open_ended])
        for area, share in zip(open_ended, shares, strict=True):
            area.population = share
        for area in communes[province.code]:
            district = atlas.parent(area, COUNTED)
            assert district is not None
            district.population = (district.population or 0) + (area.population or 0)
    country = atlas.at(0, "00", COUNTED)
    assert country is not None
    country.population = NATION_2021


def carry_forward(atlas: Atlas, links: list[Successor]) -> None:
    """Rows that began later get the people of what they were made from; the communes of the reform are then scaled so
    that each province holds exactly the people of its old provinces."""
    onward: dict[int, list[Successor]] = defaultdict(list)
    inward: dict[int, list[Successor]] = defaultdict(list)
    for link in links:
        onward[link.old.id].append(link)
        inward[link.new.id].append(link)

    def inflow(area: Area) -> float:
        same = [link for link in inward[area.id] if area.level == 3 or link.old.level == area.level]
        return sum((link.old.population or 0) / len(onward[link.old.id]) for link in same)

    started: dict[str, list[Area]] = defaultdict(list)
    for area in atlas.rows:
        if area.valid_from > COUNTED:
            started[area.valid_from].append(area)
    for day in sorted(started):
        for area in started[day]:
            if area.level != 2:
                area.population = round(inflow(area))
        if day == REFORM:
            scale_communes(atlas, inflow)
        for area in started[day]:
            if area.level == 2:
                inside = [child for child in atlas.on(day, 3) if child.parent_code == area.code]
                area.population = sum(child.population or 0 for child in inside)


def scale_communes(atlas: Atlas, inflow: Callable[[Area], float]) -> None:
    for province in atlas.on(REFORM, 1):
        inside = [area for area in atlas.on(REFORM, 3) if area.parent_code == province.code]
        shares = apportion(province.population or 0, [inflow(area) for area in inside])
        for area, share in zip(inside, shares, strict=True):
            area.population = share


def build(shared: Path, atlas: Atlas, links: list[Successor]) -> None:
    base_2021(shared, atlas)
    carry_forward(atlas, links)
