"""What the clock does about requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lachan.kernel.jobs import app


@app.periodic(cron="* * * * * */15")  # the sixth field: seconds
@app.task(name="certificates.finish_corrections", queueing_lock="certificates.finish_corrections", pass_context=False)
def finish_corrections(timestamp: int, **_: Any) -> None:
    """Close requests whose new card has come; nothing to do costs one look at a small index."""
    from lachan.certificates.corrections.operations import finish

    finish(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="37 2 * * *")
@app.task(name="certificates.tidy_corrections", queueing_lock="certificates.tidy_corrections", pass_context=False)
def tidy_corrections(timestamp: int, **_: Any) -> None:
    """Close requests nobody answers any more; delete pictures of those that were answered long enough ago."""
    from lachan.certificates.corrections.operations import delete_old_photos, lapse

    now = datetime.fromtimestamp(timestamp, UTC)
    lapse(now)
    delete_old_photos(now)
