"""How near two written names are, Vietnamese habits of writing and of erring included."""

import functools
import re
from enum import IntEnum
from typing import Final

import msgspec

from lachan.people.matching.spelling import can_be_vietnamese, one_letter_apart
from lachan.people.names import fold_tone_marks, search_form


class Names(IntEnum):
    """Agreement of two names, best first; the order is used.

    SAME    same words with the same marks (placement of the tone and letter case aside)
    UNMARKED same letters, marks missing on one side
    TONE    same letters, some marks of family or middle name different: a slip by experience
    MOVED   same words, family name last
    DROPPED words between family and given name left out
    DAMAGED the words differ as a keyboard or a code page damages them: typo, `?`, Telex keys, initials
    ALIKE   given names one letter or one mark apart, and both could be names (Chiến, Chiếu): a slip, or a sibling
    DIFFER  two names
    """

    SAME = 0
    UNMARKED = 1
    TONE = 2
    MOVED = 3
    DROPPED = 4
    DAMAGED = 5
    ALIKE = 6
    DIFFER = 7


class Name(msgspec.Struct, frozen=True):
    """One name in words: in lower case with y as i: `marked` with one placement of the tone, `plain` without marks."""

    marked: tuple[str, ...]
    plain: tuple[str, ...]


_DOTTED: Final = re.compile(r"\.(?=\S)")  # "N.V.Toản" is three words
_Y_AS_I: Final = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
_TELEX_DOUBLES: Final = re.compile(r"aa|ee|oo|dd|[aou]w")
_TELEX_TONE: Final = re.compile(r"[sfrxj]$")


@functools.lru_cache(maxsize=8192)
def name_of(written: str) -> Name | None:
    """The name in words; None when nothing is left of it."""
    text = _DOTTED.sub(". ", written) if "." in written else written
    plain = search_form(text).translate(_Y_AS_I).split()
    if not plain:
        return None
    marked = fold_tone_marks(text).lower().translate(_Y_AS_I).split()
    if len(marked) != len(plain):
        marked = plain
    return Name(tuple(marked), tuple(plain))


def compare(a: Name, b: Name) -> Names:
    """Symmetric. The best agreement over the orders in which the words may have been written."""
    if a.plain == b.plain:
        return _by_marks(a.marked, b.marked)
    if len(a.plain) == len(b.plain):
        for order in _ORDERS:
            if order(a.plain) == b.plain or order(b.plain) == a.plain:
                return Names.MOVED
        straight = _near(a.plain, b.plain)
        if straight is not Names.DIFFER:
            return straight
        turned = [_near(x, y) for order in _ORDERS for x, y in ((order(a.plain), b.plain), (order(b.plain), a.plain))]
        return min(turned)
    long, short = (a.plain, b.plain) if len(a.plain) > len(b.plain) else (b.plain, a.plain)
    return _with_words_left_out(long, short)


def _by_marks(a: tuple[str, ...], b: tuple[str, ...]) -> Names:
    if a == b:
        return Names.SAME
    if all(x == y or x.isascii() or y.isascii() for x, y in zip(a, b, strict=True)):
        return Names.UNMARKED
    # Thúy and Thùy may be twins; a wrong mark on the family or middle name is only ever a wrong mark.
    given_differs = a[-1] != b[-1] and not (a[-1].isascii() or b[-1].isascii())
    return Names.ALIKE if given_differs else Names.TONE


def _family_last(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[1:] + words[:1]


def _ends_exchanged(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[-1:] + words[1:-1] + words[:1] if len(words) > 1 else words


_ORDERS: Final = (_family_last, _ends_exchanged)


def _with_words_left_out(long: tuple[str, ...], short: tuple[str, ...]) -> Names:
    """Family and given name stay, what is between may be shortened; the family name may stand last as well."""
    if len(short) < 2:
        return Names.DIFFER
    for order in (tuple, *_ORDERS):
        words = order(short)
        if words[0] == long[0] and words[-1] == long[-1] and _in_order(words[1:-1], long[1:-1]):
            return Names.DROPPED
        ends = (words[0], words[-1]), (long[0], long[-1])
        if _in_order(words[1:-1], long[1:-1]) and _near(*ends) is Names.DAMAGED:
            return Names.DAMAGED
    return Names.DIFFER


def _in_order(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    rest = iter(many)
    return all(word in rest for word in few)


def _near(a: tuple[str, ...], b: tuple[str, ...]) -> Names:
    """DAMAGED or ALIKE when every word is the same or damaged, at most one by a typing slip; else DIFFER."""
    typos = initials = whole = 0
    both_names = False
    last = len(a) - 1
    for place, (x, y) in enumerate(zip(a, b, strict=True)):
        if x == y:
            whole += 1
        elif "?" in x or "?" in y:
            if not _fits_with_gaps(x, y):
                return Names.DIFFER
        elif _is_initial(x, y) or _is_initial(y, x):
            initials += 1
        elif _telex(x) == _telex(y):
            whole += 1
        elif one_letter_apart(x, y):
            typos += 1
            # Brothers and sisters share family and middle name; only a given name one letter off is under suspicion.
            both_names = place == last and can_be_vietnamese(x) and can_be_vietnamese(y)
        else:
            return Names.DIFFER
    # Initials alone (N. V. A.) name nobody: one whole word must stay. Two slips in one name are two names.
    if typos > 1 or (initials and not whole):
        return Names.DIFFER
    return Names.ALIKE if both_names else Names.DAMAGED


def _fits_with_gaps(x: str, y: str) -> bool:
    return len(x) == len(y) and all(p == q or "?" in (p, q) for p, q in zip(x, y, strict=True))


def _is_initial(short: str, word: str) -> bool:
    return (len(short) == 1 or (len(short) == 2 and short[1] == ".")) and short[0] == word[0] and short != word


@functools.lru_cache(maxsize=8192)
def _telex(word: str) -> str:
    """`nguyeenx` -> `nguien` (y is already i): the letters that Telex keys stand for, without marks."""
    toneless = _TELEX_TONE.sub("", word) if len(word) > 2 else word
    return _TELEX_DOUBLES.sub(lambda keys: keys.group()[0], toneless)
