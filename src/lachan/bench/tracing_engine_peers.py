"""Other ways to the same answer, where they are installed: DuckDB on two sorted copies, nested containment lists."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from lachan.bench.wire import percentile
from lachan.tracing.engine.shapes import Rule
from lachan.tracing.segments.layout import Rows, joined
from lachan.tracing.segments.store import Store

Answer = dict[int, int]  # contact to seconds
Ask = Callable[[int], Answer]
Window = tuple[int, int]

_DUCKDB = """
SELECT other.subject, sum(least(own.t_out, other.t_out, $until) - greatest(own.t_in, other.t_in, $since)) AS seconds
FROM by_subject own JOIN by_place other ON other.place = own.place
 AND other.t_in > own.t_in - 43200 AND other.t_in < own.t_out AND other.t_out > own.t_in
WHERE own.subject = $subject AND other.subject <> own.subject
  AND own.t_in < $until AND own.t_out > $since AND other.t_in < $until AND other.t_out > $since
  AND other.place IN (SELECT place FROM by_subject WHERE subject = $subject)
GROUP BY other.subject HAVING seconds >= $least
"""


def duckdb(rows: Rows, store: Store, window: Window, rule: Rule) -> Ask:
    """Two copies, sorted by place and by subject, so that its zone maps leave most out."""
    import duckdb as peer
    import pyarrow

    connection = peer.connect()
    connection.execute("SET threads = 2")
    visits = pyarrow.table({name: getattr(rows, name) for name in ("place", "subject", "t_in", "t_out")})
    connection.register("visits", visits)
    connection.execute("CREATE TABLE by_place AS SELECT * FROM visits ORDER BY place, t_in")
    connection.execute("CREATE TABLE by_subject AS SELECT * FROM visits ORDER BY subject, t_in")
    connection.unregister("visits")

    def ask(case: int) -> Answer:
        asked = {"subject": case, "since": window[0], "until": window[1], "least": rule.min_minutes * 60}
        return {int(subject): int(seconds) for subject, seconds in connection.execute(_DUCKDB, asked).fetchall()}

    return ask


def ncls(rows: Rows, store: Store, window: Window, rule: Rule) -> Ask:
    """Every visit an interval on one line, place after place; whose stays they are our own store says."""
    from ncls import NCLS

    first = int(rows.t_in.min())
    span = int(rows.t_out.max()) - first + 1
    lists = NCLS(
        rows.place * span + rows.t_in - first, rows.place * span + rows.t_out - first, np.arange(len(rows.place))
    )

    def ask(case: int) -> Answer:
        own = store.stays([case], *window)
        begin = np.maximum(own.t_in, window[0])
        end = np.minimum(own.t_out, window[1])
        which, found = lists.all_overlaps_both(
            own.place * span + begin - first, own.place * span + end - first, np.arange(len(begin))
        )
        seconds = np.minimum(end[which], rows.t_out[found]) - np.maximum(begin[which], rows.t_in[found])
        who, index = np.unique(rows.subject[found], return_inverse=True)
        total = np.bincount(index, seconds, len(who)).astype(np.int64)
        enough = (total >= rule.min_minutes * 60) & (who != case)
        return dict(zip(who[enough].tolist(), total[enough].tolist(), strict=True))

    return ask


PEERS: Final = {name: make for name, make in (("duckdb", duckdb), ("ncls", ncls)) if find_spec(name)}


def measure(
    name: str, peer: Callable[[Rows, Store, Window, Rule], Ask], parts: list[Rows], store: Store, cases: list[int],
    window: Window, rule: Rule,
) -> dict[str, float]:  # fmt: skip
    """Median and 95th percentile, and how many answers were the same contacts: sums count twice what overlaps twice."""
    begun = time.perf_counter()
    ask = peer(joined(parts), store, window, rule)
    made = time.perf_counter() - begun
    same = 0
    for case in cases[:20]:
        same += set(ask(case)) == set(store.f1([case], window, rule).contact.tolist())
    spent = []
    for case in cases[:100]:
        begun = time.perf_counter()
        ask(case)
        spent.append((time.perf_counter() - begun) * 1_000)
    found: dict[str, Any] = {
        "build_s": round(made, 1), "median_ms": round(percentile(spent, 0.5), 3),
        "p95_ms": round(percentile(spent, 0.95), 3), "same_of_20": same,
    }  # fmt: skip
    return {f"{name}_{key}": float(value) for key, value in found.items()}
