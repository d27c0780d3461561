"""Time-ordered identifiers (UUID version 7, RFC 9562)."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """A new UUIDv7: sorts by time, so indexes grow at one end."""
    return uuid.UUID(int=uuid_utils.uuid7().int)
