"""A real mail server for a test, and what arrived there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lachan.demonstration import mail
from lachan.immunization.messaging.shown import Shown, recent


@dataclass
class Letters:
    """The letters and text messages of a folder ``outbox``."""

    outbox: Path

    def all(self) -> list[Shown]:
        return recent(self.outbox)

    def code(self) -> str:
        """The six digits of the latest message."""
        found = re.search(r"\b\d{6}\b", self.all()[0].text)
        assert found, "no code in the latest message"
        return found[0]


@contextmanager
def mail_server(settings: Any, folder: Path) -> Iterator[Letters]:
    """While it lasts, e-mail goes to a mail server of our own and text messages to a file beside it."""
    port = mail.free_port()
    running = mail.server(folder / "outbox" / "mail", port)
    running.start()
    before = settings.CONF
    settings.CONF = replace(
        before, smtp_host="127.0.0.1", smtp_port=port, smtp_tls="off",
        mail_from="lachan@example.test", message_transport="file", data_dir=folder,
    )  # fmt: skip
    try:
        yield Letters(folder / "outbox")
    finally:
        settings.CONF = before
        running.stop()
