"""The demonstration's mail server: a real one, on this machine only, whose letters are read on a page.

``python -m lachan.demonstration.mail --port 8025`` runs until it is told to stop.
"""

from __future__ import annotations

import argparse
import email
import logging
import os
import signal
import socket
import threading
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings

from lachan.immunization.messaging.shown import keep_letter

HOST = "127.0.0.1"
LARGEST = 100_000  # bytes of a letter; ours have one


class Keeper:
    """Takes letters of invented people and lays them where the page finds them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=policy.default)
        body = letter.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        for to in envelope.rcpt_tos:
            keep_letter(self.folder, to, str(letter["Subject"] or ""), text.strip(), datetime.now(UTC))
        return "250 OK"


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


def server(folder: Path, port: int) -> Controller:
    """A mail server that is not started yet."""
    logging.getLogger("mail.log").setLevel("WARNING")  # it writes down who writes to whom
    return Controller(Keeper(folder), hostname=HOST, port=port, data_size_limit=LARGEST)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    asked = argparse.ArgumentParser()
    asked.add_argument("--port", type=int, required=True)
    running = server(Path(settings.CONF.data_dir) / "outbox" / "mail", asked.parse_args().port)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running.start()
    stop.wait()
    running.stop()


if __name__ == "__main__":
    main()
