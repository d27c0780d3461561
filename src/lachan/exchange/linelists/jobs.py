"""What line lists said is taken away after thirty days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lachan.exchange.linelists import staging
from lachan.kernel.jobs import app


@app.periodic(cron="53 2 * * *")
@app.task(name="exchange.empty_line_lists", queueing_lock="exchange.empty_line_lists", pass_context=False)
def empty_line_lists(timestamp: int, **_: Any) -> None:
    """Old line lists keep their figures and nothing else."""
    staging.empty_old(datetime.fromtimestamp(timestamp, UTC))
