"""What this room does by the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from procrastinate import RetryStrategy

from lachan.access.actors import Actor
from lachan.immunization import harm_jobs  # noqa: F401  the jobs of the clock of reactions
from lachan.kernel.jobs import app


@app.periodic(cron="* * * * *")
@app.task(name="immunization.tell_people", queueing_lock="immunization.tell_people", pass_context=False)
def tell_people(timestamp: int, **_: Any) -> None:
    """Queue who is new in a recall, then send what is due: at most a minute's share, nothing at night."""
    from lachan.immunization.messaging import transport
    from lachan.immunization.operations.messages import send_due
    from lachan.immunization.operations.recalls import queue_waiting_recalls

    now = datetime.fromtimestamp(timestamp, UTC)
    queue_waiting_recalls(actor_id=Actor.system("jobs").id, now=now)
    send_due(transport(), now=now, most=settings.CONF.message_rate)


@app.task(name="immunization.send_code", queue="at_once", retry=RetryStrategy(max_attempts=4, exponential_wait=3))
def send_code(digest: str) -> None:
    """Send one one-time code now, also at night: somebody is waiting for it."""
    from lachan.immunization.messaging import transport
    from lachan.immunization.operations.one_time import send

    send(UUID(digest), transport(), datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(name="immunization.tend_codes", queueing_lock="immunization.tend_codes", pass_context=False, queue="at_once")
def tend_codes(timestamp: int, **_: Any) -> None:
    """Codes whose sender died; sign-ins of people that are over."""
    from lachan.immunization.messaging import transport
    from lachan.immunization.operations.one_time import send_lost
    from lachan.people.self_service import sessions

    now = datetime.fromtimestamp(timestamp, UTC)
    send_lost(transport(), now)
    sessions.forget(now)


@app.periodic(cron="53 1 * * *")
@app.task(name="immunization.find_dose_pairs", queueing_lock="immunization.find_dose_pairs", pass_context=False)
def search_dose_pairs(timestamp: int, **_: Any) -> None:
    """Search for doses that two stations entered; after the search for people who are there twice."""
    from lachan.immunization.operations.dose_pairs import find_dose_pairs

    find_dose_pairs(now=datetime.fromtimestamp(timestamp, UTC))
