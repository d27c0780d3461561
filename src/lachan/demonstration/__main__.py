"""``python -m lachan.demonstration``: makes the demonstration's past behind the first page, and keeps its day going
until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

import django


def main() -> None:
    from lachan.forecasting.engines import threads

    threads.single()  # before anything brings numpy in
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()
    from django.db import Error, connections

    from lachan.demonstration.day import play
    from lachan.demonstration.past import make_past
    from lachan.demonstration.plan import country

    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)

    def look_back() -> None:
        os.nice(10)  # of this thread: whoever looks at pages goes first
        make_past(country(), stop)

    threading.Thread(target=look_back, name="past", daemon=True).start()
    while not stop.is_set():
        try:
            play(country(), stop)
        except Error:  # the database went away: go on when it is back
            logging.getLogger("lachan.demonstration").warning("the demonstration waits for the database")
            connections.close_all()
            stop.wait(5)


if __name__ == "__main__":
    main()
