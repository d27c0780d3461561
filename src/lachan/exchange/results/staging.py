"""A file of results is kept sealed until somebody has looked at its rows, and then recorded through the one door.

Each row's command has an id of file and row: stopped anywhere and sent again, each result is recorded once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import msgspec

from lachan.access.actors import Actor
from lachan.exchange.models import ResultFile
from lachan.exchange.results import reading
from lachan.exchange.results.reading import Read
from lachan.immunization.commands import execute
from lachan.kernel.commands import SLICE, Command
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.kernel.sealing import sealer
from lachan.places.facts import FacilityRow

CONTEXT: Final = "exchange_resultfile.sealed"
KEPT: Final = timedelta(days=30)
MOST_LISTED: Final = 20


class Fate(NamedTuple):
    """What became of a row: accepted, refused or held, with the reason and what fills its sentence."""

    status: str
    reason: str | None
    params: dict[str, Any] | None


class FileFacts(NamedTuple):
    """A file as a page shows it; ``rows`` and ``fates`` are empty once what it said is gone."""

    id: UUID
    facility_id: int
    state: str
    total: int
    faults: int
    recorded: int
    created_at: datetime
    rows: list[Read]
    fates: list[Fate | None]


class _Content(msgspec.Struct):
    rows: list[Read]
    fates: list[Fate | None]


def stage(content: bytes, *, actor: Actor, facility: FacilityRow, now: datetime) -> UUID:
    """Read and keep a file; nothing is recorded yet. Raises ``UnreadableFileError``."""
    wanted = UUID(bytes=hashlib.blake2b(content, digest_size=16, person=str(facility.id).encode()[:16]).digest())
    if ResultFile.objects.filter(id=wanted, state__in=["staged", "done"]).exists():
        return wanted
    rows = reading.read(content, facility=facility.code, now=now)
    ResultFile.objects.filter(id=wanted).delete()
    ResultFile.objects.create(
        id=wanted, facility_id=facility.id, actor_id=actor.id, state="staged", rows=len(rows),
        faults=sum(bool(row.faults) for row in rows), sealed=_sealed(rows, [None] * len(rows)), created_at=now,
    )  # fmt: skip
    return wanted


def file(wanted: UUID) -> FileFacts | None:
    """A file with its rows and what became of them."""
    found = ResultFile.objects.filter(id=wanted).first()
    if found is None:
        return None
    content = _opened(bytes(found.sealed)) if found.sealed else _Content([], [])
    return FileFacts(
        found.id, found.facility_id, found.state, found.rows, found.faults, found.recorded, found.created_at,
        content.rows, content.fates,
    )  # fmt: skip


def files(facility_id: int) -> list[FileFacts]:
    """The latest files of a laboratory, without their rows."""
    latest = ResultFile.objects.filter(facility_id=facility_id).order_by("-created_at").defer("sealed")[:MOST_LISTED]
    return [
        FileFacts(one.id, one.facility_id, one.state, one.rows, one.faults, one.recorded, one.created_at, [], [])
        for one in latest
    ]


def record(wanted: UUID, *, actor: Actor, now: datetime) -> FileFacts | None:
    """Record the rows that can be; again records nothing twice. Rows with faults stay for their laboratory to mend."""
    found = file(wanted)
    if found is None or not found.rows:
        return found
    fates = list(found.fates)
    wait = [index for index, row in enumerate(found.rows) if not row.faults]
    for start in range(0, len(wait), SLICE):
        part = wait[start : start + SLICE]
        commands = [_command(wanted, index, found.rows[index]) for index in part]
        for index, outcome in zip(part, execute(commands, actor=actor, now=now), strict=True):
            fates[index] = _fate(outcome)
    recorded = sum(fate is not None and fate.status == ACCEPTED.value for fate in fates)
    ResultFile.objects.filter(id=wanted).update(
        state="done", recorded=recorded, finished_at=now, sealed=_sealed(found.rows, fates)
    )
    return file(wanted)


def empty_old(now: datetime) -> int:
    """Take away what files older than thirty days said; how many."""
    old = ResultFile.objects.filter(created_at__lt=now - KEPT).exclude(state="emptied")
    return old.update(state="emptied", sealed=None)


def _command(wanted: UUID, index: int, row: Read) -> Command:
    return Command(uuid5(wanted, str(index)), "result.record", datetime.fromisoformat(row.happened_at), row.body)


def _fate(outcome: Outcome) -> Fate:
    """Of a row sent before, what became of it then."""
    params = outcome.params or {}
    status = params.get("first", outcome.status.value) if outcome.status is DUPLICATE else outcome.status.value
    return Fate(str(status), outcome.reason, outcome.params)


def _sealed(rows: Sequence[Read], fates: Sequence[Fate | None]) -> bytes:
    return sealer().seal(zlib.compress(msgspec.json.encode(_Content(list(rows), list(fates)))), CONTEXT)


def _opened(sealed: bytes) -> _Content:
    return msgspec.json.decode(zlib.decompress(sealer().open(sealed, CONTEXT)), type=_Content)
