"""What a proposal is made from, and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple
from uuid import UUID

Field = Literal["name", "sex", "birth_date", "number", "person"]
Confidence = Literal["sure", "likely", "ask"]

CITIZEN_ID: Final = "citizen_id"
OLD_ID: Final = "old_id"


class Held(NamedTuple):
    """What a record holds. ``born``: YYYY[-MM[-DD]], empty when not known; ``numbers``: (system, value as stored)."""

    name: str
    sex: str  # M, F or U
    born: str
    numbers: tuple[tuple[str, str], ...] = ()

    def values(self, system: str) -> list[str]:
        return [value for kind, value in self.numbers if kind == system]


class Other(NamedTuple):
    """Another record beside it. ``verdict`` and ``reasons``: the matcher's, of this record and the other.

    ``household``: they share a telephone or are guardian and child. ``standing``: the register found it right.
    """

    id: UUID
    held: Held
    verdict: Literal["match", "possible", "no"]
    reasons: tuple[str, ...] = ()
    household: bool = False
    standing: bool = False


class Proposal(NamedTuple):
    """A likely correction, for a person to accept.

    ``field``: what changes; for ``number``, ``system`` is the system of ``before`` and ``to_system`` that of ``after``
    (empty ``after``: the number ends); for ``person``, ``other`` is the record to merge with. ``after`` None: something
    is wrong here, and the record itself does not say what is right. ``reason``: code of a sentence filled with
    ``params`` (never a whole number). ``safe``: a matter of writing alone, fit to be accepted by the hundred.
    """

    field: Field
    before: str
    after: str | None
    reason: str
    confidence: Confidence
    params: Mapping[str, str | int] = {}
    safe: bool = False
    system: str = ""
    to_system: str = ""
    other: UUID | None = None
