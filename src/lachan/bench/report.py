"""What was measured, on which machine, kept as JSON and as one table."""

from __future__ import annotations

import json
import platform
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import psutil


class Goal(NamedTuple):
    """A measure of the table: where it is found, what it must reach and aims at. ``most``: less is better."""

    name: str
    path: tuple[str, str]
    must: float
    aim: float
    unit: str = ""
    most: bool = False

    def met(self, value: float, bound: float) -> bool:
        return value <= bound if self.most else value >= bound


GOALS = (
    Goal("doses through HTTP in batches of 200", ("doses", "doses_per_s"), 6_000, 20_000, "/s"),
    Goal("the same against bare psycopg rows", ("doses", "ratio"), 0.05, 0.15),
    Goal("single-dose requests", ("single", "requests_per_s"), 250, 600, "/s"),
    Goal("single-dose requests, p99", ("single", "p99_ms"), 250, 250, "ms", most=True),
    Goal("cost of a dose at 2,000,000 people against 200,000", ("cost", "ratio"), 1.5, 1.1, "x", most=True),
    Goal("national coverage by province, p95", ("coverage", "p95_ms"), 50, 10, "ms", most=True),
    Goal("memory of all processes during bench doses", ("doses", "rss_mb"), 2_500, 1_000, "MB", most=True),
    Goal("people search, p95", ("search", "p95_ms"), 300, 300, "ms", most=True),
    Goal("register verification against the simulator", ("identity", "register_per_s"), 2_000, 10_000, "/s"),
    Goal("merge of two persons with 20 doses each, p95", ("identity", "merge_p95_ms"), 200, 50, "ms", most=True),
    Goal("duplicates scan, persons", ("identity", "scan_per_s"), 4_000, 20_000, "/s"),
    Goal(
        "repair worklist with 500,000 items, first page p95", ("identity", "worklist_p95_ms"), 300, 100, "ms", most=True
    ),
    Goal("sign and encode an HCERT against a bare ECDSA signature", ("certificates", "sign_ratio"), 1 / 6, 1 / 4),
    Goal(
        "verify an HCERT, every check, against a bare ECDSA verification",
        ("certificates", "verify_ratio"),
        1 / 6,
        1 / 3,
    ),
    Goal("PDF with a fresh QR against weasyprint", ("certificates", "pdf_ratio"), 8, 20, "x"),
    Goal("revocation look-ups in a list of 1 million", ("certificates", "revocation_per_s"), 500_000, 2_000_000, "/s"),
    Goal("dose committed to certificate ready, p95", ("certificates", "ready_p95_s"), 2, 0.5, "s", most=True),
    Goal("verifier page, picture to verdict, p95", ("certificates", "verifier_ms"), 300, 100, "ms", most=True),
    Goal("verifier page, first load", ("certificates", "verifier_kb"), 1_200, 600, "kB", most=True),
    Goal("check-ins durable through HTTP in batches of 500", ("tracing", "checkins_per_s"), 5_000, 20_000, "/s"),
    Goal("check-ins visible to queries", ("tracing", "visible_s"), 5, 5, "s", most=True),
    Goal("list of contacts through the API, p95", ("tracing", "f1_api_p95_ms"), 50, 10, "ms", most=True),
    Goal("F1 in the engine, p95", ("tracing", "f1_engine_p95_ms"), 1, 0.2, "ms", most=True),
    Goal("the same against PostgreSQL's B-tree", ("tracing", "f1_engine_ratio"), 5, 40, "x"),
    Goal("10,000 F0 at once", ("tracing", "batch_10000_s"), 30, 2, "s", most=True),
    Goal("positive result to tasks in every commune, p95", ("tracing", "result_to_tasks_p95_s"), 5, 1, "s", most=True),
    Goal("onset changed to list recomputed, p95", ("tracing", "recompute_s"), 1, 0.2, "s", most=True),
    Goal("bytes of a visit in the answer store", ("tracing", "bytes_per_visit"), 25, 16, "", most=True),
    Goal("F1 p95 at 20 million visits against 2 million", ("tracing", "growth"), 1.5, 1.1, "x", most=True),
    Goal("night's national run, 63 provinces", ("analytics", "national_run_s"), 300, 60, "s", most=True),
    Goal("all four forecast tracks", ("analytics", "tracks_s"), 2_400, 600, "s", most=True),
    Goal("indicators of a day of 1 million facts", ("analytics", "day_indicators_s"), 60, 10, "s", most=True),
    Goal("situation report, nation, PDF", ("analytics", "report_s"), 10, 2, "s", most=True),
    Goal("slowest screen of the epidemic, p95", ("analytics", "screens_p95_ms"), 250, 250, "ms", most=True),
    Goal("national page, first load", ("analytics", "national_kb"), 400, 400, "kB", most=True),
    Goal("slowest screen, p95", ("screens", "p95_ms"), 250, 250, "ms", most=True),
)


def machine() -> dict[str, Any]:
    """What the figures depend on; nothing that names the machine or its place."""
    return {
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load_before": round(psutil.getloadavg()[0], 2),
    }


def rows(results: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """(measure, found, must, aim, verdict) of every goal that was measured."""
    found = []
    for goal in GOALS:
        value = results.get(goal.path[0], {}).get(goal.path[1])
        if value is None:
            continue
        verdict = "aim" if goal.met(value, goal.aim) else "must" if goal.met(value, goal.must) else "MISSED"
        shown = [_shown(number, goal.unit) for number in (value, goal.must, goal.aim)]
        found.append((goal.name, shown[0], shown[1], shown[2], verdict))
    return found


def _shown(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{number} {unit}" if unit in ("ms", "MB", "x", "s", "kB") else f"{number}{unit}"


def keep(folder: Path, results: dict[str, Any], facts: dict[str, Any], when: datetime) -> Path:
    """Write the run's JSON and the latest table; returns the JSON's path."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{when:%Y-%m-%d}-{facts['cores']}core-{facts['memory_gb']}gb"
    path = folder / f"{name}.json"
    path.write_text(
        json.dumps({"date": f"{when:%Y-%m-%d %H:%M}", "machine": facts, **results}, indent=1, ensure_ascii=False) + "\n"
    )
    table = ["| measure | found | must reach | aim | |", "|---|---|---|---|---|"]
    table += ["| " + " | ".join(row) + " |" for row in rows(results)]
    text = [
        "# Latest measurements",
        "",
        f"{when:%d %B %Y}, {facts['cores']} cores, {facts['memory_gb']} GB, {facts['architecture']}, Python "
        f"{facts['python']}; server, database and load generator together, fsync and synchronous_commit on.",
        f"Everything measured in that run: [{path.name}]({path.name}). Again: `make bench`.",
        "",
        *table,
    ]
    (folder / "README.md").write_text("\n".join(text) + "\n")
    return path
