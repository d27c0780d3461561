"""Requests as the rest of the house reads and writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.access.actors import Actor
from lachan.certificates.corrections.rules import Owner, State
from lachan.kernel.commands import Command
from lachan.kernel.sealing import sealer

SAID: Final = "certificates_correctionrequest.said"
PROPOSAL: Final = "certificates_correctionrequest.proposal"
WORDS: Final = "certificates_correctionstep.words"
PHOTO: Final = "certificates_correctionphoto.content"

# The reader of the journal that issues cards anew. Named here and not imported: it tells us when it is done.
FOLLOWER: Final = "certificates.follower"

# Who acts where the person does it themselves, and where the clock does.
PERSON: Final = Actor.system("my record")
HOUSE: Final = Actor.system("corrections")


class Said(msgspec.Struct, frozen=True):
    """What the person says. ``right``: what should stand there, by field; ``facility``: code of where a dose was."""

    text: str
    right: dict[str, str] = {}
    facility: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """The change as it will be carried out, and the record as it stood when it was proposed."""

    command: Command
    before: dict[str, str]
    why: str


class Words(msgspec.Struct, frozen=True):
    """What was said with a step; ``params`` fill the sentence of its reason."""

    text: str = ""
    params: dict[str, Any] = {}


class RequestRow(NamedTuple):
    """A request as it stands in the table."""

    person_id: UUID
    id: UUID
    actor_id: UUID
    asked_at: datetime
    at_desk: bool
    language: str
    kind: str
    dose_id: UUID | None
    said: bytes
    owner_facility_id: int | None
    owner_area_id: int | None
    served_facility_id: int | None
    state: State
    version: int
    since: datetime
    due_at: datetime | None
    answer_due_at: datetime
    handler_id: UUID | None
    proposer_id: UUID | None
    command_id: UUID | None
    proposal: bytes | None
    approver_id: UUID | None
    changed_at: datetime | None
    card_at: datetime | None
    closed_at: datetime | None
    reason: str

    @property
    def owner(self) -> Owner:
        return Owner(self.owner_facility_id, self.owner_area_id)

    def words(self) -> Said:
        return msgspec.json.decode(sealer().open(self.said, SAID), type=Said)

    def proposed(self) -> Proposal | None:
        if self.proposal is None:
            return None
        return msgspec.json.decode(sealer().open(self.proposal, PROPOSAL), type=Proposal)


class StepRow(NamedTuple):
    """One step of a request. ``waited_for``: when it was due."""

    version: int
    step: str
    state: State
    actor_id: UUID
    at: datetime
    waited_for: datetime | None
    reason: str
    said: Words

    @property
    def late(self) -> bool:
        return self.waited_for is not None and self.at > self.waited_for


def row_of(record: tuple[Any, ...]) -> RequestRow:
    """A record of the statements that read requests."""
    row = RequestRow._make(record)
    return row._replace(state=State(row.state))


def step_of(record: tuple[Any, ...]) -> StepRow:
    """A record of ``correction_steps``."""
    words = msgspec.json.decode(sealer().open(record[7], WORDS), type=Words) if record[7] is not None else Words()
    return StepRow._make((*record[:2], State(record[2]), *record[3:7], words))


def sealed(value: msgspec.Struct, context: str) -> bytes:
    """A struct as JSON, sealed for a column."""
    return sealer().seal(msgspec.json.encode(value), context)
