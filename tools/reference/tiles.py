"""Tile maps: every province an equal square, for the 63 provinces of 2021 and the 34 of 2025.

Drawn by hand so that neighbours mostly stay neighbours. Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa) stand in the sea
beside their provinces, as on the official map.
"""

from areas import COUNTED, REFORM, Atlas

COLUMNS = ("map", "code", "col", "row", "part", "name")

# One line is one row of the map; codes of provinces, -- is empty.
MAP_63 = """
-- -- -- -- 02 04
-- -- 12 10 08 06 20
-- -- 11 15 25 19 24 22
-- -- -- 14 26 27 30 31
-- -- -- 17 01 33 34
-- -- -- 37 35 36
-- -- -- 38
-- -- -- 40
-- -- -- 42
-- -- -- -- 44
-- -- -- -- 45
-- -- -- -- -- 46
-- -- -- -- -- 49 48 -- HS
-- -- -- -- -- 62 51
-- -- -- -- -- 64 52
-- -- -- -- -- 66 54
-- -- -- 70 67 68 56 -- TS
-- -- 72 74 75 60 58
89 87 80 79 77
91 92 86 82
-- 93 84 83
96 95 94
"""
MAP_34 = """
-- 12 15 08 04
11 14 25 19 20
-- -- 01 24 22
-- -- 37 33 31
-- -- 38
-- -- 40
-- -- 42
-- -- -- 44
-- -- -- 46
-- -- -- -- 48 -- HS
-- -- -- -- 51
-- -- -- -- 52
-- -- -- -- 66
-- -- 75 68 56 -- TS
-- 80 79
-- 82 86
91 92
96
"""
ISLANDS = {"HS": ("48", "Hoàng Sa"), "TS": ("56", "Trường Sa")}


def build(atlas: Atlas) -> list[tuple[str, str, int, int, str, str]]:
    rows = []
    for name, drawing, day in (("63", MAP_63, COUNTED), ("34", MAP_34, REFORM)):
        provinces = {area.code: area.name for area in atlas.on(day, 1)}
        drawn = set()
        for row, line in enumerate(drawing.strip("\n").splitlines()):
            for col, code in enumerate(line.split()):
                if code in ISLANDS:
                    rows.append((name, ISLANDS[code][0], col, row, "islands", ISLANDS[code][1]))
                elif code != "--":
                    rows.append((name, code, col, row, "province", provinces[code]))
                    drawn.add(code)
        if drawn != provinces.keys():
            raise SystemExit(f"tile map {name}: {sorted(drawn ^ provinces.keys())} missing or unknown")
    return sorted(rows)
