"""When a fridge was outside its limits for too long. Pure; limits are dated data (``data/storage_ranges.json``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from msgspec import Struct

GAP = 6 * 3600
"""Seconds without a reading after which nothing is claimed about the time between."""


class Range(Struct, frozen=True):
    """Limits of a kind of storage in force between two dates, in °C and minutes.

    Outside ``low`` to ``high`` for at least ``low_minutes`` or ``high_minutes`` is an excursion; at or below
    ``freeze_at`` for ``freeze_minutes`` it is a freezing, the gravest for vaccines that must not freeze.
    """

    code: str
    valid_from: date
    valid_to: date | None
    name_vi: str
    name_en: str
    low: float
    high: float
    high_minutes: int
    low_minutes: int
    freeze_at: float | None
    freeze_minutes: int
    reference: str

    @property
    def version(self) -> str:
        return f"{self.code}@{self.valid_from.isoformat()}"


class Breach(Struct, frozen=True):
    """A time outside the limits: seconds since 1970, °C, minutes. ``kind``: high, low or freezing."""

    kind: str
    began: int
    ended: int
    lowest: float
    highest: float
    minutes: int


def range_on(ranges: Sequence[Range], code: str, on: date) -> Range | None:
    """Limits of a kind of storage on a day."""
    for entry in ranges:
        if entry.code == code and entry.valid_from <= on and (entry.valid_to is None or on < entry.valid_to):
            return entry
    return None


def kind_of(limits: Range, lowest: float, highest: float) -> str | None:
    """What a person saw on the thermometer, whatever its length; None when it was within the limits."""
    if limits.freeze_at is not None and lowest <= limits.freeze_at:
        return "freezing"
    if highest > limits.high:
        return "high"
    return "low" if lowest < limits.low else None


def breaches(limits: Range, times: Sequence[int], degrees: Sequence[float]) -> list[Breach]:
    """Every excursion in a series in order of time, by when it began. A reading holds until the next one.

    A freezing is told apart from the cold around it; both may be listed when both lasted long enough.
    """
    found = _runs("high", lambda t: t > limits.high, limits.high_minutes, times, degrees)
    found += _runs("low", lambda t: t < limits.low, limits.low_minutes, times, degrees)
    if limits.freeze_at is not None:
        frozen = limits.freeze_at
        found += _runs("freezing", lambda t: t <= frozen, limits.freeze_minutes, times, degrees)
    return sorted(found, key=lambda breach: (breach.began, breach.kind))


def _runs(
    kind: str, outside: Callable[[float], bool], least: int, times: Sequence[int], degrees: Sequence[float]
) -> list[Breach]:
    found: list[Breach] = []
    begun = -1
    for index, value in enumerate(degrees):
        broken = index > 0 and times[index] - times[index - 1] > GAP
        if begun >= 0 and (broken or not outside(value)):
            _add(found, kind, begun, index - 1 if broken else index, index, least, times, degrees)
            begun = -1
        if begun < 0 and outside(value):
            begun = index
    if begun >= 0:
        _add(found, kind, begun, len(degrees) - 1, len(degrees), least, times, degrees)
    return found


def _add(
    found: list[Breach], kind: str, begun: int, until: int, end: int, least: int, times: Sequence[int],
    degrees: Sequence[float],
) -> None:  # fmt: skip
    minutes = (times[until] - times[begun]) // 60
    if minutes >= least:
        part = degrees[begun:end]
        found.append(Breach(kind, times[begun], times[until], min(part), max(part), minutes))
