"""Where a person stands with the population register: pure decisions.

The procedure (9438/BYT-CNTT, 5 November 2021) asks about four mandatory fields: full name, sex, date of birth, and a
citizen id or the older 9-digit id. The register answers right or wrong, nothing else. What is missing or wrong goes to
the commune in three groups (2262/BYT-CNTT, 4 May 2022): no id, malformed id, wrong data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

NOT_SENT: Final = "not_sent"  # all four fields are there, and the register has not been asked about them
WAITING: Final = "waiting"  # asked, no answer yet
RIGHT: Final = "right"
WRONG: Final = "wrong"
NO_ID: Final = "no_id"
MALFORMED_ID: Final = "malformed_id"
# Nothing to ask and nobody's debt: foreigners (8938/BYT-DP leaves them out), a record merged into another, and children
# too young for a card who have no number.
EXEMPT: Final = "exempt"

STATES: Final = (NOT_SENT, WAITING, RIGHT, WRONG, NO_ID, MALFORMED_ID, EXEMPT)
OPEN: Final = (NO_ID, MALFORMED_ID, WRONG)  # the three groups a commune repairs
CARD_AGE: Final = 14  # years; no card is issued before (Law on Citizen Identification 2014, art. 19)
ASKED_BY: Final = ("citizen_id", "old_id")  # systems the register knows, the one it is asked by first


class Held(NamedTuple):
    """A number as far as this decision needs it: never its value."""

    system: str
    malformed: bool
    blind: bytes


def number_asked(numbers: Sequence[Held]) -> Held | None:
    """The number the register is asked by: a well-formed citizen id, else a well-formed old id."""
    if len(numbers) == 1:  # nearly everybody, and asked a thousand times a question
        [only] = numbers
        return only if only.system in ASKED_BY and not only.malformed else None
    for system in ASKED_BY:
        good = [number for number in numbers if number.system == system and not number.malformed]
        if good:
            return min(good, key=lambda number: number.blind)
    return None


def within(nationality: str, *, merged: bool) -> bool:
    """Whether the procedure has anything to do with this record."""
    return nationality == "VN" and not merged


def standing(numbers: Sequence[Held], *, nationality: str, born: date | None, merged: bool, today: date) -> str:
    """``not_sent`` when there is something to ask, else why there is not: exempt, no_id or malformed_id."""
    if not within(nationality, merged=merged):
        return EXEMPT
    if number_asked(numbers) is not None:
        return NOT_SENT
    if any(number.system in ASKED_BY for number in numbers):
        return MALFORMED_ID
    return EXEMPT if born is not None and _younger(born, CARD_AGE, today) else NO_ID


def fingerprint(name: str, sex: str, born: str, blind: bytes) -> bytes:
    """Eight bytes that change when one of the four fields does. ``blind`` is the number's keyed index."""
    told = "\x1f".join((name, sex, born)).encode()
    return hashlib.blake2b(told, key=blind, digest_size=8).digest()


def next_state(found: str, print_now: bytes | None, *, state: str, asked: bytes | None, answer: str | None) -> str:
    """The state after the record changed. ``found``: :func:`standing` now; ``asked`` and ``answer``: the last question.

    An answer holds for the fields it was given about: when they come back as they were (a merge is undone), so does it.
    """
    if found != NOT_SENT:
        return found
    if asked is None or asked != print_now:
        return NOT_SENT
    if answer is not None:
        return answer
    # under way; or the register could not read these very fields
    return state if state in (WAITING, MALFORMED_ID) else NOT_SENT


def _younger(born: date, years: int, today: date) -> bool:
    """Whether the birthday of that age is still to come; someone born on 29 February has it on 1 March."""
    return (today.year - born.year, today.month, today.day) < (years, born.month, born.day)
