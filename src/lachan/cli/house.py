"""Django and the database of this installation, for commands that need them only for some of their work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def house() -> Iterator[None]:
    """Set up inside this block; a database that was down is started for its time."""
    import django

    from lachan.cli.main import database

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()
    with database():
        yield
