"""Ways out that stay in the house, for the demonstration and for trials.

A one-time code is a key. Only the demonstration, where everybody is invented, writes one down.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from lachan.immunization.messaging.port import SENT, Outgoing, Result
from lachan.people import identifiers

_DIGITS = re.compile(r"\d{4,}")


class FileOutbox:
    """Appends messages to a file that only its owner may read, a line of JSON each."""

    def __init__(self, path: Path, *, show_secrets: bool = False) -> None:
        self.path, self.show_secrets = path, show_secrets

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        at = datetime.now(UTC).isoformat()
        texts = [message._replace(text=_text(message, self.show_secrets))._asdict() | {"at": at} for message in batch]
        lines = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, lines.encode())
        finally:
            os.close(handle)
        return [Result(SENT)] * len(batch)


class ConsoleOutbox:
    """Prints messages, numbers masked: what is printed ends up in logs."""

    def __init__(self, *, show_secrets: bool = False) -> None:
        self.show_secrets = show_secrets

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        for message in batch:
            sys.stdout.write(f"{identifiers.mask(message.to)}: {_text(message, self.show_secrets)}\n")
        return [Result(SENT)] * len(batch)


def _text(message: Outgoing, show_secrets: bool) -> str:
    return message.text if show_secrets or not message.secret else _DIGITS.sub("••••••", message.text)
