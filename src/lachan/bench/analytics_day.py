"""How long the figures of one new day take: a million facts, three years of every commune behind them."""

from __future__ import annotations

import time
from typing import Any, Final

from lachan.analytics.epidemic import projection
from lachan.bench import analytics_fill as fill
from lachan.bench.analytics_fill import Say
from lachan.bench.stations import ACTOR
from lachan.places import queries as places

FACTS: Final = 1_000_000
POSITIVE: Final = 20  # one result in so many makes a case, which is a fact of its own


def measure(say: Say, facts: int = FACTS) -> dict[str, Any]:
    """``day_indicators_s``: from the first fact read to the last sum written, by the job as it runs twice a minute.

    Facts are rows of the journal: results of so many people in all communes with their samples, and cases of the
    positive ones. SystemExit when the job did not read them all.
    """
    results = facts * POSITIVE // (POSITIVE + 1)
    fill.people(results, say)
    projection.run()
    say(f"{facts:,} facts of one day")
    fill.do("fill_results", {
        "results": results, "actor": ACTOR.id,
        "facilities": [row.id for row in places.facility_table().values() if row.kind == "station"],
    })  # fmt: skip
    started = time.perf_counter()
    done = projection.run()
    spent = time.perf_counter() - started
    if done.facts < results or done.people < results:
        raise SystemExit(f"the job read {done.facts:,} facts of {done.people:,} people: something holds the journal")
    return {
        "day_indicators_s": round(spent, 2), "day_facts": done.facts, "day_people": done.people,
        "day_changes": done.changes, "day_facts_per_s": round(done.facts / spent),
    }  # fmt: skip
