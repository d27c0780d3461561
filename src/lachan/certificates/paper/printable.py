"""What goes on paper, as plain facts: whoever prints fills it in, the templates know nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

Form = Literal["a4", "pocket"]
Language = Literal["both", "vi", "en"]
Kind = Literal["hcert", "shc", "domestic"]

MOST_CARDS: Final = 250  # in one PDF: typst holds half a megabyte a page while it works; longer lists in parts
# rows of the table; the latest are kept, and A4 says how many earlier ones there are
MOST_DOSES: Final[Mapping[Form, int]] = {"a4": 6, "pocket": 4}
MOST_CODES: Final = 10  # a SMART Health Card may be cut into chunks: each gets its own page
MOST_NAME: Final = 120  # characters; the longest in the country have 80
_LONG_WORD: Final = re.compile(r"\S{25,}")
_SPACES: Final = re.compile(r"\s+")


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


def plain(text: str, most: int) -> str:
    """A text as one line that can be broken anywhere it must be, without characters that do not print or that turn the
    direction of writing round (a name could be made to read as another's)."""
    kept = unicodedata.normalize("NFC", text)
    if not kept.isprintable():  # almost never: control, format and private characters, separators other than a space
        kept = "".join(" " if letter.isspace() else letter for letter in kept if _prints(letter))
    kept = _SPACES.sub(" ", kept).strip()
    if len(kept) > most:
        kept = kept[: most - 1].rstrip() + "…"
    return _LONG_WORD.sub(_breakable, kept) if len(kept) > 24 else kept


def _prints(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] != "C"


def _breakable(word: re.Match[str]) -> str:
    text = word.group()
    return "\u200b".join(text[at : at + 12] for at in range(0, len(text), 12))


def day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def birth(value: str) -> str:
    """17/05/1980, 05/1980 or 1980, as exact as it is known."""
    return "/".join(reversed(plain(value, 10).split("-")))
