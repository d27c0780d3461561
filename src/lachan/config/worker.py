"""The worker process: jobs after commit, and beside them, each in a thread of its own, what follows from facts: cards
of people, lists of contacts."""

from __future__ import annotations

import os
import threading


def main() -> None:
    """Run until told to stop, as the supervisor starts it."""
    from lachan.forecasting.engines import threads

    threads.single()  # before anything brings numpy in: a night's small matrices take a tenth of the time
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()
    from django.core.management import call_command

    from lachan.certificates import follower as cards
    from lachan.tracing import follower as lists

    stop = threading.Event()
    beside = [
        threading.Thread(target=follow.run, args=(stop,), name=follow.READER, daemon=True) for follow in (cards, lists)
    ]
    for thread in beside:
        thread.start()
    try:
        call_command("procrastinate", "worker", "--shutdown-graceful-timeout", "10")
    finally:
        stop.set()
        for thread in beside:
            thread.join(10)


if __name__ == "__main__":
    main()
