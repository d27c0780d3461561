"""Effectiveness by the clock: Mondays at three in the morning, when the week is over and its figures are in."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued

from lachan.kernel.jobs import app

ATTEMPTS: Final = 3
WAIT_S: Final = 1_800


@app.periodic(cron="0 20 * * *")  # three in the morning in Việt Nam
@app.task(name="forecasting.effectiveness.weekly", queueing_lock="forecasting.effectiveness.weekly", pass_context=False)
def weekly(timestamp: int, **_: Any) -> None:
    """What was known at the end of Sunday; asked every night, for a worker may have been off on Monday."""
    from lachan.forecasting.effectiveness.facts import span_of
    from lachan.forecasting.effectiveness.queries import made_of

    today = timezone.localtime(datetime.fromtimestamp(timestamp, UTC)).date()
    sunday = span_of(today - timedelta(days=1)).until
    if not made_of(sunday):
        ask_day(sunday)


@app.task(
    name="forecasting.effectiveness", lock="forecasting.effectiveness", pass_context=False,
    retry=RetryStrategy(max_attempts=ATTEMPTS, wait=WAIT_S),
)  # fmt: skip
def make_day(as_of: str) -> None:
    """The estimates of one day of knowledge."""
    from lachan.forecasting.effectiveness.operations import make

    make(date.fromisoformat(as_of), now=timezone.now())


def ask_day(as_of: date) -> None:
    """Let the worker make them; once while it waits."""
    job = make_day.configure(queueing_lock=f"forecasting.effectiveness {as_of}")
    with suppress(AlreadyEnqueued), transaction.atomic():  # a savepoint, for whoever asks inside a transaction
        job.defer(as_of=as_of.isoformat())
