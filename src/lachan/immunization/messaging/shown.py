"""What the demonstration sent, for its page: letters its mail server took, and text messages that went to the file."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

MOST: Final = 30  # shown
KEPT: Final = 200  # letters the demonstration keeps
_LONGEST: Final = 200_000  # bytes read from the end of the file of text messages


class Shown(NamedTuple):
    """A message as it arrived."""

    kind: str
    to: str
    subject: str
    text: str
    at: datetime


def keep_letter(folder: Path, to: str, subject: str, text: str, at: datetime) -> None:
    """Store a letter for the page, readable by the owner only; the oldest go."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{int(at.timestamp() * 1e6):020}.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump({"to": to[:200], "subject": subject[:200], "text": text[:10_000]}, stream, ensure_ascii=False)
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)


def recent(outbox: Path) -> list[Shown]:
    """The latest messages of both kinds, the newest first."""
    letters = []
    for path in sorted((outbox / "mail").glob("*.json"), reverse=True)[:MOST]:
        said = json.loads(path.read_text(encoding="utf-8"))
        at = datetime.fromtimestamp(int(path.stem) / 1e6, UTC)
        letters.append(Shown("email", said["to"], said["subject"], said["text"], at))
    return sorted([*letters, *_texts(outbox / "messages.jsonl")], key=lambda shown: shown.at, reverse=True)[:MOST]


def _texts(path: Path) -> list[Shown]:
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _LONGEST))
            lines = stream.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines[-MOST:]:
        try:
            said = json.loads(line)
        except ValueError:  # the first line may be cut
            continue
        at = datetime.fromisoformat(said["at"]) if "at" in said else datetime.fromtimestamp(0, UTC)
        found.append(Shown(said.get("kind", "phone"), said["to"], said.get("subject", ""), said["text"], at))
    return found
