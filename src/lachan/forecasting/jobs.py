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

from lachan.forecasting.facts import REGISTER
from lachan.forecasting.report import jobs as report_jobs  # noqa: F401  the evening's report
from lachan.kernel.errors import Problem
from lachan.kernel.jobs import app

ATTEMPTS: Final = 3  # a run goes on where it was cut
WAIT_S: Final = 600
log = structlog.get_logger("lachan.forecasting")


@app.periodic(cron="0 19,21,23 * * *")  # from two in the morning in Việt Nam: yesterday is over
@app.task(name="forecasting.nightly", queueing_lock="forecasting.nightly", pass_context=False)
def nightly(timestamp: int, **_: Any) -> None:
    """Nowcast, Rt, forecasts and alarms of yesterday. Asked again at four and six, for what was blocked since figures
    were behind; a published run is answered at once."""
    today = timezone.localtime(datetime.fromtimestamp(timestamp, UTC)).date()
    ask_run(REGISTER, today - timedelta(days=1))


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
