"""Django and the database of this installation, for commands that need them only for some of their work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def set_up() -> None:
    """Django by the settings of this installation; a second call does nothing. A database that is down stays down."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()


@contextmanager
def database() -> Iterator[None]:
    """The embedded server runs inside this block; one that was down before is stopped after it."""
    from django.conf import settings
    from django.db import connections

    server = settings.EMBEDDED
    if server is None or server.is_running():
        yield
        return
    server.ensure()
    try:
        yield
    finally:
        connections.close_all()
        server.stop()


@contextmanager
def house() -> Iterator[None]:
    """Set up inside this block; a database that was down is started for its time."""
    set_up()
    with database():
        yield
