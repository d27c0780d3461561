"""Write Vietnam's real epidemic series, and the ages of its people, for the replay and the what-if.

    python tools/reference/epidemic.py --shared ../shared

Numbers are carried over as they were published. What is wrong with them is found here and written beside them: nothing
is smoothed, moved or filled. Writes the same bytes every time; stops when a table is not as this tool knows it.
"""

import argparse
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from files import read_csv, write_csv, write_json

PROJECT = Path(__file__).resolve().parents[2]
FIRST, LAST = "2021-04-27", "2021-11-17"
ABSENT = "04"  # Cao Bằng: no case until the end of the table, so its author left it out
BACKLOG_RATIO = 1.8  # a day this many times the median of the two weeks around it holds more than its own cases
BACKLOG_LEAST = 1_000
SHORT_SHARE = 0.25  # a day with less than this share of that median was reported late

SOURCES = {
    "provinces": "VnExpress and the Ministry of Health through vohai611/vn-covid 789a9362; numbers only",
    "national": "Johns Hopkins University CSSE, CC BY 4.0, through cran/coronavirus 4898393b and "
    "SyntheticAdil/COVID-Statistical-Analysis 1f9e6776",
    "doses": "Johns Hopkins University, Centers for Civic Impact, through cran/coronavirus 4898393b",
    "ages": "United Nations, World Population Prospects 2019, through cran/wpp2019 a1693cc4, CC BY 3.0 IGO",
}


def days_between(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=at)).isoformat() for at in range((end - start).days + 1)]


def provinces(shared: Path) -> tuple[list[str], list[str], dict[str, dict[str, int]]]:
    """Days, codes and cases by code and day; every province has every day, none is negative."""
    cases: dict[str, dict[str, int]] = {}
    for row in read_csv(shared / f"epi/vn_province_cases_{FIRST}_{LAST}.csv"):
        cases.setdefault(row["province_code"], {})[row["date"]] = int(row["new_cases"])
    days, codes = days_between(FIRST, LAST), sorted(cases)
    if len(codes) != 62 or ABSENT in codes:
        raise SystemExit(f"{len(codes)} provinces, 62 without {ABSENT} were expected")
    for code in codes:
        if sorted(cases[code]) != days:
            raise SystemExit(f"province {code} does not have each day from {FIRST} to {LAST} once")
        if min(cases[code].values()) < 0:
            raise SystemExit(f"province {code} has a negative day, which this table never had")
    return days, codes, cases


def nation(shared: Path) -> list[dict[str, Any]]:
    """One row a day: cases, deaths, doses (sums as published, None where nothing was)."""
    doses = {row["date"]: row for row in read_csv(shared / "epi/vn_vaccination_daily_jhu.csv")}
    rows = []
    for row in read_csv(shared / "epi/vn_cases_deaths_daily_jhu.csv"):
        given = doses.get(row["date"], {})
        rows.append(
            {
                "date": row["date"],
                "cases": int(row["new_cases"]),
                "deaths": int(row["new_deaths"]),
                "doses_sum": int(given["doses_cum"]) if given.get("doses_cum") else None,
                "people_sum": int(given["people_at_least_one_dose"]) if given.get("people_at_least_one_dose") else None,
            }
        )
    if [row["date"] for row in rows] != days_between(rows[0]["date"], rows[-1]["date"]):
        raise SystemExit("the national table lacks a day or has one twice")
    return rows


def usual(values: list[int], at: int) -> float:
    """Median of the week before and the week after a day, the day itself left out."""
    around = sorted(values[max(0, at - 7) : at] + values[at + 1 : at + 8])
    return float(around[len(around) // 2])


def defects(rows: list[dict[str, Any]], codes: list[str], cases: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Everything wrong that can be found by counting, each with its day, its value and what was usual around it."""
    found: list[dict[str, Any]] = []
    for series in ("cases", "deaths"):
        values = [row[series] for row in rows]
        for at, row in enumerate(rows):
            normal = usual(values, at)
            entry = {"series": series, "day": row["date"], "value": values[at], "usual": normal}
            if values[at] < 0:
                found.append({"code": "negative_day", **entry})
            elif values[at] > max(BACKLOG_RATIO * normal, BACKLOG_LEAST):
                found.append({"code": "backlog_day", **entry})
            elif normal > BACKLOG_LEAST and values[at] < SHORT_SHARE * normal:
                found.append({"code": "short_day", **entry})
    for series in ("doses_sum", "people_sum"):
        known = [row for row in rows if row[series] is not None]
        for before, row in pairwise(known):
            if row[series] < before[series]:
                found.append(
                    {
                        "code": "sum_falls",
                        "series": series,
                        "day": row["date"],
                        "value": row[series],
                        "before": before[series],
                    }
                )
    for row in rows:
        if row["doses_sum"] is not None and row["people_sum"] is not None and row["people_sum"] > row["doses_sum"]:
            found.append(
                {
                    "code": "more_people_than_doses",
                    "series": "people_sum",
                    "day": row["date"],
                    "value": row["people_sum"],
                    "doses": row["doses_sum"],
                }
            )
    found.append({"code": "province_absent", "series": "provinces", "province": ABSENT})
    by_province = sum(sum(cases[code].values()) for code in codes)
    by_nation = sum(row["cases"] for row in rows if FIRST <= row["date"] <= LAST)
    found.append({"code": "sums_differ", "series": "cases", "provinces": by_province, "nation": by_nation})
    return found


def later_totals(shared: Path, codes: list[str], cases: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Provinces whose published total of the day after differs by more than 5 % and 50 cases: what was put right later,
    without saying of which days."""
    found = []
    for row in read_csv(shared / "epi/vn_province_totals_2021-11-18.csv"):
        code, total = row["province_code"], int(row["cases_cum"])
        days = sum(cases[code].values()) if code in codes else 0
        if abs(days - total) > max(50, 0.05 * total):
            found.append({"province": code, "sum_of_days": days, "published_total": total})
    return found


def ages(shared: Path) -> list[tuple[int, int]]:
    """(first year of life, people) of the five-year groups, both sexes."""
    rows = read_csv(shared / "population/vn_age_sex_2020_wpp2019.csv")
    return [(int(row["age_group"].rstrip("+").split("-")[0]), int(row["male"]) + int(row["female"])) for row in rows]


def build(shared: Path, target: Path) -> None:
    days, codes, cases = provinces(shared)
    rows = nation(shared)
    write_csv(
        target / "vietnam_2021_provinces.csv",
        ("date", *codes),
        [(day, *(cases[code][day] for code in codes)) for day in days],
    )
    write_csv(target / "vietnam_national.csv", tuple(rows[0]), [tuple(row.values()) for row in rows])
    write_csv(target / "vietnam_ages.csv", ("age_from", "people"), ages(shared))
    write_json(
        target / "vietnam_2021.json",
        {
            "sources": SOURCES,
            "first": FIRST,
            "last": LAST,
            "meaning": "cases of a day are those announced on that day; no later version of a day was kept",
            "defects": defects(rows, codes, cases),
            "corrected_later": later_totals(shared, codes, cases),
            "lacking": ["vaccination by province", "fully vaccinated people", "deaths by province and day", "tests"],
        },
    )
    print(f"{len(days)} days of {len(codes)} provinces, {len(rows)} national days")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder that holds reference-data")
    parser.add_argument("--into", type=Path, default=PROJECT, help="checkout to write into, this one by default")
    arguments = parser.parse_args()
    shared = arguments.shared / "reference-data"
    if not shared.is_dir():
        raise SystemExit(f"no reference-data folder in {shared.parent}")
    build(shared, arguments.into / "src/lachan/forecasting/data")


if __name__ == "__main__":
    main()
