"""Sealing of secrets (AES-256-GCM, NIST SP 800-38D) and blind indexes (HMAC-SHA256, RFC 2104).

A sealed value is ``key number (1 byte) || nonce (12) || ciphertext || tag (16)``; the key number is the
position-independent first byte of the key id's digest, so keys rotate without a table of their own. The context
(which column of which table) is authenticated: a value moved to another column does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLIND_BYTES = 16
SHORTEST = 1 + 12 + 16  # bytes: key number, nonce, tag


class SealError(ValueError):
    """A sealed value does not open: unknown key, another context, or damaged."""


@dataclass(frozen=True)
class Sealer:
    """Seals with the newest key, opens with any key of the ring."""

    ring: tuple[tuple[str, bytes], ...]
    blind_key: bytes

    def __post_init__(self) -> None:
        numbers = [key_number(name) for name, _ in self.ring]
        if len(set(numbers)) != len(numbers):
            raise ValueError("two key ids share a number; choose another id for the new key")
        object.__setattr__(self, "_ciphers", {n: AESGCM(k) for n, (_, k) in zip(numbers, self.ring, strict=True)})
        object.__setattr__(self, "_newest", numbers[0])

    @property
    def newest(self) -> int:
        """Number of the key that seals now."""
        return int(self._newest)  # type: ignore[attr-defined]

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(12)
        number = self.newest
        cipher: AESGCM = self._ciphers[number]  # type: ignore[attr-defined]
        return bytes([number]) + nonce + cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        sealed = bytes(sealed)
        if len(sealed) < SHORTEST:
            raise SealError("a sealed value is cut off")
        cipher: AESGCM | None = self._ciphers.get(sealed[0])  # type: ignore[attr-defined]
        if cipher is None:
            raise SealError(f"sealed with key number {sealed[0]}, which is not in seal_keys")
        try:
            return cipher.decrypt(sealed[1:13], sealed[13:], context.encode())
        except InvalidTag:
            raise SealError("a sealed value does not open; it was damaged or moved") from None

    def blind(self, system: str, value: str) -> bytes:
        return hmac.digest(self.blind_key, f"{system}:{value}".encode(), "sha256")[:BLIND_BYTES]


def key_number(key_id: str) -> int:
    """The byte that marks values sealed with the key of this id."""
    return hashlib.sha256(key_id.encode()).digest()[0]


@cache
def sealer() -> Sealer:
    """The installation's sealer, from the settings ``seal_keys`` and ``blind_key``."""
    from django.conf import settings

    return Sealer(settings.CONF.seal_key_ring, settings.CONF.blind_key_bytes)


def seal(plain: str, context: str) -> bytes:
    """Seal a text for storage in ``context`` (``table.column``)."""
    return sealer().seal(plain.encode(), context)


def unseal(sealed: bytes, context: str) -> str:
    """Open a sealed text; raises :class:`SealError`."""
    return sealer().open(sealed, context).decode()


def blind(system: str, value: str) -> bytes:
    """16 bytes by which a value of ``system`` is found without being stored."""
    return sealer().blind(system, value)
