"""What this room does by the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lachan.kernel.jobs import app
from lachan.tracing.answers import jobs as answers_jobs  # noqa: F401  the clock of segments
from lachan.tracing.visits import jobs as visit_jobs  # noqa: F401  days of visits, made ahead and dropped
from lachan.tracing.work import jobs as work_jobs  # noqa: F401  the clock of daily questions


@app.periodic(cron="7 17 * * *")  # just past midnight in Viet Nam: the day's last watches are over
@app.task(name="tracing.end_watches", queueing_lock="tracing.end_watches", pass_context=False)
def end_watches(timestamp: int, **_: Any) -> None:
    """Watches whose last day is over end; the people are free."""
    from lachan.tracing.lists.clock import end_watches as end

    end(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="12 17 * * *")
@app.task(name="tracing.apply_new_rules", queueing_lock="tracing.apply_new_rules", pass_context=False)
def apply_new_rules(timestamp: int, **_: Any) -> None:
    """Lists of an earlier rule are worked out again on the first day of the next one."""
    from lachan.tracing.lists.clock import apply_new_rules as apply

    apply(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(name="tracing.tell_places", queueing_lock="tracing.tell_places", pass_context=False)
def tell_places(timestamp: int, **_: Any) -> None:
    """The staff of places where a case was is told, where the place gave a telephone."""
    from lachan.immunization.messaging import transport
    from lachan.tracing.lists.warnings import tell_places as tell

    tell(transport(), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="32 18 * * *")
@app.task(name="tracing.forget_encounters", queueing_lock="tracing.forget_encounters", pass_context=False)
def forget_encounters(timestamp: int, **_: Any) -> None:
    """Meetings of telephones past the legal period with the keys of their temporary ids, and where cases were."""
    from lachan.tracing.encounters.operations import forget
    from lachan.tracing.lists.clock import forget_stays

    now = datetime.fromtimestamp(timestamp, UTC)
    forget(now)
    forget_stays(now)
