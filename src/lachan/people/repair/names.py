"""What may be wrong with a written name, from the name alone."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Final

from lachan.people.matching.spelling import can_be_vietnamese
from lachan.people.names import TONES, display_form, fold_tone_marks, search_form
from lachan.people.repair.facts import Proposal
from lachan.people.repair.lexicon import is_family, lexicon

_TONE_KEYS: Final = dict(zip("fsxrj", "\u0300\u0301\u0303\u0309\u0323", strict=True))
_DOUBLES: Final = {
    "aa": "â", "ee": "ê", "oo": "ô", "dd": "đ", "aw": "ă", "ow": "ơ", "uw": "ư",
}  # fmt: skip
_VOWELS: Final = "aăâeêioôơuưy"
# Signs a keyboard or a hamlet list leaves in a name. The apostrophe stays: names of the highlands have it (H'Mai).
_ODD: Final = re.compile(r"[0-9.,;:/\\()*_\"+=!@#$%^&|<>\[\]{}]+")
# A name without marks is restored only where nearly everybody of these words is written so.
SURE_MARKS: Final = 0.9
_MIDDLES: Final = frozenset({"thị", "văn", "thi", "van"})  # never a given name's place, so they show the order
_PARTS: Final = ("family", "middle", "given")


def propose(name: str) -> list[Proposal]:
    """What a writer of names would change: the whole mending first, then the part of it that is writing alone."""
    written = _spaces_and_case(name)
    clean = written.after or name if written else name
    for rule in (_lost_letters, _odd_signs, _telex, _family_last, _marks):
        found = rule(clean)
        if found is not None:
            further = found._replace(before=name)
            return [further, written] if written else [further]
    return [written] if written else []


def _spaces_and_case(name: str) -> Proposal | None:
    """``"  NGUYỄN  VĂN AN"`` as ``"Nguyễn Văn An"``: the same letters, so it is a matter of writing."""
    shown = display_form(name)
    words = shown.split()
    letters = "".join(words)
    if letters.isupper() and len(letters) > 2:
        return _name(name, _capitals(words), "name_capitals", safe=True)
    if letters.islower():
        return _name(name, _capitals(words), "name_small_letters", safe=True)
    if shown != name:
        return _name(name, shown, "name_spaces", safe=True)
    mixed = [word for word in words if word[:1].islower() and word.isalpha()]
    if mixed:
        return _name(name, _capitals(words), "name_small_letters", safe=True)
    return None


def _capitals(words: list[str]) -> str:
    return " ".join("'".join(part[:1].upper() + part[1:].lower() for part in word.split("'")) for word in words)


def _odd_signs(name: str) -> Proposal | None:
    bare = " ".join(_ODD.sub(" ", name).split())
    if bare == name or not search_form(bare):
        return None
    if "?" in name:
        return None  # taking the sign away does not give the letter
    return _name(name, bare, "name_signs", "likely")


def _lost_letters(name: str) -> Proposal | None:
    if "?" in name or "\ufffd" in name:
        return Proposal("name", name, None, "name_letters_lost", "ask")
    short = [word for word in name.replace(".", ". ").split() if len(word.strip(".")) == 1 and word[0].isalpha()]
    # Y and Ơ are whole words of names; N., V., A. are initials
    if short and any(word.endswith(".") or word.lower() not in "yơíýỷỵôoụi" for word in short):
        return Proposal("name", name, None, "name_initials", "ask")
    return None


def _telex(name: str) -> Proposal | None:
    """``Nguyeenx Vawn An``: keys typed with the input method switched off."""
    words = name.split()
    known = lexicon().words
    decoded = [word if fold_tone_marks(word) in known else telex(word) for word in words]
    if decoded == words:
        return None
    changed = [new for new, old in zip(decoded, words, strict=True) if new != old]
    if not all(fold_tone_marks(new) in known for new in changed):
        return None
    return _name(name, " ".join(decoded), "name_telex", "likely")


def telex(word: str) -> str:
    """What the Telex keys of a word stand for: ``Nguyeenx`` -> ``Nguyễn``; the word itself when they are none."""
    lower = word.lower()
    tone = _TONE_KEYS.get(lower[-1]) if len(lower) > 2 else None
    body = lower[:-1] if tone else lower
    if tone and any(mark in unicodedata.normalize("NFD", body) for mark in TONES):
        return word  # has its tone already: the last letter is a letter
    for keys, letter in _DOUBLES.items():
        body = body.replace(keys, letter)
    if body == lower or not can_be_vietnamese(search_form(body).replace("y", "i")):
        return word
    if tone:
        body = _with_tone(body, tone)
    return body[:1].upper() + body[1:] if word[:1].isupper() else body


def _with_tone(body: str, tone: str) -> str:
    """The tone on its vowel: on one with a hat or horn, else where most people write it (Hòa, Thủy)."""
    places = [i for i, letter in enumerate(body) if letter in _VOWELS]
    if not places:
        return body
    if body[:2] in ("qu", "gi") and len(places) > 1:
        places = places[1:]
    hatted = [i for i in places if body[i] in "ăâêôơư"]
    if hatted:
        at = hatted[-1]
    else:
        closed = places[-1] < len(body) - 1
        at = places[-1] if closed or len(places) == 1 else places[-2]
    return body[:at] + unicodedata.normalize("NFC", body[at] + tone) + body[at + 1 :]


def _family_last(name: str) -> Proposal | None:
    """``An Văn Nguyễn``: the family name stands last, and the first word is none."""
    words = name.split()
    plain = search_form(name).split()
    if len(words) < 2 or len(plain) != len(words) or not is_family(plain[-1]) or is_family(plain[0]):
        return None
    families, marked = lexicon().families, fold_tone_marks(name).lower().split()
    if families.get(plain[0], 0) > 0 and families[plain[0]] > families.get(plain[-1], 0) / 10:
        return None
    if marked[0] in _MIDDLES:  # Thị Thanh Hiền Hoàng: all moved by one
        return _name(name, " ".join([words[-1], *words[:-1]]), "name_family_last", "likely")
    turned = [words[-1], *words[1:-1], words[0]]
    if len(plain) > 2 and marked[1] in _MIDDLES and ("given", plain[0]) in lexicon().forms:
        return _name(name, " ".join(turned), "name_family_last", "likely")
    return Proposal("name", name, None, "name_family_last", "ask", {"family": words[-1]})


def _marks(name: str) -> Proposal | None:
    """A name that lost its marks, or part of it: only where the words leave no choice."""
    words = name.split()
    if len(words) < 2 or len(search_form(name).split()) != len(words):
        return None
    parts = [_PARTS[0], *itertools.repeat(_PARTS[1], len(words) - 2), _PARTS[2]]
    whole, certain, mended = name.isascii(), 1.0, []
    for part, word in zip(parts, words, strict=True):
        form, share = lexicon().forms.get((part, search_form(word)), (word, 0.0))
        if not word.isascii() or fold_tone_marks(word) == form:
            mended.append(word)
            certain *= share if word.isascii() else 1.0
        else:
            mended.append(form)
            certain *= share
    if mended == words:
        return None
    if certain >= SURE_MARKS:
        return _name(name, " ".join(mended), "name_marks_lost", "likely")
    return Proposal("name", name, None, "name_marks_lost", "ask") if whole else None


def _name(before: str, after: str, reason: str, confidence: str = "sure", *, safe: bool = False) -> Proposal | None:
    if after == before:
        return None
    return Proposal("name", before, after, reason, "sure" if confidence == "sure" else "likely", safe=safe)
