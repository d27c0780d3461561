"""The ways a message leaves the house: a file, the console, or the gateway of an operator over HTTP."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from lachan.immunization.messaging.http import Gateway
from lachan.immunization.messaging.local import ConsoleOutbox, FileOutbox
from lachan.immunization.messaging.port import Outgoing, Result, Transport

__all__ = ["ConsoleOutbox", "FileOutbox", "Gateway", "Outgoing", "Result", "Transport", "transport"]


def transport() -> Transport:
    """The one the settings name."""
    conf = settings.CONF
    if conf.message_transport == "http":
        return Gateway(conf.message_gateway, conf.message_token)
    if conf.message_transport == "console":
        return ConsoleOutbox()
    return FileOutbox(Path(conf.data_dir) / "outbox" / "messages.jsonl")
