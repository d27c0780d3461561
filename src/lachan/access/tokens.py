"""The form of a token: ``lk_<prefix>_<secret>`` of a key, ``ld_…`` of a device at a door.

The prefix finds the row and may be shown; the secret has 256 random bits, so a plain SHA-256 of the whole token is a
sufficient store: there is nothing to guess that a slow hash would protect.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import NamedTuple

_FORM = re.compile(r"(lk|ld)_([a-z2-7]{10})_[A-Za-z0-9_-]{43}")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


class NewToken(NamedTuple):
    """``token`` is shown once and kept nowhere."""

    token: str
    prefix: str
    hash: bytes


def new_token(kind: str = "lk") -> NewToken:
    """A fresh token; 50 random bits of prefix, 256 of secret."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    token = f"{kind}_{prefix}_{secrets.token_urlsafe(32)}"
    return NewToken(token, prefix, hashlib.sha256(token.encode()).digest())


def prefix_of(token: str, kind: str = "lk") -> str | None:
    """The prefix of a well-formed token of this kind; None for anything else, so that nonsense never reaches the
    database."""
    found = _FORM.fullmatch(token)
    return found[2] if found and found[1] == kind else None


def from_header(value: str) -> str | None:
    """The token of an ``Authorization: Bearer`` header, whatever its form; None when the header is absent or of
    another scheme."""
    scheme, _, rest = value.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else None
