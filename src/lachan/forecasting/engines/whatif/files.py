"""Answers of a what-if in files: ranges, totals, differences, assumptions as CSV, and one summary as JSON."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from lachan.forecasting.engines.whatif.assumptions import Floats, raw
from lachan.forecasting.engines.whatif.scenario import Scenario
from lachan.forecasting.engines.whatif.simulate import LEVELS, MEASURES, Difference, Ranges

QUANTILES: Final = tuple(f"q{level * 100:02.0f}" for level in LEVELS)
Row = Sequence[object]


def write_all(
    folder: Path, scenarios: Sequence[Scenario], ranges: Sequence[Ranges], differences: Sequence[Difference]
) -> dict[str, Any]:
    """Write `ranges.csv`, `totals.csv`, `differences.csv`, `assumptions.csv` and `summary.json`; returns the summary.

    The first scenario is the base. Each file is written whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _csv(folder / "ranges.csv", ("scenario", "measure", "unit", "date", *QUANTILES), _days(ranges))
    _csv(folder / "totals.csv", ("scenario", "measure", "total", *QUANTILES), _totals(ranges))
    _csv(
        folder / "differences.csv",
        ("base", "scenario", "measure", "unit", "date", *QUANTILES),
        (
            (one.base, one.other, name, _unit(name), str(day), *_rounded(one.measures[name][:, at]))
            for one in differences
            for name in MEASURES
            for at, day in enumerate(one.days)
        ),
    )
    _csv(
        folder / "assumptions.csv",
        ("scenario", "field", "value", "unit", "own", "meaning", "meaning_vi", "source"),
        (
            (scenario.name, entry.field, entry.said, entry.unit, int(entry.own), entry.en, entry.vi, entry.source)
            for scenario in scenarios
            for entry in scenario.assumptions()
        ),
    )
    summary = summary_of(ranges, differences)
    _whole(folder / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return summary


def summary_of(ranges: Sequence[Ranges], differences: Sequence[Difference]) -> dict[str, Any]:
    """Totals, notes, fit and differences, as a machine reads them."""
    return {
        "levels": LEVELS.tolist(),
        "scenarios": [
            {
                "name": one.name,
                "seed": one.seed,
                "days": [str(one.days[0]), str(one.days[-1])],
                "totals": {name: _rounded(one.totals[name]) for name in MEASURES},
                "notes": list(one.notes),
                "fit": None
                if one.fit is None
                else {
                    "weeks": [str(day) for day in one.fit.ends],
                    "told": one.fit.told.tolist(),
                    "said": [_rounded(level) for level in one.fit.said],
                    "missed": round(one.fit.missed, 3),
                },
            }
            for one in ranges
        ],
        "differences": [
            {
                "base": one.base,
                "scenario": one.other,
                "paired": one.paired,
                "totals": {name: _rounded(one.totals[name]) for name in MEASURES},
                "less": {name: round(share, 4) for name, share in one.less.items()},
            }
            for one in differences
        ],
    }


def _days(ranges: Sequence[Ranges]) -> Iterable[Row]:
    for one in ranges:
        for name in MEASURES:
            for at, day in enumerate(one.days):
                yield (one.name, name, _unit(name), str(day), *_rounded(one.measures[name][:, at]))


def _totals(ranges: Sequence[Ranges]) -> Iterable[Row]:
    for one in ranges:
        for name in MEASURES:
            yield (one.name, name, raw()["measures"][name]["total"], *_rounded(one.totals[name]))


def _unit(name: str) -> str:
    return str(raw()["measures"][name]["unit"])


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 3) for value in values]


def _csv(path: Path, heading: Sequence[str], rows: Iterable[Row]) -> None:
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
    os.replace(draft, path)


def _whole(path: Path, text: str) -> None:
    draft = path.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
