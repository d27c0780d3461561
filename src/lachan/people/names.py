"""Vietnamese names: the form shown, the form searched, and the form compared.

Pure and quick: `search_form` is on the path of every dose that names a person, so it is one `str.translate` over a
table made once, and plain ASCII takes a shorter way.
"""

import re
import unicodedata

# Letters that Unicode does not decompose. U+00D0 (Eth) is what old Windows keyboards typed for Đ.
_UNDECOMPOSED = {"đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "ı": "i"}
_APOSTROPHES = "\u2018\u2019\u02bc\u00b4\u0060"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


def _search_table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(range(768, 880))
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        if base != chr(code):
            table[code] = base.lower()
    table.update({ord(letter): base for letter, base in _UNDECOMPOSED.items()})
    table.update({ord(mark): "'" for mark in _APOSTROPHES})
    table.update({ord(mark): None for mark in _INVISIBLE})
    return table


def _tone_moves() -> dict[str, str]:
    """`òa` -> `oà` and its kin: the older placement into the newer one, for oa, oe and uy with each tone."""
    moves = {}
    for first, second in ("oa", "oe", "uy"):
        for tone in TONES:
            older = unicodedata.normalize("NFC", first + tone) + second
            newer = first + unicodedata.normalize("NFC", second + tone)
            for shape in (str.lower, str.upper, str.capitalize):
                moves[shape(older)] = shape(newer)
    return moves


_SEARCH = _search_table()
_MOVES = _tone_moves()
_OLDER_PLACEMENT = re.compile("|".join(sorted(map(re.escape, _MOVES))))


def search_form(name: str) -> str:
    """Lower case without marks, Đ as d, single spaces: `"  Trần Thị HOÀ"` -> `"tran thi hoa"`.

    The placement of the tone mark (Hòa, Hoà) and the Unicode form (composed or not) leave no trace.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    return " ".join(name.lower().translate(_SEARCH).split())


def display_form(name: str) -> str:
    """The name as written, composed (NFC), trimmed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def fold_tone_marks(name: str) -> str:
    """Both placements of a tone mark as the newer one, marks kept: `"Hòa"` and `"Hoà"` -> `"Hoà"`; also NFC.

    Before a final consonant both conventions agree (Toàn), so the fold never needs to look further than the two vowels.
    """
    composed = unicodedata.normalize("NFC", name)
    if composed.isascii():
        return composed
    return _OLDER_PLACEMENT.sub(lambda found: _MOVES[found.group()], composed)


def family(name: str) -> str:
    """The first word, by Vietnamese order; empty when there is none."""
    words = name.split()
    return words[0] if words else ""


def middle(name: str) -> str:
    """The words between the first and the last; empty for a name of two words."""
    return " ".join(name.split()[1:-1])


def given(name: str) -> str:
    """The last word, by which a person is called; empty for a name of a single word (that word is the family)."""
    words = name.split()
    return words[-1] if len(words) > 1 else ""
