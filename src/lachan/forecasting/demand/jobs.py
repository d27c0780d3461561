"""Demand by the clock, and when somebody asks."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued

from lachan.kernel.errors import Problem
from lachan.kernel.jobs import app

ATTEMPTS: Final = 3  # a run goes on where it was cut
WAIT_S: Final = 600
log = structlog.get_logger("lachan.forecasting")


@app.periodic(cron="30 20 * * *")  # half past three in Việt Nam: after the forecasts, before anybody plans the day
@app.task(name="forecasting.demand_nightly", queueing_lock="forecasting.demand_nightly", pass_context=False)
def nightly(timestamp: int, **_: Any) -> None:
    """Doses wanted, from everything known up to yesterday evening."""
    ask_demand(timezone.localtime(datetime.fromtimestamp(timestamp, UTC)).date() - timedelta(days=1))


@app.task(
    name="forecasting.demand", lock="forecasting.demand", pass_context=False,
    retry=RetryStrategy(max_attempts=ATTEMPTS, wait=WAIT_S),
)  # fmt: skip
def make_demand(as_of: str) -> None:
    """One run; whoever makes it already is left to it."""
    from lachan.forecasting.demand.operations import run

    try:
        run(date.fromisoformat(as_of), now=timezone.now())
    except Problem as problem:
        log.info("demand is not worked out twice", as_of=as_of, reason=problem.code)


def ask_demand(as_of: date) -> None:
    """Let the worker make a run; once while it waits."""
    job = make_demand.configure(queueing_lock="forecasting.demand")
    with suppress(AlreadyEnqueued), transaction.atomic():  # a savepoint, for whoever asks inside a transaction
        job.defer(as_of=as_of.isoformat())
