"""Folding of text for comparison."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower case, no diacritics, đ as d, single spaces: ``"Xã Hoà  Đông"`` gives ``"xa hoa dong"``."""
    plain = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
