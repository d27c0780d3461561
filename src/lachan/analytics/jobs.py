"""Work of this room that the worker does behind the facts."""

from __future__ import annotations

from typing import Any

from lachan.analytics.debt import projection
from lachan.analytics.epidemic import projection as epidemic
from lachan.kernel.jobs import app


@app.periodic(cron="* * * * * */30")
@app.task(
    name="analytics.follow_debt", queueing_lock="analytics.follow_debt", lock="analytics.follow_debt",
    pass_context=False,
)  # fmt: skip
def follow_debt(timestamp: int, **_: Any) -> None:
    """Bring the debt meter up to date, twice a minute; one still queued takes the place of the next.

    Oftener would count a busy station's day again and again: every five seconds cost a tenth of what a dose costs.
    """
    projection.run()


@app.periodic(cron="* * * * * */30")
@app.task(
    name="analytics.follow_epidemic", queueing_lock="analytics.follow_epidemic", lock="analytics.follow_epidemic",
    pass_context=False,
)  # fmt: skip
def follow_epidemic(timestamp: int, **_: Any) -> None:
    """Bring the epidemic's figures up to date, twice a minute."""
    epidemic.run()
