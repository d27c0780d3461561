"""Lists follow cases: a thread of the worker process works out what was asked for, a few times a second.

Requests are written in the transaction that changed a case, a person or a rule, and taken off in the one that writes
the list: a crash between the two loses nothing. One process at a time does it; a second finds the requests taken.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from django.utils import timezone

from lachan.kernel import followers
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.tracing.lists import late, requests
from lachan.tracing.lists.make import NOTHING, Made, make

READER: Final = "tracing"
REQUESTS: Final = 20  # a transaction: a list is some hundred people
EVERY_S: Final = 0.1
log = logging.getLogger("lachan.tracing")


def follow_once() -> Made:
    """Everything that is due by now: lists written, people newly listed, people released."""
    late.look()
    total = NOTHING
    while (done := _portion()) is not None:
        total = total.plus(done)
    return total


def run(stop: threading.Event) -> None:
    """Follow until told to stop."""
    followers.run(stop, READER, follow_once, every=EVERY_S)


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
    with hot_cursor() as cursor:
        asked = requests.take(cursor, most, timezone.now())
        return make(cursor, asked, now=timezone.now()) if asked else None


def _put_one_off() -> None:
    with hot_cursor() as cursor:
        requests.put_off(cursor, requests.take(cursor, 1, timezone.now()), timezone.now())
