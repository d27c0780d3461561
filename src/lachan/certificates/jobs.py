"""What this room does by the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import structlog

from lachan.certificates.corrections import jobs as corrections_jobs  # noqa: F401  the clock of requests
from lachan.kernel.errors import Problem
from lachan.kernel.jobs import app

log = structlog.get_logger("lachan.certificates")


@app.periodic(cron="* * * * * */30")  # the sixth field: seconds
@app.task(name="certificates.publish_revocations", queueing_lock="certificates.publish_revocations", pass_context=False)
def publish_revocations(timestamp: int, **_: Any) -> None:
    """A new version of the list when something was revoked; the index signed anew every hour."""
    from lachan.certificates.operations.publication import publish

    try:
        publish(datetime.fromtimestamp(timestamp, UTC))
    except Problem as problem:
        # no key to sign with: an operator mends that, and a failed job twice a minute would only bury the reason
        log.warning("the list of what is revoked is not published", reason=problem.code, remedy=problem.detail)


@app.periodic(cron="41 1 * * *")
@app.task(name="certificates.renew", queueing_lock="certificates.renew", pass_context=False)
def renew(timestamp: int, **_: Any) -> None:
    """Cards that end soon are followed by new ones, without anybody asking."""
    from lachan.certificates.operations.renewal import touch_ending

    touch_ending(now=datetime.fromtimestamp(timestamp, UTC))
