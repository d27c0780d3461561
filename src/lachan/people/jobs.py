"""Work of this room after hours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lachan.kernel.jobs import app
from lachan.people.duplicates.scan import scan

# The actor the journal and the scans name for what the timer does.
TIMER = uuid5(NAMESPACE_URL, "lachan:timer")


@app.periodic(cron="23 1 * * *")
@app.task(name="people.scan_duplicates", queueing_lock="people.scan_duplicates", pass_context=False)
def scan_duplicates(timestamp: int, **_: Any) -> None:
    """Search for people who are there twice; a run that was stopped goes on where it was."""
    scan(actor_id=TIMER, now=datetime.fromtimestamp(timestamp, UTC))
