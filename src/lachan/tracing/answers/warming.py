"""Everything compiled once, on a store of two visits, so that nobody waits for it who has a case before them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import Rule
from lachan.tracing.segments import sealing
from lachan.tracing.segments.layout import DAY_S, Rows
from lachan.tracing.segments.manifest import Snapshot
from lachan.tracing.segments.store import Store
from lachan.tracing.segments.tail import Batch


@cache
def warm() -> None:
    """Ask every question once."""
    rule = Rule(id="warm", days_before=0, days_after=1, min_minutes=1, sum="day", max_distance_m=2, levels=2)
    window = (0, DAY_S)
    with TemporaryDirectory(prefix="lachan-warm-") as folder:
        sealing.seal(Path(folder), 0, _visits(1), snapshot="1:1:")
        store = Store(Path(folder))
        store.suppose(empty={1: Snapshot(1, 1, frozenset())}, missing=[])
        store.add([Batch(2, 1, _visits(3))])
        near = store.f1([1], window, rule)
        store.f2([1], near, window, rule)
        settle(store.pieces([1], *window), window=window, rule=rule)
        store.stays([1], *window)
        store.crowd(np.array([1]), 0)
        del store


def _visits(subject: int) -> Rows:
    two = np.array([1, 1], np.int64)
    return Rows(two, np.array([subject, subject + 1]), two, two * 3_600, np.zeros(2, np.uint8))
