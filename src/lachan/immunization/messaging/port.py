"""What a way out must do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

MOST: Final = 100  # messages handed over at once

SENT, RETRY, REJECTED = "sent", "retry", "rejected"
PHONE, EMAIL = "phone", "email"


class Outgoing(NamedTuple):
    """A message on its way. ``id`` is the same however often it is tried, so that a gateway can drop a repetition.

    ``subject`` and ``sheet``, a PDF with the name it has there, are of e-mail only. ``secret``: the text is a key (a
    one-time code) and must not come to rest anywhere.
    """

    id: str
    to: str
    text: str
    subject: str = ""
    kind: str = PHONE
    secret: bool = False
    sheet: tuple[str, bytes] | None = None


class Result(NamedTuple):
    """What came of one: sent, to be tried again, or rejected for good; ``reason`` is a code, never text of a person."""

    status: str
    reason: str = ""
    retry_after: float | None = None  # seconds


class Transport(Protocol):
    """Hands over up to ``MOST`` messages; one result each, in order. Raises nothing that concerns a message."""

    def send(self, batch: Sequence[Outgoing]) -> list[Result]: ...
