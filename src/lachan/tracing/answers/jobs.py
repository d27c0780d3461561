"""What keeps the answer store by the clock, and when a process finds a day damaged or missing."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from lachan.kernel.jobs import app

log = structlog.get_logger("lachan.tracing")


@app.periodic(cron="*/5 * * * *")
@app.task(name="tracing.keep_answers", queueing_lock="tracing.keep_answers", pass_context=False)
def keep_answers(timestamp: int, **_: Any) -> None:
    """Seal days that gained visits, forget days and batches that are over."""
    from lachan.tracing import answers

    answers.warm()
    answers.keep(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="23 19 * * *")  # the small hours in Việt Nam
@app.task(name="tracing.verify_answers", queueing_lock="tracing.verify_answers", pass_context=False)
def verify_answers(timestamp: int, **_: Any) -> None:
    """Read every segment whole; what is damaged is made again. Pseudonyms of whom nothing is left are forgotten."""
    from lachan.tracing import answers

    for corrupt in answers.verify():
        log.error("a segment of visits is damaged", where=str(corrupt))
    answers.keep(datetime.fromtimestamp(timestamp, UTC))
    answers.renumber()


@app.task(name="tracing.heal_answers", queueing_lock="tracing.heal_answers", pass_context=False)
def heal_answers() -> None:
    """Seal days that are damaged or missing."""
    from lachan.tracing import answers

    answers.keep(datetime.now(UTC))


def ask() -> None:
    """Let the worker heal what this process found; once while it waits."""
    with suppress(AlreadyEnqueued), transaction.atomic():  # a savepoint, for whoever asks inside a transaction
        heal_answers.defer()
