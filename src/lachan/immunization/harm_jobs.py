"""What the clock does about reactions: reminders, the next level, and the search for what is more than chance."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lachan.access.actors import Actor
from lachan.kernel.jobs import app

CLOCK = Actor.system("clock of serious reactions")


@app.periodic(cron="*/5 * * * *")
@app.task(name="immunization.watch_reactions", queueing_lock="immunization.watch_reactions", pass_context=False)
def watch_reactions(timestamp: int, **_: Any) -> None:
    """Mark serious cases whose time is over, remind who has to act, and pass on what stayed without an answer."""
    from lachan.immunization.operations.watch import watch

    watch(CLOCK, datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="23 * * * *")
@app.task(name="immunization.find_clusters", queueing_lock="immunization.find_clusters", pass_context=False)
def find_clusters(timestamp: int, **_: Any) -> None:
    """Reactions by lot, facility and session against what chance would show."""
    from lachan.immunization.operations.signals import find_signals

    find_signals(datetime.fromtimestamp(timestamp, UTC), CLOCK.id)
