"""The clock of the work with contacts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lachan.kernel.jobs import app


@app.periodic(cron="5 * * * *")
@app.task(name="tracing.plan_day", queueing_lock="tracing.plan_day", pass_context=False)
def plan_the_day(timestamp: int, **_: Any) -> None:
    """Daily questions of today; the first hour of a local day makes them, later ones find little to do."""
    from lachan.tracing.work.daily import plan_day

    plan_day(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="*/5 * * * *")
@app.task(name="tracing.listen", queueing_lock="tracing.listen", pass_context=False)
def listen_to_others(timestamp: int, **_: Any) -> None:
    """Declarations and samples that answer open tasks, every five minutes."""
    from lachan.tracing.work.heard import listen

    listen(datetime.fromtimestamp(timestamp, UTC))
