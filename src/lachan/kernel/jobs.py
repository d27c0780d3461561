"""Jobs in PostgreSQL (procrastinate): work after commit, retried with a limit, by the worker process."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app

from lachan.kernel.statements import load

__all__ = ["app"]

DONE_KEPT_H = 24


@app.periodic(cron="17 3 * * *")
@app.task(name="kernel.ensure_journal_months", queueing_lock="kernel.ensure_journal_months", pass_context=False)
def ensure_journal_months(timestamp: int, **_: Any) -> None:
    """Keep three months of journal partitions ahead of the clock."""
    today = datetime.fromtimestamp(timestamp, UTC).date()
    with connection.cursor() as cursor:
        for ahead in range(4):
            month = today.month - 1 + ahead
            cursor.execute(load("kernel", "ensure_journal_month"), [date(today.year + month // 12, month % 12 + 1, 1)])


@app.periodic(cron="7 3 * * *")
@app.task(name="kernel.forget_done_jobs", queueing_lock="kernel.forget_done_jobs", pass_context=True)
async def forget_done_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs that were done well are kept for a day; some ten thousand of them come to be in one."""
    await context.app.job_manager.delete_old_jobs(nb_hours=DONE_KEPT_H)
