"""The four tracks of the benchmark's developers' period, answered by the command as anybody would run it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from lachan.bench.analytics_fill import Say

TRACKS: Final = ("eu-covid", "us-flu", "us-covid", "de-nowcast")
JOBS: Final = 2


def measure(data: Path, say: Say) -> dict[str, Any]:
    """``tracks_s``: all four, one after the other, ``lachan forecast run --jobs 2`` each in a process of its own; None,
    with ``tracks_why``, where the data are not there."""
    missing = [name for name in TRACKS if not (data / name / "task.json").exists()]
    if missing:
        return {"tracks_s": None, "tracks_why": f"not measured: {', '.join(missing)} not found in {data}"}
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in TRACKS:
            say(f"the track {name}")
            started = time.perf_counter()
            command = [
                sys.executable, "-m", "lachan.cli.main", "forecast", "run", "--input", str(data / name),
                "--output", str(Path(folder) / name), "--jobs", str(JOBS), "--json",
            ]  # fmt: skip
            done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            if done.returncode:
                raise SystemExit(f"the track {name} was not answered")
            found[name] = round(time.perf_counter() - started, 1)
    return {"tracks_s": round(sum(found.values()), 1), "tracks": found}
