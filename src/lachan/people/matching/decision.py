"""The answer of the matcher."""

from typing import Final, Literal

import msgspec

Verdict = Literal["match", "possible", "no"]


class Decision(msgspec.Struct, frozen=True):
    """`match`: one person. `possible`: a person has to look. `no`: two people.

    `score` orders pairs, 0 to 1: a match is 0.9 or more, a no below 0.4. `reasons` are codes, the deciding one first.
    """

    decision: Verdict
    score: float
    reasons: tuple[str, ...]


_BANDS: Final[dict[Verdict, tuple[float, float]]] = {"match": (0.9, 1.0), "possible": (0.4, 0.9), "no": (0.0, 0.4)}
_FULL_WEIGHT: Final = 12.0  # what an equal id, name, date and all supporting facts add up to, about


def decided(verdict: Verdict, weight: float, reasons: tuple[str, ...]) -> Decision:
    """`weight` (evidence for minus against) places the pair inside the band of its verdict."""
    low, high = _BANDS[verdict]
    share = min(max((weight + _FULL_WEIGHT) / (2 * _FULL_WEIGHT), 0.0), 0.999)
    return Decision(verdict, round(low + (high - low) * share, 4), reasons)
