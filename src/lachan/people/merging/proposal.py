"""Which of two records should stay. Pure; a person may choose the other one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

Why = Literal["known", "trusted_number", "older"]


class Standing(NamedTuple):
    """What speaks for keeping a record."""

    id: UUID
    known: bool
    trusted: bool  # has a number that belongs to one person only
    created_at: datetime


class Proposal(NamedTuple):
    """The record to keep, and what decided."""

    stays: UUID
    why: Why


def proposed(one: Standing, other: Standing) -> Proposal:
    """Known before provisional, then the one with a trusted number, then the older one."""
    if one.known != other.known:
        return Proposal(one.id if one.known else other.id, "known")
    if one.trusted != other.trusted:
        return Proposal(one.id if one.trusted else other.id, "trusted_number")
    return Proposal(min(one, other, key=lambda record: (record.created_at, record.id)).id, "older")
