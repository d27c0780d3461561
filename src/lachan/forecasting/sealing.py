"""The seal of a run: sha256 over everything it was made from and everything it says, as canonical JSON lines.

What is under it: source, day, map, version of the code, hash of the inputs, the weekly series as they stood, forecasts
with the baseline's, nowcasts, Rt, what the methods of warning found, and the model card. Not under it: when it was
made, who released it, scores and alarms, which go on. The same data and code make the same seal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.kernel.statements import load

TABLES: Final = ("input", "forecast", "nowcast", "rt", "raised")
AT_ONCE: Final = 2_000
_ENGINES: Final = resources.files("lachan.forecasting")
_BESIDE: Final = ("beds.py", "communes.py", "parts.py", "rules.py", "sources.py", "warnings.py")  # shape figures


@cache
def code_version() -> str:
    """The package's version and the first 12 digits of the hash of every line that shapes a figure."""
    try:
        name = version("lachan")
    except PackageNotFoundError:  # run from a checkout that was never installed
        name = "0"
    made = sha256()
    for path, text in sorted(_sources()):
        made.update(f"{path}\n{text}\n".encode())
    return f"{name}+{made.hexdigest()[:12]}"


def _sources() -> Iterator[tuple[str, str]]:
    stack = [("engines", _ENGINES / "engines")]
    while stack:
        path, folder = stack.pop()
        for entry in folder.iterdir():
            if entry.is_dir() and entry.name != "__pycache__":
                stack.append((f"{path}/{entry.name}", entry))
            elif entry.name.endswith(".py"):
                yield f"{path}/{entry.name}", entry.read_text(encoding="utf-8")
    for name in _BESIDE:
        yield name, (_ENGINES / name).read_text(encoding="utf-8")


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces; numbers as Python writes them back without loss. No NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def seal_of(cursor: psycopg.Cursor[Any], run_id: UUID, card: Any = None) -> str:
    """The seal of a run by its rows as they stand; ``card`` in place of the stored one, before that is written.

    Six statements; rows are streamed. LookupError when there is no such run.
    """
    cursor.execute(load("forecasting", "seal_run"), [run_id])
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no run {run_id}")
    head, stored = list(row[:5]), row[5]
    made = sha256(canonical(["lachan.forecast", 1, *head]))
    for table in TABLES:
        made.update(b"\n" + table.encode())
        cursor.execute(load("forecasting", f"seal_{table}"), [run_id])
        while rows := cursor.fetchmany(AT_ONCE):
            for line in rows:
                made.update(b"\n" + canonical(list(line)))
    made.update(b"\ncard\n" + canonical(json.loads(stored) if card is None and stored else card))
    return made.hexdigest()
