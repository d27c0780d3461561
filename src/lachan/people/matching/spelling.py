"""Letters: how many slips apart two words are, and whether a word can be Vietnamese at all."""

import functools
import re
from typing import Final


def one_letter_apart(x: str, y: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours exchanged."""
    if abs(len(x) - len(y)) > 1 or x == y:
        return False
    start = 0
    while start < min(len(x), len(y)) and x[start] == y[start]:
        start += 1
    p, q = x[start:], y[start:]
    return p[1:] == q[1:] or p[1:] == q or p == q[1:] or (p[:2] == q[1::-1] and p[2:] == q[2:] and len(p) > 1)


def slips_apart(x: str, y: str, most: int) -> bool:
    """At most `most` letters wrong, missing or too many (not counted: exchanges)."""
    if abs(len(x) - len(y)) > most:
        return False
    row = list(range(len(y) + 1))
    for i, letter in enumerate(x, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(y, 1):
            before, row[j] = row[j], min(before + (letter != other), row[j] + 1, row[j - 1] + 1)
    return row[-1] <= most


# Unmarked syllables with y as i: beginnings and endings of the standard orthography.
_ONSET: Final = "(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnprstvx])?"
_RIME: Final = (
    "(?:uie[nt]|uie|uong|uoc|uou|uon|uoi|uot|uom|oang|oanh|oach|oac|oan|oat|oai|oam|oao|oa|oeo|oen|oet|oe|"
    "ieng|iec|ieu|iem|ien|iep|iet|ie|ia|ua|uan|uang|uat|uai|uau|uen|uech|uenh|ue|uinh|uich|uin|uit|ui|uu|uo|"
    "ang|anh|ach|ac|ai|am|an|ao|ap|at|au|a|eng|enh|ech|ec|em|en|eo|ep|et|eu|e|inh|ich|im|in|ip|it|iu|i|"
    "ong|oc|oi|om|on|op|ot|o|ung|uc|um|un|up|ut|u)"
)
_SYLLABLE: Final = re.compile(_ONSET + _RIME)


@functools.lru_cache(maxsize=8192)
def can_be_vietnamese(word: str) -> bool:
    """Whether an unmarked word (y as i) is spelt as a Vietnamese syllable: `chien` yes, `cbng` no."""
    return _SYLLABLE.fullmatch(word) is not None
