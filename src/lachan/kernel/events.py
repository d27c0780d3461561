"""Facts a room publishes, handed to the rooms above inside the same transaction.

A lower room may not import an upper one; ``lachan.config.wiring`` connects them by event name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

Handler = Callable[[psycopg.Cursor[Any], Sequence[Any]], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def subscribe(name: str, handler: Handler) -> None:
    """Call ``handler(cursor, facts)`` for every batch of ``name``; subscribing twice has no second effect."""
    if handler not in _handlers[name]:
        _handlers[name].append(handler)


def publish(cursor: psycopg.Cursor[Any], name: str, facts: Sequence[Any]) -> None:
    """Hand a batch to every subscriber; an error in one rolls the whole transaction back."""
    if facts:
        for handler in _handlers[name]:
            handler(cursor, facts)
