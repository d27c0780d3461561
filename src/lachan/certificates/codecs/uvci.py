"""Unique certificate identifiers (UVCI, later UCI) and their check character.

Source: eHealth Network, "Guidelines on verifiable vaccination certificates", release 2, annex 2; the order of the
characters is that of the EU DCC schema's wiki: A-Z, 0-9, ``/``, ``:``. The check character is that of ISO/IEC 7812-1
(Luhn) modulo 38 over the whole identifier, ``URN:UVCI:`` included; AT, SI and IS really count so, others carry none or
one of their own, which is why a wrong one is worth a note and never a refusal.
"""

from __future__ import annotations

import re
from typing import Final

PREFIX: Final = "URN:UVCI:01:"
MOST_CHARACTERS: Final = 72  # annex 2: total length, prefix included
_CHARACTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
_VALUE: Final = {character: value for value, character in enumerate(_CHARACTERS)}
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")
_OPAQUE: Final = re.compile(r"[A-Z0-9]+(?:/[A-Z0-9]+)*\Z")


def make(country: str, opaque: str) -> str:
    """``URN:UVCI:01:VN:<opaque>#<check character>``.

    ``country`` is ISO 3166-1 alpha-2; ``opaque`` has A-Z and 0-9, parts divided by ``/``, and must say nothing about
    its holder. ValueError when either has another form or the whole would be longer than 72 characters.
    """
    if not _COUNTRY.match(country):
        raise ValueError("the country is two letters A-Z")
    if not _OPAQUE.match(opaque):
        raise ValueError("the opaque part has A-Z, 0-9 and single / between them")
    text = f"{PREFIX}{country}:{opaque}"
    if len(text) + 2 > MOST_CHARACTERS:
        raise ValueError(f"an identifier has at most {MOST_CHARACTERS} characters")
    return f"{text}#{check_character(text)}"


def valid(uvci: str) -> bool | None:
    """Is the check character right? None when the identifier carries none (``#`` is missing): that is allowed."""
    text, mark, check = uvci.rpartition("#")
    if not mark:
        return None
    return bool(text) and all(character in _VALUE for character in text) and check == check_character(text)


def check_character(text: str) -> str:
    """The Luhn modulo 38 character of ``text``. KeyError for a character outside A-Z, 0-9, ``/``, ``:``."""
    size = len(_CHARACTERS)
    total = 0
    for place, character in enumerate(reversed(text)):
        value = _VALUE[character] * (1 if place % 2 else 2)
        total += value // size + value % size
    return _CHARACTERS[-total % size]
