"""How long, how often, and whose record a guardian may open. No database, no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from lachan.people import identifiers

CODE_DIGITS: Final = 6
CODE_LIFE: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5  # of one code

# On a terminal that others use, and on one's own telephone: (without a click, at most).
SHARED_LIFE: Final = (timedelta(minutes=15), timedelta(hours=2))
OWN_LIFE: Final = (timedelta(days=7), timedelta(days=30))
NOTED_EVERY: Final = timedelta(minutes=1)  # a click is not a write

OF_AGE: Final = 18  # Civil Code 91/2015/QH13, article 21: a minor is whoever has not turned eighteen


class Limit(NamedTuple):
    """At most so many in a window."""

    name: str
    most: int
    window: timedelta


# A mobile operator puts thousands of telephones behind one address, hence the wide limit there; what protects a person
# are the narrow ones, on the number and the contact that were typed.
OF_ADDRESS: Final = Limit("address", 120, timedelta(minutes=10))
OF_NUMBER: Final = Limit("number", 8, timedelta(hours=1))
OF_CONTACT: Final = Limit("contact", 8, timedelta(hours=1))
OF_CONTACT_DAY: Final = Limit("contact a day", 20, timedelta(days=1))
OF_EVERYBODY: Final = Limit("everybody", 20_000, timedelta(minutes=10))
# Five tries of a million, eight codes an hour: a guesser would have one chance in a million five times; this closes the
# number for a day after twenty wrong codes.
WRONG_CODES: Final = Limit("wrong codes", 20, timedelta(days=1))
CODE_POSTS: Final = Limit("code posts", 240, timedelta(minutes=10))  # of an address
FOREIGN: Final = Limit("foreign", 10, timedelta(minutes=10))  # ids that are not theirs, in one session


def contact_of(text: str) -> tuple[str, str] | None:
    """(``phone`` or ``email``, as it is kept) of what somebody typed; None when it is neither."""
    text = text.strip()
    if "@" in text:
        name, _, host = text.lower().rpartition("@")
        return ("email", text.lower()) if name and "." in host and len(text) <= 200 and " " not in text else None
    phone = identifiers.normal_phone(text)
    return ("phone", phone) if phone else None


def masked_contact(kind: str, value: str) -> str:
    """``j•••@g•••.vn``, ``09•• ••• 123``: enough for its owner, nothing for anybody else."""
    if kind == "email":
        name, _, host = value.rpartition("@")
        first, dot, last = host.rpartition(".")
        return f"{name[:1]}•••@{first[:1]}•••{dot}{last}"
    return f"{value[:2]}•• ••• {value[-3:]}" if len(value) > 6 else "•••"


def life_of(shared: bool) -> tuple[timedelta, timedelta]:
    """(longest without a click, longest at all) of a session."""
    return SHARED_LIFE if shared else OWN_LIFE


def still_open(*, shared: bool, seen_at: datetime, ends_at: datetime, now: datetime) -> bool:
    return now < ends_at and now - seen_at < life_of(shared)[0]


def is_minor(born: date | None, on: date) -> bool:
    """Whether a guardian answers for this person on that day; of whom no birth date is known nobody says so.

    A birth date known to the year or month stands on its first day, so that nobody is a minor for longer than is true.
    """
    if born is None:
        return False
    try:
        of_age = born.replace(year=born.year + OF_AGE)
    except ValueError:  # born on 29 February
        of_age = date(born.year + OF_AGE, 3, 1)
    return on < of_age
