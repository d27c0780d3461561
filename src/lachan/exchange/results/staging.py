"""Files of results of a laboratory: kept until somebody has looked at their rows, recorded by ``result.record``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from lachan.access.actors import Actor
from lachan.exchange.files import shelf
from lachan.exchange.files.shelf import Content, Fate, Shelf
from lachan.exchange.models import ResultFile
from lachan.exchange.results import reading
from lachan.exchange.results.reading import Read
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome
from lachan.places.facts import FacilityRow

__all__ = ["SHELF", "Fate", "FileFacts", "file", "files", "record", "stage"]

SHELF: Final = Shelf(ResultFile, Content[Read])


@dataclass(frozen=True)
class FileFacts(shelf.FileFacts[Read]):
    """A laboratory's file."""

    facility_id: int


def stage(content: bytes, *, actor: Actor, facility: FacilityRow, now: datetime) -> UUID:
    """Read and keep a file; nothing is recorded yet. Raises ``UnreadableFileError``."""
    wanted = UUID(bytes=hashlib.blake2b(content, digest_size=16, person=str(facility.id).encode()[:16]).digest())
    if not SHELF.holds(wanted):
        rows = reading.read(content, facility=facility.code, now=now)
        SHELF.keep(wanted, rows, actor_id=actor.id, now=now, facility_id=facility.id)
    return wanted


def file(wanted: UUID) -> FileFacts | None:
    """A file with its rows and what became of them."""
    found = SHELF.find(wanted)
    return _facts(*found) if found is not None else None


def files(facility_id: int) -> list[FileFacts]:
    """The latest files of a laboratory, without their rows."""
    return [_facts(one, Content([], [])) for one in SHELF.latest(facility_id=facility_id)]


def record(wanted: UUID, *, actor: Actor, now: datetime) -> FileFacts | None:
    """Record the rows that can be; again records nothing twice."""

    def send(_: ResultFile, part: list[tuple[int, Read]]) -> Sequence[Outcome]:
        commands = [
            Command(uuid5(wanted, str(index)), "result.record", datetime.fromisoformat(row.happened_at), row.body)
            for index, row in part
        ]
        return execute(commands, actor=actor, now=now)

    SHELF.record(wanted, send, now)
    return file(wanted)


def _facts(one: ResultFile, content: Content[Read]) -> FileFacts:
    return FileFacts(*shelf.common(one), content.rows, content.fates, one.facility_id)
