"""What a scanner, a camera or a keyboard hands over at the door, read into one `Card` or one named problem.

Sources: the chip card's code (fields joined by `|`; seven fields since 2021, six in some readers that leave out the old
number; the Law on Identification of 2024 appends further fields); the health-insurance card's code (name and address as
hexadecimal UTF-8, closed by `$`).
"""

import datetime
import unicodedata
from typing import Final, Literal

import msgspec

from lachan.people import identifiers
from lachan.people.names import display_form

MAX_TEXT: Final = 2000  # characters; the longest card code holds a few hundred

Precision = Literal["D", "M", "Y"]


class Card(msgspec.Struct, frozen=True):
    """One person as a card states it. Empty string or None: the card does not say.

    `birth_precision` is "D" for a full date and "Y" where only the year is known (`birth_date` is then its 1 January).
    """

    kind: Literal["chip", "insurance", "typed"]
    citizen_id: str = ""
    old_id: str = ""
    insurance_number: str = ""
    passport: str = ""
    provisional: str = ""
    phone: str = ""
    full_name: str = ""
    birth_date: datetime.date | None = None
    birth_precision: Precision | None = None
    sex: Literal["M", "F"] | None = None
    address: str = ""
    issued_on: datetime.date | None = None


class CardProblem(msgspec.Struct, frozen=True):
    """Why the text could not be read. `guess` is a number to offer for confirmation (a lost leading zero), or empty.

    Reasons: empty, too_long, too_few_fields, not_a_number, bad_name, bad_birth_date, bad_hex, and those of
    `identifiers.check` for the number itself.
    """

    reason: str
    guess: str = ""


def parse_card(text: str) -> Card | CardProblem:
    """Reads the code of a chip card or health-insurance card, or a typed number of any known kind."""
    text = text.strip("\ufeff\r\n\t \x00")
    if not text:
        return CardProblem("empty")
    if len(text) > MAX_TEXT:
        return CardProblem("too_long")
    fields = [part.strip() for part in unicodedata.normalize("NFC", text).split("|")]
    if len(fields) == 1:
        return _typed(text)
    if fields[0][:1].isalpha() or (len(fields[0]) == 10 and len(fields) > 2 and _looks_hexadecimal(fields[1])):
        return _insurance(fields)
    return _chip(fields)


def _chip(fields: list[str]) -> Card | CardProblem:
    """Seven or more fields with the old number second (perhaps empty), or six without it."""
    if len(fields) < 6:
        return CardProblem("too_few_fields")
    number = identifiers.check("citizen_id", fields[0])
    if not number.ok:
        return CardProblem(number.reason, number.normal)
    # Six fields leave the old number out. A name never starts with a digit, so the second field tells.
    has_old = not fields[1] or fields[1][0].isdigit()
    if has_old and len(fields) < 7:
        return CardProblem("too_few_fields")
    old, (name, born, sex, address, issued) = (fields[1], fields[2:7]) if has_old else ("", fields[1:6])
    if not name or any(c.isdigit() for c in name):
        return CardProblem("bad_name")
    birth = _date(born)
    if birth is None:
        return CardProblem("bad_birth_date")
    issue = _date(issued)
    return Card(
        kind="chip",
        citizen_id=number.normal,
        # A malformed old number on a card is the printer's fault, not the holder's: the card stays good without it.
        old_id=identifiers.check("old_id", old).normal if identifiers.check("old_id", old).ok else "",
        full_name=display_form(name),
        birth_date=birth[0],
        birth_precision=birth[1],
        sex=_sex(sex),
        address=display_form(address),
        issued_on=issue[0] if issue and issue[1] == "D" else None,
    )


def _insurance(fields: list[str]) -> Card | CardProblem:
    if len(fields) < 4:
        return CardProblem("too_few_fields")
    number = identifiers.check("health_insurance", fields[0])
    if not number.ok:
        return CardProblem(number.reason)
    name, address = _unhex(fields[1]), _unhex(fields[4]) if len(fields) > 4 else ""
    if name is None or address is None:
        return CardProblem("bad_hex")
    if not name:
        return CardProblem("bad_name")
    birth = _date(fields[2])
    if birth is None:
        return CardProblem("bad_birth_date")
    return Card(
        kind="insurance",
        insurance_number=number.normal,
        full_name=display_form(name),
        birth_date=birth[0],
        birth_precision=birth[1],
        sex=_sex(fields[3]),
        address=display_form(address),
    )


def _typed(text: str) -> Card | CardProblem:
    kind = identifiers.detect(text)
    if kind in ("name", "empty", "card"):
        guess = identifiers.check("citizen_id", text)
        return (
            CardProblem(guess.reason, guess.normal) if any(c.isdigit() for c in text) else CardProblem("not_a_number")
        )
    normal = identifiers.check(kind, text).normal
    match kind:
        case "citizen_id":
            facts = identifiers.citizen_id_facts(normal)
            return Card(kind="typed", citizen_id=normal, sex=facts.sex if facts else None)
        case "old_id":
            return Card(kind="typed", old_id=normal)
        case "health_insurance":
            return Card(kind="typed", insurance_number=normal)
        case "passport":
            return Card(kind="typed", passport=normal)
        case "provisional":
            return Card(kind="typed", provisional=normal)
    return Card(kind="typed", phone=normal)


def _date(text: str) -> tuple[datetime.date, Precision] | None:
    """`ddmmyyyy`, `dd/mm/yyyy` or `yyyy`; zeros for day and month mean that only the year is known."""
    digits = text.replace("/", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (4, 8):
        return None
    if len(digits) == 4 or digits.startswith("0000"):
        digits, precision = "0101" + digits[-4:], "Y"
    else:
        precision = "D"
    try:
        return datetime.date(int(digits[4:]), int(digits[2:4]), int(digits[:2])), precision  # type: ignore[return-value]
    except ValueError:
        return None


def _sex(text: str) -> Literal["M", "F"] | None:
    match text.casefold():
        case "nam" | "1":
            return "M"
        case "nữ" | "nu" | "2":
            return "F"
    return None


def _looks_hexadecimal(text: str) -> bool:
    return len(text) >= 4 and len(text) % 2 == 0 and all(c in "0123456789abcdefABCDEF" for c in text)


def _unhex(text: str) -> str | None:
    try:
        return bytes.fromhex(text).decode("utf-8")
    except ValueError:
        return None
