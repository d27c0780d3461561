"""Names as a machine-readable zone writes them: A-Z and ``<``.

Source: ICAO Doc 9303-3, eighth edition, section 6 (A Latin, B Cyrillic, C Arabic; tables in ``transliteration_tables``)
and 4.6 (hyphens and spaces are ``<``, apostrophes and other punctuation are left out). Letters that the table lacks,
which is every Vietnamese one with two marks and Ơ and Ư, lose their marks one by one until a letter of the table or of
A-Z is left: Ầ is Â is A, Ớ is Ơ is O. Greek and Georgian are not in Doc 9303; they follow the tables that Greek and
Georgian passports use (ELOT 743; the national system of 2002).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from lachan.certificates.codecs.transliteration_tables import ARABIC_MARKS, GREEK_PAIRS, LETTERS

MOST_CHARACTERS: Final = 80  # of each member of the name, DCC schema 1.3.x
_SEPARATORS: Final = "-‐‑‒–—,/<"
_TEH_MARBUTA: Final = "\u0629"
_SHADDA: Final = "\u0651"
_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_PAIR: Final = re.compile("|".join(sorted(GREEK_PAIRS, key=len, reverse=True)))
_GREEK_VOICED: Final = re.compile("([ΑΕΗ])Υ(?=([ΑΒΓΔΕΖΗΙΛΜΝΟΡΥΩ])?)")
_DIAERESIS: Final = "\u0308"
_ACUTE: Final = "\u0301"


def mrz(name: str) -> str:
    """``name`` in A-Z, its words divided by one ``<``; cut at 80 characters. Empty when nothing can be written."""
    words = (_word(word) for word in _words(unicodedata.normalize("NFC", name)))
    return "<".join(word for word in words if word)[:MOST_CHARACTERS].rstrip("<")


def dcc_name(full_name: str) -> dict[str, str]:
    """The ``nam`` member of a DCC from a Vietnamese full name: the first word is the family name, the rest is given.

    Members fn, fnt, gn, gnt, each of at most 80 characters; gn and gnt are absent when the name is one word. ValueError
    for a name without any letter that can be written in A-Z.
    """
    words = unicodedata.normalize("NFC", full_name).split()
    family, given = " ".join(words[:1]), " ".join(words[1:])
    if not mrz(family):
        raise ValueError("the family name cannot be written in A-Z")
    name = {"fn": family[:MOST_CHARACTERS], "fnt": mrz(family)}
    if given:
        name |= {"gn": given[:MOST_CHARACTERS].rstrip(), "gnt": mrz(given)}
    return name


def _words(name: str) -> list[str]:
    return "".join(" " if character in _SEPARATORS else character for character in name).split()


def _word(word: str) -> str:
    if _GREEK.search(word):
        return _greek(word)
    parts: list[str] = []
    for place, character in enumerate(word):
        if character == _TEH_MARBUTA:
            # 9303-3, 6.C, note 2: XTA in general, XAH at the end of a name's component
            end = not any(unicodedata.category(after).startswith("L") for after in word[place + 1 :])
            parts.append("XAH" if end else "XTA")
        elif character == _SHADDA:
            parts += parts[-1:]  # note 3: the letter before is written twice
        elif character not in ARABIC_MARKS:
            parts += (_letter(one) for one in (character if character in LETTERS else character.upper()))
    return "".join(parts)


def _letter(letter: str) -> str:
    if letter in LETTERS:
        return LETTERS[letter]
    if letter.isascii():
        return letter if letter.isupper() else ""
    apart = unicodedata.normalize("NFKD", letter)
    if apart == letter:
        return ""
    if unicodedata.combining(apart[-1]):
        apart = unicodedata.normalize("NFC", apart[:-1])
    return "".join(_letter(part) for part in apart.upper())


def _greek(word: str) -> str:
    """ELOT 743: ΑΥ, ΕΥ, ΗΥ sound with a V before vowels and voiced consonants, with an F otherwise."""
    apart = unicodedata.normalize("NFD", word.upper())
    # an accent on the first letter or a diaeresis on the second says that the two are not one sound
    split = re.sub(f"([ΑΕΗΟ]){_ACUTE}([ΙΥ])", r"\1 \2", re.sub(f"([ΙΥ]){_DIAERESIS}", r" \1", apart))
    bare = "".join(character for character in split if not unicodedata.combining(character))
    voiced = _GREEK_VOICED.sub(lambda found: found[1] + ("Β" if found[2] else "Φ"), bare)
    begun = re.sub("^ΜΠ", "B", voiced)
    paired = _GREEK_PAIR.sub(lambda found: GREEK_PAIRS[found[0]], begun)
    return "".join(_letter(character) for character in paired)
