"""What an operation answers for each item it was given."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class Status(StrEnum):
    """Fate of one command. Nothing that was sent is ever without one."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    HELD = "held"


class Outcome(NamedTuple):
    """Status, with a reason code and parameters where the fact was not simply accepted.

    ``id`` is the record the command made (dose, encounter, person). ``params`` fill the sentence of the reason code;
    the face that answers turns both into words of the reader's language.
    """

    status: Status
    reason: str | None = None
    id: UUID | None = None
    params: dict[str, Any] | None = None


ACCEPTED = Status.ACCEPTED
DUPLICATE = Status.DUPLICATE
REFUSED = Status.REFUSED
HELD = Status.HELD
