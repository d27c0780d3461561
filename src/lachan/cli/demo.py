"""The demonstration of ``lachan up``: made at the first start, kept going while the house is open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection


def seeded() -> bool:
    """Whether the demonstration was made to its end: its last step opens the story's session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM immunization_session)")
        row = cursor.fetchone()
    return bool(row and row[0])


def seed(say: Callable[[str], Any]) -> None:
    """Make it; an interrupted first start goes on where it stopped."""
    from lachan.demonstration.seed import seed as make
    from lachan.synth.run import target

    make(say, target())


def sign_ins() -> list[str]:
    """What to type to sign in, for the terminal."""
    from lachan.access.operations.demo import DEMO_PASSWORD, usernames

    if not settings.LACHAN_DEMO:
        return []
    return [f"Sign in as one of {', '.join(usernames())} with the password {DEMO_PASSWORD}"]


def mail_command() -> tuple[list[str], dict[str, str]]:
    """The demonstration's mail server on a free port, and the settings by which mail goes there."""
    from lachan.demonstration.mail import HOST, free_port

    port = str(free_port())
    settings = {"LACHAN_SMTP_HOST": HOST, "LACHAN_SMTP_PORT": port, "LACHAN_SMTP_TLS": "off"}
    return [sys.executable, "-m", "lachan.demonstration.mail", "--port", port], settings


def day_command() -> list[str]:
    """The process that keeps the day going."""
    return [sys.executable, "-m", "lachan.demonstration"]
