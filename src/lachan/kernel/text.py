"""Folding of text for comparison, and bytes as text in codes."""

from __future__ import annotations

import base64
import unicodedata


def fold(text: str) -> str:
    """Lower case, no diacritics, đ as d, single spaces: ``"Xã Hoà  Đông"`` gives ``"xa hoa dong"``."""
    plain = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def base64url(data: bytes) -> str:
    """Bytes as RFC 4648 base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str) -> bytes | None:
    """The bytes of base64url without padding; None for what is none. The caller bounds its length."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
