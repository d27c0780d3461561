"""What this room does by the clock, and on demand."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued

from lachan.forecasting.demand import jobs as demand_jobs  # noqa: F401  doses wanted
from lachan.forecasting.effectiveness import jobs as effectiveness_jobs  # noqa: F401  on Mondays
from lachan.forecasting.facts import REGISTER
from lachan.forecasting.report import jobs as report_jobs  # noqa: F401  the evening's report
from lachan.kernel.errors import Problem
from lachan.kernel.jobs import app

ATTEMPTS: Final = 3  # a run goes on where it was cut
WAIT_S: Final = 600
NIGHT: Final = (2, 4, 6)  # o'clock in Việt Nam: yesterday is over and counted
log = structlog.get_logger("lachan.forecasting")


@app.periodic(cron="0 * * * *")
@app.task(name="forecasting.nightly", queueing_lock="forecasting.nightly", pass_context=False)
def nightly(timestamp: int, **_: Any) -> None:
    """Nowcast, Rt, forecasts and alarms of yesterday, from two in the morning; days missed before it first.

    Every hour for days without a run, for a worker may have been off all night; at two, four and six also for what was
    cut, failed, or blocked since figures were behind."""
    from lachan.forecasting.operations import due

    moment = timezone.localtime(datetime.fromtimestamp(timestamp, UTC))
    if moment.hour >= NIGHT[0]:
        for day in due(REGISTER, moment.date() - timedelta(days=1), again=moment.hour in NIGHT):
            ask_run(REGISTER, day)


@app.task(
    name="forecasting.run", lock="forecasting.run", pass_context=False,
    retry=RetryStrategy(max_attempts=ATTEMPTS, wait=WAIT_S),
)  # fmt: skip
def make_run(source: str, as_of: str) -> None:
    """One run; whoever makes it already is left to it."""
    from lachan.forecasting.operations import run

    try:
        run(source, date.fromisoformat(as_of), now=timezone.now())
    except Problem as problem:
        log.info("a run is not made twice", source=source, as_of=as_of, reason=problem.code)


def ask_run(source: str, as_of: date) -> None:
    """Let the worker make a run; once while it waits."""
    job = make_run.configure(queueing_lock=f"forecasting.run {source} {as_of}")
    with suppress(AlreadyEnqueued), transaction.atomic():  # a savepoint, for whoever asks inside a transaction
        job.defer(source=source, as_of=as_of.isoformat())
