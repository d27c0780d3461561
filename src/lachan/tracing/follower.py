"""Lists follow cases: a thread of the worker process works out what was asked for, some thirty times a second.

Requests are written in the transaction that changed a case, a person or a rule, and taken off in the one that writes
the list: a crash between the two loses nothing. One process at a time does it; a second finds the requests taken.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.utils import timezone

from lachan.kernel import followers
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.tracing.lists import late, requests
from lachan.tracing.lists.make import NOTHING, Made, make

READER: Final = "tracing"
REQUESTS: Final = 20  # a transaction: a list is some hundred people
EVERY_S: Final = 0.03  # half of it is part of what anybody waits for a list
LATE_EVERY_S: Final = 0.5  # what comes late waits for more of its kind anyway
log = logging.getLogger("lachan.tracing")


def follow_once() -> Made:
    """Everything that is due by now, check-ins that came late included: lists written, people newly listed, people
    released."""
    late.look()
    return _due()


def run(stop: threading.Event) -> None:
    """Follow until told to stop."""
    looked = -LATE_EVERY_S

    def once() -> None:
        nonlocal looked
        if time.monotonic() - looked >= LATE_EVERY_S:
            late.look()
            looked = time.monotonic()
        _due()

    followers.run(stop, READER, once, every=EVERY_S)


def _due() -> Made:
    total = NOTHING
    while (done := _portion()) is not None:
        total = total.plus(done)
    return total


def _portion() -> Made | None:
    """Some requests together; if that fails by a fault of ours one by one, so that one case cannot hold up a nation."""
    try:
        return _taken(REQUESTS)
    except (Problem, *followers.AWAY):
        raise
    except Exception:
        log.warning("lists fail together; one by one")
    total = NOTHING
    for _ in range(REQUESTS):
        try:
            done = _taken(1)
        except (Problem, *followers.AWAY):
            raise
        except Exception:
            log.exception("the list of a case cannot be worked out; it is tried again later")
            _put_one_off()
            done = NOTHING
        if done is None:
            break
        total = total.plus(done)
    return total


def _taken(most: int) -> Made | None:
    with hot_cursor(together=True, prepared=True) as cursor:
        asked = requests.take(cursor, most, timezone.now())
        return make(cursor, asked, now=timezone.now()) if asked else None


def _put_one_off() -> None:
    with hot_cursor() as cursor:
        requests.put_off(cursor, requests.take(cursor, 1, timezone.now()), timezone.now())
