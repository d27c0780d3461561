"""What texts say, as dated data: of each disease and authority one entry a period. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from typing import TypeVar

import msgspec


class DatedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One text in one period. ``valid_to``: its last day. ``verified``: read in the text itself; else the note says
    what the entry rests on."""

    id: str
    disease: str
    authority: str
    valid_from: date
    valid_to: date | None = None
    title: str
    reference: str
    verified: bool
    note: str = ""


T = TypeVar("T", bound=DatedText)


def read(name: str, kind: type[list[T]]) -> tuple[T, ...]:
    """The entries of a file of ``data/``, by disease, authority and first day."""
    text = (files("lachan.surveillance") / "data" / name).read_bytes()
    found = msgspec.json.decode(text, type=kind)
    return tuple(sorted(found, key=lambda entry: (entry.disease, entry.authority, entry.valid_from)))


def in_force(entries: Iterable[T], disease: str, day: date, authority: str) -> T | None:
    """The entry in force on a day, the nearest one for a day outside all; None where the authority says nothing."""
    known = [entry for entry in entries if (entry.disease, entry.authority) == (disease, authority)]
    if not known:
        return None
    holding = (
        entry for entry in known if entry.valid_from <= day and (entry.valid_to is None or day <= entry.valid_to)
    )
    return next(holding, known[0] if day < known[0].valid_from else known[-1])
