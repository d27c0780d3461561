"""What an address says, read once: days and numbers; what cannot be read is as if it were not there."""

from __future__ import annotations

from datetime import date


def day_of(text: str, first: date, last: date) -> date | None:
    """An ISO day from ``first`` until ``last``; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if first <= day <= last else None


def number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None
