"""What a browser carries between two pages, sealed: the house keeps nothing of a declaration that was not sent."""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

import msgspec

from lachan.kernel.sealing import SealError, seal, unseal

LONGEST = 12_000  # letters of a sealed draft
_T = TypeVar("_T", bound=msgspec.Struct)


class Result(msgspec.Struct):
    """What came of a declaration, as its page shows it. ``born`` as YYYY[-MM[-DD]], ``at`` ISO 8601."""

    id: str
    name: str
    born: str
    risk: int
    rule: str
    reasons: list[str]
    kind: str
    at: str
    own_device: bool


def packed(value: msgspec.Struct, what: str) -> str:
    """Sealed for ``what`` alone: a result does not open as a draft."""
    return base64.urlsafe_b64encode(seal(msgspec.json.encode(value).decode(), f"declare.{what}")).decode()


def opened(kind: type[_T], text: str, what: str) -> _T | None:
    """What was packed; None for what we did not seal, or no longer can open."""
    if not text or len(text) > LONGEST:
        return None
    try:
        plain = unseal(base64.urlsafe_b64decode(text.encode("ascii", "replace")), f"declare.{what}")
        return msgspec.json.decode(plain, type=kind)
    except (SealError, binascii.Error, ValueError, msgspec.MsgspecError):
        return None
