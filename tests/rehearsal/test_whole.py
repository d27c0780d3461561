"""The commands themselves, against a house of their own: server, database and stations, with and without faults."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.scale]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


def lachan(data_dir: Path, *words: str) -> dict[str, Any]:
    """The one JSON object a command prints; it must end with 0."""
    done = subprocess.run(
        [sys.executable, "-m", "lachan.cli.main", *words, "--json"],
        env={**os.environ, "LACHAN_DATA_DIR": str(data_dir)}, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def test_a_day_with_killed_workers_and_databases_loses_and_doubles_nothing(data_dir: Path):
    found = lachan(data_dir, "rehearse", "--doses", "20000", "--stations", "60", "--batch", "100", "--faults")
    assert (found["good"], found["lost"], found["doubled"]) == (True, 0, 0)
    assert found["kills"].get("web worker")
    assert found["kills"].get("postgresql")
    assert found["retries"] > 0


def test_a_seed_may_be_played_twice_in_one_database(data_dir: Path):
    for _ in range(2):
        found = lachan(data_dir, "rehearse", "--doses", "300", "--stations", "5", "--seed", "9")
        assert (found["good"], found["lost"], found["doubled"]) == (True, 0, 0)


def test_bench_doses_reports_what_is_asked_and_loses_nothing(data_dir: Path):
    found = lachan(data_dir, "bench", "doses", "--people", "20000", "--doses", "4000")
    wanted = {"doses_per_s", "bare_rows_per_s", "ratio", "p50_ms", "p99_ms", "rss_mb", "lost", "doubled"}
    assert wanted <= found.keys()
    assert (found["lost"], found["doubled"], found["not_accepted"], found["resent_counted_again"]) == (0, 0, 0, 0)
    assert found["settings"]["fsync"] == found["settings"]["synchronous_commit"] == "on"
    assert found["counters_equal"]
