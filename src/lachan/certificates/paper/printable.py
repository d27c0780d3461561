"""What goes on paper, as plain facts: whoever prints fills it in, the templates know nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from lachan.kernel.paper import MOST_SHEETS, plain

Form = Literal["a4", "pocket"]
Language = Literal["both", "vi", "en"]
Kind = Literal["hcert", "shc", "domestic"]

MOST_CARDS: Final = MOST_SHEETS
# rows of the table; the latest are kept, and A4 says how many earlier ones there are
MOST_DOSES: Final[Mapping[Form, int]] = {"a4": 6, "pocket": 4}
MOST_CODES: Final = 10  # a SMART Health Card may be cut into chunks: each gets its own page
MOST_NAME: Final = 120  # characters; the longest in the country have 80


class PrintedDose(NamedTuple):
    number: str  # "2/3", or "2"
    product: str
    lot: str
    given_on: date
    place: str  # facility, commune


class Printable(NamedTuple):
    """One card. Texts are data: nothing in them is ever read as markup."""

    kind: Kind
    name: str  # as written, family name first
    name_latin: str  # as in a passport: "NGUYEN VAN AN"; empty: not shown
    birth: str  # ISO 8601, as exact as known: "1980-05-17", "1980-05", "1980"
    number: str  # masked: "0790••••1234"; empty: not shown
    doses: Sequence[PrintedDose]  # oldest first; empty for a domestic card
    codes: Sequence[str]  # what the QR codes say; one, or the chunks of a SMART Health Card
    identifier: str  # UVCI, rid or number of a domestic card
    issuer: str
    issued_at: date
    valid_until: date | None
    verify_at: str  # address of the verifier, for whoever checks
    correct_at: str  # address where the person asks for a correction
    specimen: bool = False  # of a demonstration: the paper says that it is worth nothing


def day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def birth(value: str) -> str:
    """17/05/1980, 05/1980 or 1980, as exact as it is known."""
    return "/".join(reversed(plain(value, 10).split("-")))
