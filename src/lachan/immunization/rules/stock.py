"""Words and order of the stock book: how an entry changes the balance, why doses are lost, which lot goes first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, Protocol, TypeVar, get_args

# How a kind of entry changes what a facility has. Into a session and back is a way within the house.
SIGN = {
    "receive": 1, "adjust": 1, "waste": -1, "return": -1, "issue": 0, "session_return": 0, "transfer_out": -1,
    "transfer_in": 1, "transfer_back": 1, "count": 1,
}  # fmt: skip
RECEIVED = frozenset({"receive", "transfer_in"})

# Why doses were lost; codes are only ever added. The first are of vials never opened (WHO: closed-vial wastage).
WasteReason = Literal[
    "expired", "broken", "vvm", "cold_chain", "frozen", "missing", "opened_not_used", "open_too_long", "contaminated",
    "empty_vial_loss", "other",
]  # fmt: skip
WASTE: tuple[str, ...] = get_args(WasteReason)
# Why a count, or what arrived, differs from the book.
Difference = Literal[
    "miscounted", "entry_missing", "entry_twice", "wrong_lot", "broken", "extra_doses", "lost", "sender_miscounted",
    "other",
]  # fmt: skip
DIFFERENCE: tuple[str, ...] = get_args(Difference)
DOSE_AFTER_ALL = "dose_after_all"  # a place written off as waste, given back to a dose that arrived later


def lot_key(number: str) -> str:
    """A lot number as it is compared: without the spaces around it, in capitals."""
    return number.strip().upper()


class Shelved(Protocol):
    """What the order of lots asks of one."""

    @property
    def expires_on(self) -> date | None: ...
    @property
    def use_by(self) -> date | None: ...
    @property
    def balance(self) -> int: ...


Line = TypeVar("Line", bound=Shelved)


def last_day(line: Shelved) -> date:
    """The last day a lot may be used here: its own, or that of what was thawed, whichever comes first."""
    return min(line.expires_on or date.max, line.use_by or date.max)


def first_to_go(lines: Iterable[Line]) -> list[Line]:
    """Lots in the order in which they are to be used up (first expired, first out)."""
    return sorted(lines, key=last_day)
