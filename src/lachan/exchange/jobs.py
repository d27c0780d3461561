"""Work of this room on a timer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from lachan.exchange.linelists import staging as lists
from lachan.exchange.register.client import HttpLine
from lachan.exchange.register.sender import Sender
from lachan.exchange.results import staging as results
from lachan.exchange.tables import jobs as of_sheets
from lachan.kernel.jobs import app
from lachan.people.verification import figures, queue, sweep

__all__ = ["ask_register", "empty_files", "of_sheets", "tend_register"]

# Of each minute: the worker does one job after the other, and others are due every few seconds. Ten seconds are some
# fifty thousand persons; a whole country at once is `lachan register send`.
SENDING_S = 10.0
ANSWER_S = 15.0
COUNTING_S = 4.0


@app.periodic(cron="* * * * *")
@app.task(
    name="exchange.ask_register",
    queueing_lock="exchange.ask_register",
    lock="exchange.ask_register",
    pass_context=False,
)
def ask_register(timestamp: int, **_: Any) -> None:
    """Ask the register about whoever is owed an answer, for ten seconds; then count."""
    conf = settings.CONF
    if conf.register_url:
        line = HttpLine(conf.register_url, conf.register_key, ANSWER_S)
        Sender(line).run(datetime.now(UTC) + timedelta(seconds=SENDING_S))
    figures.recount(datetime.now(UTC), COUNTING_S)


@app.periodic(cron="41 2 * * *")
@app.task(name="exchange.tend_register", queueing_lock="exchange.tend_register", pass_context=False)
def tend_register(timestamp: int, **_: Any) -> None:
    """Children who came of age owe a number; questions answered a month ago are forgotten."""
    now = datetime.fromtimestamp(timestamp, UTC)
    sweep.come_of_age(now)
    queue.forget_answered(now)


@app.periodic(cron="47 2 * * *")
@app.task(name="exchange.empty_files", queueing_lock="exchange.empty_files", pass_context=False)
def empty_files(timestamp: int, **_: Any) -> None:
    """Old files of results and old lists keep their figures and nothing else."""
    for shelf in (results.SHELF, lists.SHELF):
        shelf.empty_old(datetime.fromtimestamp(timestamp, UTC))
