"""The measures by name, and what each needs of the house before it can begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from lachan.bench import (
    certificates_ready,
    certificates_verifier,
    doses,
    reads,
    stations,
    tracing_graph,
    tracing_lists,
    tracing_visits,
)
from lachan.bench.house import House
from lachan.bench.identity import identity
from lachan.kernel.statements import load
from lachan.synth.run import target

FEWEST_DOSES = 50_000  # recorded before the picture of the nation is asked for


def measure(
    house: House, wanted: dict[str, dict[str, int]], people: int, say: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Each measure wanted, in order, with its options; results by name."""
    found = stations.ensure_people(people, say)
    results: dict[str, dict[str, Any]] = {}
    for name, options in wanted.items():
        if name == "doses":
            asked = {"doses": 60_000, "size": 200, "lines": 8, **options}
            results[name] = doses.batches(house, dsn=target().dsn, **asked)
        elif name == "single":
            results[name] = doses.single(house, **{"doses": 5_000, "lines": 24, **options})
        elif name == "coverage":
            _ensure_doses(house, say)
            results[name] = reads.coverage(house)
        elif name == "search":
            results[name] = reads.search(found)
        elif name == "screens":
            _ensure_doses(house, say)
            results[name] = reads.screens(house)
        elif name == "identity":
            results[name] = identity()
        elif name == "ready":
            results[name] = certificates_ready.measure(house)
        elif name == "checkins":
            results[name] = tracing_visits.measure(house, dsn=target().dsn, **options)
        elif name == "graph":
            results[name] = tracing_graph.measure()
        elif name == "lists":
            results[name] = tracing_lists.measure(house, say=say, **options)
        elif name == "verifier":
            results[name] = certificates_verifier.measure(house)
        else:
            raise SystemExit(f"there is no measure {name!r}")
        results[name]["people"] = found
    return results


def _ensure_doses(house: House, say: Callable[[str], None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "count_doses"))
        there = cursor.fetchone()[0]
    if there < FEWEST_DOSES:
        say(f"recording {FEWEST_DOSES:,} doses to look at")
        doses.record(house, FEWEST_DOSES)
