"""What every body of a command is made of, and when its times are wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import EARLIEST, LATEST

Short = Annotated[str, Meta(max_length=120)]
Long = Annotated[str, Meta(max_length=2_000)]
Number = Annotated[int, Meta(ge=1, le=20)]


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """What every body may be: nothing beyond its fields."""


class Untimely(NamedTuple):
    """What is wrong with a time in a body: reason code, and what fills its sentence."""

    reason: str
    params: dict[str, Any]


def untimely(field: str, at: datetime | None, on: date | None, latest: datetime) -> Untimely | None:
    """A time without offset, one no calendar of ours reaches, or one on another day than the day beside it.

    ``latest`` is the last instant that is not yet the future; a dose's own future is left to the rules, whose answer
    says more.
    """
    if at is not None and at.tzinfo is None:
        return Untimely("time_without_offset", {"field": field})
    for year in (at.year if at is not None else None, on.year if on is not None else None):
        if year is not None and year >= LATEST.year:
            return Untimely("happened_in_future", {"field": field})
        if year is not None and year < EARLIEST.year:
            return Untimely("malformed", {"problem": f"`{field}` is before {EARLIEST.year}"})
    if at is not None and on is not None and at.astimezone(VIETNAM).date() != on and at <= latest:
        return Untimely("malformed", {"problem": f"`{field}` is on another day than the day given beside it"})
    return None


class Timed(Body):
    """A body that carries a time of its own."""

    def untimely(self, latest: datetime) -> Untimely | None:
        """What is wrong with its times, None when nothing is."""
        raise NotImplementedError


class OverrideIn(Body):
    """Codes someone answers for, with the reason stated."""

    codes: Annotated[tuple[Short, ...], Meta(max_length=20)]
    reason: Long
