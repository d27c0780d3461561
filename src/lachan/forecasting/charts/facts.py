"""What goes into a chart and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.safestring import SafeString

from lachan.forecasting.facts import Band


class Point(NamedTuple):
    """A value with its 90 % interval; None says that the data do not allow to say it."""

    day: date
    middle: float | None
    low: float | None
    high: float | None


class Past(NamedTuple):
    """What had been forecast for a week, and what came; ``truth`` None while it has not come."""

    band: Band
    truth: float | None


class Mark(NamedTuple):
    """A day on which the reporting, not the epidemic, made the figure; ``said`` in the reader's words."""

    day: date
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the same in words and as a table.

    ``svg`` is for the width of a page, ``small`` for a phone or half a column: a page shows one of them. ``head`` and
    ``rows`` are the table as people read it, ``codes`` and ``raw`` as programs do (several columns in one are parted
    by ``|``). ``xs``: where each row stands in ``svg`` and in ``small``, for whoever walks from point to point.
    """

    title: str
    unit: str
    svg: SafeString
    small: SafeString
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    codes: tuple[str, ...]
    raw: tuple[tuple[str, ...], ...]
    said: str

    @property
    def empty(self) -> bool:
        return not self.rows

    @property
    def lines(self) -> list[list[tuple[str, str, str]]]:
        """Rows of (heading, text, raw), as a template goes through them."""
        return [list(zip(self.head, texts, raws, strict=True)) for texts, raws in zip(self.rows, self.raw, strict=True)]

    @property
    def columns(self) -> list[tuple[str, str]]:
        return list(zip(self.head, self.codes, strict=True))


_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def band_of(day: date, quantiles: Mapping[float, float] | Sequence[float], levels: Sequence[float] = ()) -> Band:
    """The band of published quantiles: a mapping by level, or values beside their ``levels``. KeyError without one of
    the five levels 0.05, 0.25, 0.5, 0.75, 0.95."""
    pairs = quantiles.items() if isinstance(quantiles, Mapping) else zip(levels, quantiles, strict=True)
    known = {round(level, 4): float(value) for level, value in pairs}
    return Band(day, *(known[level] for level in _LEVELS))


def raw(value: float | date | str | None) -> str:
    """A value as programs read it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else f"{value:.10g}"
