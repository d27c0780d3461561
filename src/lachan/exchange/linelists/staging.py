"""A line list is kept sealed until somebody has looked at its rows, and then recorded through the one door.

Each row's commands have ids of file and row: stopped anywhere and sent again, each row is recorded once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast
from uuid import UUID, uuid5

import msgspec

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.exchange.linelists import reading
from lachan.exchange.linelists.reading import Read, What
from lachan.exchange.models import ListFile
from lachan.immunization.commands import execute
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import SLICE, Command
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.kernel.sealing import sealer
from lachan.places import queries as places
from lachan.surveillance.cases.queries import by_code

CONTEXT: Final = "exchange_listfile.sealed"
KEPT: Final = timedelta(days=30)
MOST_LISTED: Final = 20
VERBS: Final[dict[What, str]] = {"cases": "case.report", "contacts": "contact.add"}
REASON: Final = "Theo danh sách của nơi gửi, dòng {line}"  # as it stands in the record of the case


class Fate(NamedTuple):
    """What became of a row: accepted, refused or held, with the reason and what fills its sentence."""

    status: str
    reason: str | None
    params: dict[str, Any] | None


class FileFacts(NamedTuple):
    """A file as a page shows it; ``rows`` and ``fates`` are empty once what it said is gone."""

    id: UUID
    what: What
    actor_id: UUID
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


def stage(content: bytes, what: What, *, actor: Actor, now: datetime) -> UUID:
    """Read and keep a file; nothing is recorded yet. Raises ``UnreadableFileError``. The same file of the same sender
    is the same one."""
    digest = hashlib.blake2b(content, digest_size=16, key=actor.id.bytes, person=what.encode())
    wanted = UUID(bytes=digest.digest())
    if ListFile.objects.filter(id=wanted, state__in=["staged", "done"]).exists():
        return wanted
    rows = reading.read(content, what, commune=_commune(actor), today=now.astimezone(VIETNAM).date())
    if what == "contacts":
        rows = _with_cases(rows, actor)
    ListFile.objects.filter(id=wanted).delete()
    ListFile.objects.create(
        id=wanted, what=what, actor_id=actor.id, state="staged", rows=len(rows),
        faults=sum(bool(row.faults) for row in rows), sealed=_sealed(rows, [None] * len(rows)), created_at=now,
    )  # fmt: skip
    return wanted


def _commune(actor: Actor) -> str:
    """Code of the commune of whoever answers for one and no more."""
    held = {grant.area_id for grant in actor.grants if grant.area_id is not None}
    area = places.area(next(iter(held))) if len(held) == 1 else None
    return area.code if area is not None and area.level == 3 else ""


def _with_cases(rows: Sequence[Read], actor: Actor) -> list[Read]:
    """Each contact with the person and disease of the case whose number is named, within the sender's places."""
    areas = scopes.area_array(actor, "case.read")
    known: dict[str, Any] = {}
    for code in {row.body["case"] for row in rows if row.body.get("case")}:
        known[code] = next(iter(by_code(areas, code)), None)
    found = []
    for row in rows:
        case = known.get(row.body.get("case", ""))
        body = {key: value for key, value in row.body.items() if key != "case"}
        if case is None:
            faults = row.faults if ("case", "no_case") in row.faults else [*row.faults, ("case", "case_unknown")]
            found.append(row._replace(faults=faults))
        else:
            body |= {"other": {"id": str(case.person_id)}, "disease": case.disease}
            found.append(row._replace(body=body))
    return found


def file(wanted: UUID) -> FileFacts | None:
    """A file with its rows and what became of them."""
    found = ListFile.objects.filter(id=wanted).first()
    if found is None:
        return None
    content = _opened(bytes(found.sealed)) if found.sealed else _Content([], [])
    return _facts(found)._replace(rows=content.rows, fates=content.fates)


def files(actor_id: UUID) -> list[FileFacts]:
    """The latest files somebody sent, without their rows."""
    latest = ListFile.objects.filter(actor_id=actor_id).order_by("-created_at").defer("sealed")[:MOST_LISTED]
    return [_facts(one) for one in latest]


def _facts(one: ListFile) -> FileFacts:
    return FileFacts(
        one.id,
        cast(What, one.what),
        one.actor_id,
        one.state,
        one.rows,
        one.faults,
        one.recorded,
        one.created_at,
        [],
        [],
    )


def record(wanted: UUID, *, actor: Actor, now: datetime) -> FileFacts | None:
    """Record the rows that can be; again records nothing twice. Rows with faults stay for their sender to mend."""
    found = file(wanted)
    if found is None or not found.rows:
        return found
    fates = list(found.fates)
    wait = [index for index, row in enumerate(found.rows) if not row.faults]
    for start in range(0, len(wait), SLICE):
        part = wait[start : start + SLICE]
        told = execute([_command(found, index, now) for index in part], actor=actor, now=now)
        for index, outcome in zip(part, told, strict=True):
            fates[index] = _fate(outcome)
        _classify(found, dict(zip(part, told, strict=True)), fates, actor, now)
    recorded = sum(fate is not None and fate.status == ACCEPTED.value for fate in fates)
    ListFile.objects.filter(id=wanted).update(
        state="done", recorded=recorded, finished_at=now, sealed=_sealed(found.rows, fates)
    )
    return file(wanted)


def _command(found: FileFacts, index: int, now: datetime) -> Command:
    return Command(uuid5(found.id, str(index)), VERBS[found.what], now, found.rows[index].body)


def _classify(
    found: FileFacts, told: dict[int, Outcome], fates: list[Fate | None], actor: Actor, now: datetime
) -> None:
    """The class the list gives, as the officer's word who sent it: of the case that the row made or added to."""
    wait = [
        index for index, outcome in told.items()
        if found.rows[index].classification and outcome.id is not None and fates[index] is not None
        and fates[index].status == ACCEPTED.value  # type: ignore[union-attr]
    ]  # fmt: skip
    commands = [
        Command(
            uuid5(found.id, f"{index}-class"), "case.classify", now,
            {"person": found.rows[index].body["person"], "case_id": str(told[index].id),
             "classification": found.rows[index].classification,
             "reason": REASON.format(line=found.rows[index].line)},
        )
        for index in wait
    ]  # fmt: skip
    for index, outcome in zip(wait, execute(commands, actor=actor, now=now) if commands else [], strict=True):
        fates[index] = _fate(outcome)


def empty_old(now: datetime) -> int:
    """Take away what files older than thirty days said; how many."""
    old = ListFile.objects.filter(created_at__lt=now - KEPT).exclude(state="emptied")
    return old.update(state="emptied", sealed=None)


def _fate(outcome: Outcome) -> Fate:
    """Of a row sent before, what became of it then."""
    params = outcome.params or {}
    status = params.get("first", outcome.status.value) if outcome.status is DUPLICATE else outcome.status.value
    return Fate(str(status), outcome.reason, outcome.params)


def _sealed(rows: Sequence[Read], fates: Sequence[Fate | None]) -> bytes:
    return sealer().seal(zlib.compress(msgspec.json.encode(_Content(list(rows), list(fates)))), CONTEXT)


def _opened(sealed: bytes) -> _Content:
    return msgspec.json.decode(zlib.decompress(sealer().open(sealed, CONTEXT)), type=_Content)
