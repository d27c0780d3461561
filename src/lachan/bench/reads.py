"""How quickly the house answers: the national picture, people found, screens opened."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lachan.bench import wire


def timed(action: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each call."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        found.append((time.perf_counter() - started) * 1000)
    return found


def summary(times: Sequence[float]) -> dict[str, float]:
    return {
        "p50_ms": round(wire.percentile(times, 0.5), 2),
        "p95_ms": round(wire.percentile(times, 0.95), 2),
        "p99_ms": round(wire.percentile(times, 0.99), 2),
    }
