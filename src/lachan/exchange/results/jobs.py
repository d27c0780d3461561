"""What files of results said is taken away after thirty days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lachan.exchange.results import staging
from lachan.kernel.jobs import app


@app.periodic(cron="47 2 * * *")
@app.task(name="exchange.empty_result_files", queueing_lock="exchange.empty_result_files", pass_context=False)
def empty_result_files(timestamp: int, **_: Any) -> None:
    """Old files of results keep their figures and nothing else."""
    staging.empty_old(datetime.fromtimestamp(timestamp, UTC))
