"""Open sessions, and the secrets of second factors."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from lachan.kernel.ids import new_id


class Session(AbstractBaseSession):
    """An open session of a browser. ``session_key`` is the digest of what the cookie holds, never the cookie itself:
    whoever reads this table signs in as nobody.

    ``device`` says browser and system in words; no address and no place is kept.
    """

    user = models.ForeignKey("access.User", models.CASCADE, null=True, related_name="+")
    device = models.CharField(max_length=60, default="")
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    # the manager of the abstract model saves raw keys
    objects: ClassVar[models.Manager[Session]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index("user", name="session_of_user")]

    class Distribution:
        kind = "local"

    @property
    def id(self) -> UUID:
        """The digest as an address can carry it."""
        return UUID(self.session_key)

    @classmethod
    def get_session_store_class(cls) -> Any:
        from lachan.access.session_store import SessionStore

        return SessionStore


def digest(session_key: str) -> str:
    """What the table keeps of a session key: 128 bits of SHA-256 in hexadecimal. A key has 160 random bits, so there
    is nothing to guess that a slow hash would protect."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


class FactorSecret(models.Model):
    """The seed of one-time codes or recovery codes, sealed. allauth's table holds the id of this row only, so that
    ``lachan seal rotate`` finds the seed like every other secret."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sealed = models.BinaryField()

    class Distribution:
        kind = "local"

    class Sealed:
        columns = ("sealed",)
