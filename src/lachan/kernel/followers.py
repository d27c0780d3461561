"""A thread beside the jobs of the worker process that does, a few times a second, what follows from new facts.

At a lower priority than everything else: recording costs nothing more, and a nation's rush only lets what follows wait.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError, connection

from lachan.kernel.errors import Problem

AFTER_FAULT_S: Final = 10.0
# raw cursors raise psycopg's own errors, Django's wrapper raises Django's
AWAY: Final = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


def run(stop: threading.Event, name: str, once: Callable[[], object], *, every: float, niceness: int = 10) -> None:
    """Call ``once`` every so many seconds until told to stop. A fault is logged under ``name`` and tried again later:
    nothing is lost, what is to be done waits where it was written."""
    log = logging.getLogger(f"lachan.{name}")
    with suppress(OSError):  # this thread only, on Linux
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
    wait = 0.0
    while not stop.wait(wait):
        wait = AFTER_FAULT_S
        try:
            once()
            wait = every
        except Problem as fault:  # something an operator mends: lachan doctor says what to do
            log.error("%s wait: %s", name, fault.detail)
        except AWAY as fault:
            log.warning("%s wait for the database: %s", name, type(fault).__name__)
            connection.close()  # or the broken one would be used for ever
        except Exception:
            log.exception("%s wait: a fault of ours", name)
            connection.close()
    connection.close()
