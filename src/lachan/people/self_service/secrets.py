"""What a browser holds, and what is kept of it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

from lachan.kernel.sealing import blind
from lachan.people.self_service.rules import CODE_DIGITS

LONGEST_TOKEN = 64


def new_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> UUID:
    """What a table keeps of a token: 128 bits of SHA-256. A token has 256 random bits, so there is nothing to guess
    that a slow hash would protect."""
    return UUID(bytes=hashlib.sha256(token[:LONGEST_TOKEN].encode()).digest()[:16])


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def mac(code_digest: UUID, code: str) -> bytes:
    """Keyed digest of a code, bound to the browser that asked: a reader of the table cannot try a million codes."""
    return blind("one_time_code", f"{code_digest}:{code}")


def same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(bytes(one), bytes(other))


def counter(name: str, value: str) -> UUID:
    """The key under which tries are counted; says nothing of what was typed."""
    return UUID(bytes=blind(f"sign_in_count.{name}", value))
