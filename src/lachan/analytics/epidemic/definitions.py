"""What each figure means: one file for screens, API, exports and reports (``data/indicators.json``)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final, Literal

import msgspec

Kind = Literal["count", "stock", "derived"]


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One figure. ``count``: of facts on a day, summed over days; ``stock``: what there is on a day; ``derived``: made
    of others. ``basis``: which day a fact is counted on. ``sources``: tables it is counted from."""

    id: str
    kind: Kind
    unit: Literal["count", "percent", "per_100000", "days", "hours", "ratio"]
    vi: str
    en: str
    definition_vi: str
    definition_en: str
    numerator: str
    denominator: str | None
    basis_vi: str
    basis_en: str
    sources: tuple[str, ...]

    def name(self, language: str) -> str:
        return self.vi if language == "vi" else self.en

    def definition(self, language: str) -> str:
        return self.definition_vi if language == "vi" else self.definition_en

    def basis(self, language: str) -> str:
        return self.basis_vi if language == "vi" else self.basis_en


@cache
def indicators() -> tuple[Indicator, ...]:
    """Every figure, in the order in which lists show them."""
    text = (resources.files("lachan.analytics") / "data" / "indicators.json").read_bytes()
    return tuple(msgspec.json.decode(text, type=list[Indicator]))


def indicator(name: str) -> Indicator:
    """The figure of that id; LookupError when there is none."""
    for found in indicators():
        if found.id == name:
            return found
    raise LookupError(f"no indicator {name!r}")


COUNTED: Final = tuple(found.id for found in indicators() if found.kind != "derived")
STOCKS: Final = tuple(found.id for found in indicators() if found.kind == "stock")
