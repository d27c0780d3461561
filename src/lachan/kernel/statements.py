"""Named SQL: each room keeps its set-based statements in ``sql/*.sql`` and asks for them by name.

A statement begins with ``-- name: record_doses`` followed by comment lines that describe it, and ends at the next name.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_HEADER = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def _statements(room: str) -> dict[str, str]:
    found: dict[str, str] = {}
    folder = resources.files(f"lachan.{room}") / "sql"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".sql"):
            continue
        parts = _HEADER.split(entry.read_text(encoding="utf-8"))
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"{room}/sql: statement {name!r} is defined twice")
            lines = body.strip().splitlines()
            if not lines or not lines[0].startswith("--"):
                raise ValueError(f"{room}/sql/{entry.name}: statement {name!r} has no description")
            found[name] = "\n".join(line for line in lines if not line.startswith("--"))
    return found


def load(room: str, name: str) -> str:
    """The text of a named statement of ``lachan.<room>``; KeyError when there is none."""
    return _statements(room)[name]
