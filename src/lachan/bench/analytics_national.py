"""The night's run for the nation: nowcast, Rt, forecasts and alarms of 63 provinces, as the platform makes it.

On the map of 2021, which has 63 provinces and 10,599 communes. The first night has nothing it could remember; what an
ordinary night needs was said by the nights before it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone

from lachan.analytics.maps import CHANGE
from lachan.bench import analytics_fill as fill
from lachan.bench.analytics_fill import Say
from lachan.forecasting import operations
from lachan.forecasting.facts import REGISTER

LAST: Final = CHANGE - timedelta(days=2)  # a Sunday, the last one on the old map
WEEK: Final = timedelta(days=7)


def measure(say: Say) -> dict[str, Any]:
    """``national_run_s``: an ordinary night; ``first_night_s``: the first, which lets every member speak for ten weeks
    back. Both with the seconds of each part; what is not in a part is reading, judging, sealing."""
    fill.vintages(LAST - fill.YEARS, LAST, say)
    fill.do("counted_until", [timezone.now()])
    fill.do("forget_runs")
    say("the first night")
    first = _night(LAST - WEEK)
    say("an ordinary night")
    usual = _night(LAST)
    return {
        "national_run_s": usual["seconds"], "national_parts": usual, "first_night_s": first["seconds"],
        "first_night_parts": first,
    }  # fmt: skip


def _night(as_of: date) -> Mapping[str, Any]:
    started = time.perf_counter()
    made = operations.run(REGISTER, as_of, now=timezone.now())
    spent = time.perf_counter() - started
    parts = {name: round(seconds, 2) for name, seconds in fill.do("parts_of_runs", [made.id])}
    if not parts:
        raise SystemExit(f"the run of {as_of} came to nothing: {made.status} {made.reason}")
    beside = round(spent - sum(parts.values()), 2)
    return {"seconds": round(spent, 2), "status": str(made.status), **parts, "beside": beside}
