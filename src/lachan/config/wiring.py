"""Which room hears which fact."""

from __future__ import annotations


def connect() -> None:
    """Subscribe upper rooms to the facts of lower ones."""
