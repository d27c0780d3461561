"""What JOSE's forms share: base64url (RFC 7515, 2) and the thumbprint of a key (RFC 7638)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

_MEMBERS: Final = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}  # what a thumbprint is made of


def base64url(data: bytes) -> str:
    """Without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def thumbprint(key: Mapping[str, str]) -> str:
    """base64url of SHA-256 over the JWK's required members in order. KeyError when one is not there."""
    canonical = json.dumps({name: key[name] for name in _MEMBERS[key["kty"]]}, separators=(",", ":"))
    return base64url(sha256(canonical.encode()).digest())
