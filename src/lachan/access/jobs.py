"""Work of this room by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from lachan.access.models import Session
from lachan.access.operations.watch import watch
from lachan.kernel.jobs import app


@app.periodic(cron="*/20 * * * *")
@app.task(name="access.watch_looks", queueing_lock="access.watch_looks", pass_context=False)
def watch_looks(timestamp: int, **_: Any) -> None:
    """Hold today's looks against the rules, and yesterday's once more after midnight, when they are complete."""
    now = datetime.fromtimestamp(timestamp, UTC)
    today = timezone.localdate(now)
    if timezone.localtime(now).hour == 0:
        watch(today - timedelta(days=1), now=now)
    watch(today, now=now)


@app.periodic(cron="41 2 * * *")
@app.task(name="access.forget_sessions", queueing_lock="access.forget_sessions", pass_context=False)
def forget_sessions(timestamp: int, **_: Any) -> None:
    """Sessions that ended by themselves leave the table."""
    Session.objects.filter(expire_date__lt=datetime.fromtimestamp(timestamp, UTC)).delete()
