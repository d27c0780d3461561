"""A scenario as a JSON file; docs/reference/scenario-files.md tells its fields."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from lachan.forecasting.engines.whatif.assumptions import (
    BadScenario,
    Floats,
    Range,
    Value,
    catalogue,
    range_of,
    raw,
    value_of,
)
from lachan.forecasting.engines.whatif.fields import day_of, known, list_of, number_of, whole_of
from lachan.forecasting.engines.whatif.planning import DOSES, doses_of
from lachan.forecasting.engines.whatif.scenario import (
    AGES,
    MOST_DAYS,
    MOST_DRAWS,
    SETTINGS,
    Measure,
    Scenario,
    Start,
    Variant,
    national_people,
    variant,
    variant_of,
)

FIELDS: Final = (
    "name", "start", "days", "draws", "people", "assumptions", "contacts", "variants", "measures", "doses", "from",
)  # fmt: skip
FROM: Final = ("cases", "cases_file", "infections_per_day", "rt")
LARGEST: Final = 5_000_000  # bytes of a scenario file
LEAST_HISTORY: Final = 14  # days of cases
MOST_HISTORY: Final = 730
MOST_VARIANTS: Final = 3
MOST_MEASURES: Final = 200
MOST_PEOPLE: Final = 2e9


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file; files it names lie beside it. BadScenario names the file or the field, and the remedy."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadScenario(
                f"{path.name}: over {LARGEST:,} bytes; put doses into a CSV file named by doses.given_file"
            )
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BadScenario(f"{path}: cannot be read ({fault})") from None
    except json.JSONDecodeError as fault:
        raise BadScenario(f"{path.name}: not JSON, line {fault.lineno}: {fault.msg}") from None
    if isinstance(given, dict):
        given.setdefault("name", path.stem)
    return scenario_of(given, path.parent)


def scenario_of(given: Any, folder: Path | None = None) -> Scenario:
    """A scenario from its JSON object. Files are read from `folder`; without one none may be named."""
    known("scenario", given, FIELDS)
    for name in ("start", "from"):
        if name not in given:
            raise BadScenario(
                f"{name}: is lacking"
                + ('; write {"cases": […]} or {"infections_per_day": …}' if name == "from" else "; write YYYY-MM-DD")
            )
    known("from", given["from"], FROM)
    known("doses", given.get("doses", {}), DOSES)
    if folder is None and ("cases_file" in given["from"] or "given_file" in given.get("doses", {})):
        raise BadScenario("cases_file, given_file: files cannot be named here; give cases and doses themselves")
    folder = folder or Path()
    start = day_of("start", given["start"])
    days = whole_of("days", given.get("days", 120), 1, MOST_DAYS)
    ages, people = _people(given.get("people", {}))
    values = _values(given.get("assumptions", {}))
    matrix, source = _contacts(given.get("contacts"), len(ages))
    doses = None
    if given.get("doses"):
        over = values.get("start.doses_over_days", catalogue()["start.doses_over_days"].default)
        if not isinstance(over, Range) or over.low != over.high:
            raise BadScenario("assumptions.start.doses_over_days: one number of days is needed, not a range")
        doses = doses_of(given["doses"], folder, start, days, ages, people, round(over.low))
    return Scenario(
        name=str(given.get("name", "scenario"))[:80],
        start=start,
        days=days,
        draws=whole_of("draws", given.get("draws", 400), 20, MOST_DRAWS),
        ages=ages,
        people=people,
        values=values,
        variants=_variants(given.get("variants", [{"like": "delta"}])),
        measures=_measures(given.get("measures", [])),
        doses=doses,
        begin=_start(given["from"], folder, start),
        matrix=matrix,
        matrix_source=source,
    )


def _people(given: Any) -> tuple[tuple[int, ...], Floats]:
    known("people", given, ("total", "ages", "counts"))
    ages: tuple[int, ...] = AGES
    if "ages" in given:
        ages = tuple(
            whole_of(f"people.ages[{at}]", age, 0, 100) for at, age in enumerate(list_of("people.ages", given["ages"]))
        )
        if len(ages) < 2 or ages[0] != 0 or list(ages) != sorted(set(ages)) or ages[-1] > 85:
            raise BadScenario("people.ages: first years of bands, from 0 upwards to at most 85, as [0, 18, 60]")
    if "counts" in given:
        counts = list_of("people.counts", given["counts"])
        if len(counts) != len(ages):
            raise BadScenario(f"people.counts: {len(counts)} numbers for {len(ages)} bands that begin at {list(ages)}")
        people = np.array([number_of(f"people.counts[{at}]", count, 1, MOST_PEOPLE) for at, count in enumerate(counts)])
    else:
        people = national_people(ages)
    if "total" in given:
        people = people * (number_of("people.total", given["total"], len(ages), MOST_PEOPLE) / people.sum())
    return ages, people


def _values(given: Any) -> dict[str, Value]:
    known("assumptions", given, tuple(catalogue()))
    return {name: value_of(catalogue()[name], value) for name, value in given.items()}


def _contacts(given: Any, bands: int) -> tuple[dict[str, Floats], str]:
    """Measured matrices, by setting or one for `all`; a person of the row meets so many of the column a day."""
    if given is None:
        return {}, ""
    known("contacts", given, ("matrix", "source"))
    rows = given.get("matrix")
    known("contacts.matrix", rows, (*SETTINGS, "all"))
    if set(rows) != {"all"} and set(rows) != set(SETTINGS):
        raise BadScenario(f"contacts.matrix: give one for all, or one for each of {', '.join(SETTINGS)}")
    if not given.get("source"):
        raise BadScenario("contacts.source: is lacking; write where the matrix was measured")
    made = {}
    for name, table in rows.items():
        try:
            made[name] = np.array(table, dtype=float)
        except (TypeError, ValueError):
            made[name] = np.zeros(0)
        if made[name].shape != (bands, bands) or not np.isfinite(made[name]).all() or (made[name] < 0).any():
            raise BadScenario(f"contacts.matrix.{name}: {bands} rows of {bands} numbers from 0 on are needed")
    if not np.sum(list(made.values()), axis=0).any():
        raise BadScenario("contacts.matrix: nobody meets anybody")
    return made, str(given["source"])


def _variants(given: Any) -> tuple[Variant, ...]:
    rows = list_of("variants", given)
    if not 1 <= len(rows) <= MOST_VARIANTS:
        raise BadScenario(f"variants: {len(rows)}; 1 to {MOST_VARIANTS} are possible")
    made = tuple(_variant(f"variants[{at}]", row) for at, row in enumerate(rows))
    if len({entry.name for entry in made}) < len(made):
        raise BadScenario("variants: two have one name; give each its own")
    if not any(entry.share.low > 0 for entry in made):
        raise BadScenario("variants: no share is above 0; the shares say which virus it starts with")
    return made


def _variant(field: str, row: Any) -> Variant:
    facts = raw()["variant_fields"]
    known(field, row, ("name", "like", "imports_from", *facts))
    ranges = {
        name: range_of(f"{field}.{name}", row[name], entry["least"], entry["most"], entry["unit"])
        for name, entry in facts.items()
        if name in row
    }
    since = day_of(f"{field}.imports_from", row["imports_from"]) if row.get("imports_from") else None
    if "like" in row:
        like = variant(str(row["like"]), **ranges)
        return replace(like, name=str(row.get("name", like.name)), imports_from=since)
    lacking = [name for name in facts if name not in ranges and name not in ("share", "imported_per_day")]
    if "name" not in row or lacking:
        raise BadScenario(
            f'{field}: lacks {", ".join(lacking or ["name"])}; or write "like": one of {", ".join(raw()["variants"])}'
        )
    return variant_of(str(row["name"]), ranges, imports_from=since)


def _measures(given: Any) -> tuple[Measure, ...]:
    rows = list_of("measures", given)
    if len(rows) > MOST_MEASURES:
        raise BadScenario(f"measures: {len(rows)}; at most {MOST_MEASURES}")
    made = []
    for at, row in enumerate(rows):
        field = f"measures[{at}]"
        known(field, row, ("name", "setting", "reduction", "since", "until"))
        if row.get("setting") not in (*SETTINGS, "all"):
            raise BadScenario(f"{field}.setting: {row.get('setting')!r}; write one of {', '.join((*SETTINGS, 'all'))}")
        since, until = (day_of(f"{field}.{end}", row[end]) if row.get(end) else None for end in ("since", "until"))
        if since and until and until < since:
            raise BadScenario(f"{field}.until: {until} is before since {since}")
        reduction = range_of(f"{field}.reduction", row.get("reduction"), 0.0, 1.0, "share of contacts")
        made.append(Measure(row["setting"], reduction, since, until, str(row.get("name", ""))[:120]))
    return tuple(made)


def _start(given: Any, folder: Path, start: date) -> Start:
    told = [name for name in ("cases", "cases_file", "infections_per_day") if name in given]
    if len(told) != 1:
        raise BadScenario("from: one of cases, cases_file and infections_per_day is needed")
    rt = range_of("from.rt", given["rt"], 0.01, 40, "people infected by one") if "rt" in given else None
    if told == ["infections_per_day"]:
        return Start(None, range_of("from.infections_per_day", given["infections_per_day"], 0, 1e9, "people a day"), rt)
    cases = given["cases"] if told == ["cases"] else _cases_file(folder / str(given["cases_file"]), start)
    numbers = [number_of(f"from.cases[{at}]", count, 0, 1e9) for at, count in enumerate(list_of("from.cases", cases))]
    if not LEAST_HISTORY <= len(numbers) <= MOST_HISTORY:
        raise BadScenario(
            f"from.cases: {len(numbers)} days; {LEAST_HISTORY} to {MOST_HISTORY} up to the day before the start"
        )
    if not any(numbers):
        raise BadScenario("from.cases: all are 0; give infections_per_day, or importations of a variant, instead")
    return Start(np.array(numbers), None, rt)


def _cases_file(path: Path, start: date) -> list[float]:
    """CSV with day,cases: every day up to the one before the start; later ones are passed over."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = [(day_of("from.cases_file.day", row["day"]), row["cases"]) for row in csv.DictReader(handle)]
    except (OSError, UnicodeDecodeError, KeyError) as fault:
        raise BadScenario(f"from.cases_file: {path.name} cannot be read ({fault!r}); CSV with day,cases") from None
    known_days = {day: number_of(f"from.cases_file {day}", count, 0, 1e9) for day, count in rows if day < start}
    if not known_days:
        raise BadScenario(f"from.cases_file: {path.name} has no day before the start {start}")
    first = max(min(known_days), start - timedelta(days=MOST_HISTORY))
    wanted = [first + timedelta(days=at) for at in range((start - first).days)]
    lacking = [day.isoformat() for day in wanted if day not in known_days]
    if lacking:
        raise BadScenario(
            f"from.cases_file: lacks {', '.join(lacking[:5])}; a row for every day, 0 where there were none"
        )
    return [known_days[day] for day in wanted]
