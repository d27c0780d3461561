"""Who people are: verified, merged, searched for doubles, repaired. One measure each, one table together."""

from __future__ import annotations

import time
from typing import Any

from django.utils import timezone

from lachan.access.actors import Actor
from lachan.bench.identity_merge import merge_ms
from lachan.bench.identity_register import register_per_s, worklist_p95_ms
from lachan.people.duplicates.scan import scan


def identity() -> dict[str, Any]:
    """``register_per_s``, ``merge_p95_ms``, ``scan_per_s``, ``worklist_p95_ms`` and what they are made of."""
    found: dict[str, Any] = {**_scan(), **merge_ms(), **register_per_s(), **worklist_p95_ms()}
    found["failed_calls"] = found.pop("failures") + (not found["restored"]) + (not found["joined"])
    return found


def _scan() -> dict[str, Any]:
    """The search for people who are there twice, over everybody."""
    begun = time.perf_counter()
    result = scan(actor_id=Actor.system("bench").id, now=timezone.now())
    seconds = time.perf_counter() - begun
    return {
        "scan_per_s": round(result.persons / seconds), "scanned": result.persons, "scan_seconds": round(seconds, 2),
        "compared": result.compared, "pairs_found": result.pairs,
    }  # fmt: skip
