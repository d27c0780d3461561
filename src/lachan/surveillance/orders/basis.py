"""On what law an order rests and what it says, by its day: ``data/orders.json``. Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from lachan.kernel.words import Words

Kind = Literal["isolation", "quarantine", "release", "discharge"]
PlaceKind = Literal["home", "facility", "hospital"]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an order of one kind says. ``mark``: letters of its number. ``decision``: it decides, else it confirms."""

    mark: str
    decision: bool
    title: Words
    does: Words
    duty: Words


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The law of one period."""

    id: str
    valid_from: date
    valid_to: date | None = None
    verified: bool
    note: str = ""
    basis: tuple[Words, ...]
    proposal: Words
    kinds: dict[str, Text]  # by Kind


@cache
def catalogue() -> tuple[Basis, ...]:
    """Every basis, the oldest first."""
    text = (files("lachan.surveillance") / "data" / "orders.json").read_bytes()
    return tuple(sorted(msgspec.json.decode(text, type=tuple[Basis, ...]), key=lambda basis: basis.valid_from))


@cache
def basis_on(day: date) -> Basis:
    """The law in force on a day; the oldest known for a day before all."""
    held = [basis for basis in catalogue() if basis.valid_from <= day]
    return held[-1] if held else catalogue()[0]


@cache
def by_id(basis_id: str) -> Basis:
    """The basis of that id; LookupError when there is none."""
    for basis in catalogue():
        if basis.id == basis_id:
            return basis
    raise LookupError(f"no legal basis {basis_id!r}")
