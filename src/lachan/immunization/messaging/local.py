"""Ways out that stay in the house, for the demonstration and for trials."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lachan.immunization.messaging.port import SENT, Outgoing, Result
from lachan.people import identifiers


class FileOutbox:
    """Appends messages to a file that only its owner may read, a line of JSON each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(message._asdict(), ensure_ascii=False) + "\n" for message in batch)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, lines.encode())
        finally:
            os.close(handle)
        return [Result(SENT)] * len(batch)


class ConsoleOutbox:
    """Prints messages, numbers masked: what is printed ends up in logs."""

    def send(self, batch: Sequence[Outgoing]) -> list[Result]:
        for message in batch:
            sys.stdout.write(f"{identifiers.mask(message.to)}: {message.text}\n")
        return [Result(SENT)] * len(batch)
