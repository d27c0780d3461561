"""The table says what was reached, what was missed, and is kept with the run it came from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lachan.bench import report

RESULTS: dict[str, Any] = {
    "doses": {"doses_per_s": 7_000, "ratio": 0.2, "rss_mb": 900},
    "single": {"requests_per_s": 100, "p99_ms": 80.0},
    "coverage": {"p95_ms": 20.0},
}
FACTS = {"cores": 2, "memory_gb": 24, "architecture": "x86_64", "python": "3.11.7"}


def test_each_goal_is_reached_as_must_or_aim_or_missed():
    verdicts = {row[0]: row[-1] for row in report.rows(RESULTS)}
    assert verdicts["doses through HTTP in batches of 200"] == "must"
    assert verdicts["the same against bare psycopg rows"] == "aim"
    assert verdicts["single-dose requests"] == "MISSED"
    assert verdicts["memory of all processes during bench doses"] == "aim"
    assert verdicts["national coverage by province, p95"] == "must"


def test_what_was_not_measured_is_not_in_the_table():
    assert not any("search" in row[0] for row in report.rows(RESULTS))


def test_a_run_is_kept_whole_with_the_table_that_names_it(tmp_path: Path):
    path = report.keep(tmp_path, RESULTS, FACTS, datetime(2026, 3, 3, 12, 0, tzinfo=UTC))
    kept = json.loads(path.read_text())
    assert kept["machine"] == FACTS
    assert kept["doses"] == RESULTS["doses"]
    table = (tmp_path / "README.md").read_text()
    assert path.name in table
    assert "| single-dose requests | 100/s | 250/s | 600/s | MISSED |" in table
