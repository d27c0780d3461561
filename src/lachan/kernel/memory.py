"""What a process remembers for some seconds of what it looked up, that there is none included."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Answers by what was asked, at most ``most``, the oldest out first. Times are those of ``time.monotonic``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[K, tuple[float, V | None]] = OrderedDict()

    def get(self, key: K, clock: float) -> tuple[bool, V | None]:
        """(whether the answer is known still, the answer: None for known not to be)."""
        kept = self._kept.get(key)
        return (True, kept[1]) if kept is not None and clock < kept[0] else (False, None)

    def put(self, found: Mapping[K, V | None], until: float) -> None:
        """Remember these answers until then."""
        with self._lock:
            for key, value in found.items():
                self._kept.pop(key, None)
                self._kept[key] = (until, value)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
