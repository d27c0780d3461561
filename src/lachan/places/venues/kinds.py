"""Kinds of venues as dated data: whether the space is closed, how long people stay when nobody sees them leave."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import msgspec


class VenueKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``stay_minutes``: the stay a missing check-out is closed with, unless the venue states its own."""

    id: str
    vi: str
    en: str
    closed: bool
    stay_minutes: int

    def name(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    valid_from: str
    reference: str
    kinds: tuple[VenueKind, ...]


@cache
def kinds() -> Mapping[str, VenueKind]:
    """Every kind by its id, in the order people are offered them."""
    text = (resources.files("lachan.places") / "data" / "venue_kinds.json").read_bytes()
    return MappingProxyType({kind.id: kind for kind in msgspec.json.decode(text, type=_List).kinds})
