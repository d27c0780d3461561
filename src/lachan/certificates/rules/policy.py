"""Who must vouch for a dose before a card rests on it, and how long a card is valid: dated data with its legal text."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Final, Literal

import msgspec

Kind = Literal["hcert", "shc", "domestic"]
KINDS: Final[tuple[Kind, ...]] = ("hcert", "shc", "domestic")
Voucher = Literal["head", "station"]


class KindPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of card. ``vouched_by``: the recording of the dose by its ``station`` is enough, or the ``head`` of the
    facility must have signed it. ``months`` valid from the day of issue; ``schema`` is the ``ver`` of an HCERT."""

    vouched_by: Voucher
    months: int
    schema: str


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In force from ``valid_from`` to the day before ``valid_to``. ``basis``: whether the text was at hand."""

    valid_from: date
    valid_to: date | None
    reference: str
    basis: Literal["source", "recalled"]
    kinds: dict[Kind, KindPolicy]

    @property
    def waits_for_head(self) -> bool:
        """Whether a dose that completes no series changes no card until its head signs it: what its recording alone
        vouches for is the domestic card, which says no more than that somebody is through with the series."""
        return all(kind == "domestic" or terms.vouched_by == "head" for kind, terms in self.kinds.items())


@cache
def policies() -> tuple[Policy, ...]:
    """All of them, in order of time."""
    text = (resources.files("lachan.certificates") / "data" / "issue_policy.json").read_bytes()
    found = msgspec.json.decode(text, type=dict[str, tuple[Policy, ...]])["policies"]
    return tuple(sorted(found, key=lambda policy: policy.valid_from))


def policy_on(day: date) -> Policy:
    """The one in force; LookupError where none is."""
    for policy in reversed(policies()):
        if policy.valid_from <= day and (policy.valid_to is None or day < policy.valid_to):
            return policy
    raise LookupError(f"no policy of issuing is in force on {day}")


def valid_until(issued_at: datetime, months: int) -> datetime:
    """The end of a card issued then: the same day so many months later, the last of that month where it has none."""
    month = issued_at.month - 1 + months
    year, month = issued_at.year + month // 12, month % 12 + 1
    day = issued_at.day
    while True:
        try:
            return issued_at.replace(year=year, month=month, day=day)
        except ValueError:
            day -= 1
