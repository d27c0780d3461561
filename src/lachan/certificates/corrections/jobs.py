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
@app.task(name="certificates.delete_photos", queueing_lock="certificates.delete_photos", pass_context=False)
def delete_photos(timestamp: int, **_: Any) -> None:
    """Delete pictures of requests that were answered long enough ago."""
    from lachan.certificates.corrections.operations import delete_old_photos

    delete_old_photos(datetime.fromtimestamp(timestamp, UTC))
