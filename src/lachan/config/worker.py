"""The worker process: jobs after commit, and beside them, in a thread of its own, the cards that follow the facts."""

from __future__ import annotations

import os
import threading


def main() -> None:
    """Run until told to stop, as the supervisor starts it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()
    from django.core.management import call_command

    from lachan.certificates import follower

    stop = threading.Event()
    beside = threading.Thread(target=follower.run, args=(stop,), name="certificates", daemon=True)
    beside.start()
    try:
        call_command("procrastinate", "worker", "--shutdown-graceful-timeout", "10")
    finally:
        stop.set()
        beside.join(10)


if __name__ == "__main__":
    main()
