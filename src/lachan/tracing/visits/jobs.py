"""Days of visits: made ahead, dropped when the legal period is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lachan.kernel.jobs import app


@app.periodic(cron="37 */6 * * *")
@app.task(name="tracing.visit_days", queueing_lock="tracing.visit_days", pass_context=False)
def visit_days(timestamp: int, **_: Any) -> None:
    """Four times a day, so that a night without a worker leaves neither a day without partition nor one too many."""
    from lachan.access.actors import Actor
    from lachan.kernel.database import hot_cursor
    from lachan.tracing.visits import partitions, retention
    from lachan.tracing.visits.limits import limits_on

    now = datetime.fromtimestamp(timestamp, UTC)
    with hot_cursor() as cursor:
        partitions.ensure_around(cursor, now.date(), back=limits_on(now.date()).keep_days)
    retention.drop_due(now, actor=Actor.system("retention"))
