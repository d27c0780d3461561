"""A bar of the debt meter: given, recorded, matched, and the gaps in their colours. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.analytics.debt.facts import Owed
from lachan.web.templatetags.lachan import num

KEYS: Final[tuple[tuple[str, Any], ...]] = (
    ("matched", gettext_lazy("Recorded, identity confirmed")),
    ("unmatched", gettext_lazy("Recorded, identity not confirmed")),
    ("held", gettext_lazy("Held for a decision")),
    ("refused", gettext_lazy("Refused")),
    ("missing", gettext_lazy("On paper only")),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar in percent of its length."""

    key: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """``text`` says the bar in words."""

    segments: tuple[Segment, ...]
    text: str


def parts(sums: Owed) -> dict[str, int]:
    """Doses by where they stand, each once."""
    return {
        "matched": sums.matched,
        "unmatched": sums.unmatched,
        "held": sums.held,
        "refused": sums.refused,
        "missing": sums.untraced,
    }


def bar(sums: Owed) -> Bar:
    counts = parts(sums)
    whole = sum(counts.values())
    found, start = [], 0.0
    for key, _word in KEYS:
        width = 100 * counts[key] / whole if whole else 0.0
        if width:
            found.append(Segment(key, round(start, 3), round(max(width, 0.4), 3)))  # a thin gap is still seen
        start += width
    text = "; ".join(f"{word}: {num(counts[key])}" for key, word in KEYS if counts[key])
    return Bar(tuple(found), text or _("No doses yet"))
