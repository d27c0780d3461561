"""What is wrong with the records, in the proportions of 2022.

Of 76.6 million people sent to the population register by March 2022, 51.5 million agreed, 19.0 million had wrong data,
3.5 million no number or a malformed one, 2.6 million were not yet checked (Ministry of Health, in the press). Of those
checked: 69.6 %, 25.7 % and 4.7 %. How wrong data divide into kinds was not published; the split below is our estimate.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from lachan.people.names import search_form


class Fault(IntEnum):
    """What a record has wrong; every other field of it is as on the person's card."""

    CLEAN = 0
    YEAR_ONLY = 1  # only the year of birth was written
    FIRST_JANUARY = 2  # the year, and 1 January put in its place
    BIRTH_SLIP = 3  # day and month exchanged, or one of them wrong
    NAME_SLIP = 4  # without marks, or a letter off
    ID_SLIP = 5  # one digit of the citizen id wrong: still a possible number
    OLD_ID = 6  # the 9-digit number of before 2016, not the citizen id
    NO_ID = 7
    MALFORMED_ID = 8  # digits lost or too many
    DUPLICATE = 9  # a second record of somebody


CHECKED = 51.5 + 19.0 + 3.5
# Shares of the people of 14 and older, who hold a citizen id.
SHARES = {
    Fault.CLEAN: 51.5 / CHECKED,
    Fault.YEAR_ONLY: 19.0 / CHECKED * 0.18,
    Fault.FIRST_JANUARY: 19.0 / CHECKED * 0.14,
    Fault.BIRTH_SLIP: 19.0 / CHECKED * 0.15,
    Fault.NAME_SLIP: 19.0 / CHECKED * 0.14,
    Fault.ID_SLIP: 19.0 / CHECKED * 0.15,
    Fault.OLD_ID: 19.0 / CHECKED * 0.24,
    Fault.NO_ID: 3.5 / CHECKED * 0.65,
    Fault.MALFORMED_ID: 3.5 / CHECKED * 0.35,
}
# Of all records: a second one of the same person, made where another facility had entered the first. An estimate.
DUPLICATES = 0.012
HOLDER_AGE = 14  # from which a citizen id card is issued (Law on Citizen Identification 2014, art. 19)


def draw(rng: np.random.Generator, age: NDArray[np.float64]) -> NDArray[np.int64]:
    """A fault per person. Children's records have the birth and name faults of adults, no faults of the number."""
    kinds = np.array(list(SHARES))
    fault = kinds[np.searchsorted(np.cumsum(list(SHARES.values()))[:-1], rng.random(len(age)), "right")]
    return np.where((age < HOLDER_AGE) & (fault >= Fault.ID_SLIP), Fault.CLEAN, fault)


def slipped_birth(days: NDArray[np.int64], bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Days since 1970 as a hand would miswrite them: day and month exchanged where they can be, or a day or ten off."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = dates.astype("datetime64[Y]")
    day = (dates - months).astype(np.int64) + 1
    month = (months - years).astype(np.int64) + 1
    swapped = (years.astype("datetime64[M]") + (day - 1)).astype("datetime64[D]") + (month - 1)
    can_swap = (day <= 12) & (day != month) & (bits % np.uint64(2) == 0)
    off = np.where(bits % np.uint64(3) == 0, 10, 1) * np.where(day > 15, -1, 1)
    result: NDArray[np.int64] = np.where(can_swap, swapped.astype(np.int64), days + off)
    return result


# Pairs that sound alike in one part of the country or the other, or sit beside each other on the keyboard.
_ALIKE = (
    ("Th", "T"),
    ("Ng", "N"),
    ("s", "x"),
    ("d", "gi"),
    ("nh", "n"),
    ("y", "i"),
    ("o", "ô"),
    ("a", "ă"),
    ("e", "ê"),
)


def slipped_name(name: str, bits: int) -> str:
    """A name as a hurried hand writes it: capitals without marks (two of three), or one sound for another."""
    if bits % 3:
        return search_form(name).upper()
    first, _, rest = name.partition(" ")
    for step in range(len(_ALIKE)):
        right, wrong = _ALIKE[(bits // 3 + step) % len(_ALIKE)]
        if right in rest:
            return f"{first} {rest.replace(right, wrong, 1)}"
    return search_form(name).upper()


def card_id(recorded: str, fault: int, bits: int) -> str:
    """The number on the card of somebody whose record was to get ``recorded``.

    Recorded numbers are never given twice, so where the record has a slip it is the card's number that is derived.
    """
    return slipped_id(recorded, bits >> 16) if recorded and fault == Fault.ID_SLIP else recorded


def slipped_id(number: str, bits: int) -> str:
    """One of the last six digits another one."""
    place = 6 + bits % 6
    digit = (int(number[place]) + 1 + bits // 6 % 9) % 10
    return f"{number[:place]}{digit}{number[place + 1 :]}"


def malformed_id(number: str, bits: int) -> str:
    """A number with one digit lost, one too many, or cut short: no check lets it pass as a citizen id."""
    place = 3 + bits % 8
    lost, doubled = number[:place] + number[place + 1 :], number[:place] + number[place] + number[place:]
    return (lost, doubled, number[:8])[bits // 8 % 3]
