"""Lists of other systems: kept until somebody has looked at their rows, recorded by the verbs of :data:`VERBS`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID, uuid5

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.exchange.files import shelf
from lachan.exchange.files.shelf import Content, Fate, Shelf, fate
from lachan.exchange.linelists import groups, reading
from lachan.exchange.linelists.reading import Read, What
from lachan.exchange.models import ListFile
from lachan.immunization.commands import execute
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places
from lachan.surveillance.cases.queries import by_codes

__all__ = ["SHELF", "VERBS", "Fate", "FileFacts", "file", "files", "record", "stage"]

VERBS: Final[dict[What, str]] = {"cases": "case.report", "contacts": "contact.add", "groups": "group.join"}
REASON: Final = "Theo danh sách của nơi gửi, dòng {line}"  # as it stands in the record of the case
SHELF: Final = Shelf(ListFile, Content[Read])
_COMMUNE: Final = 3


@dataclass(frozen=True)
class FileFacts(shelf.FileFacts[Read]):
    """A list of another system."""

    what: What


def stage(content: bytes, what: What, *, actor: Actor, now: datetime) -> UUID:
    """Read and keep a file; nothing is recorded yet. Raises ``UnreadableFileError``. The same file of the same sender
    is the same one."""
    digest = hashlib.blake2b(content, digest_size=16, key=actor.id.bytes, person=what.encode())
    wanted = UUID(bytes=digest.digest())
    if SHELF.holds(wanted):
        return wanted
    rows = reading.read(content, what, commune=_commune(actor, now), now=now)
    if what == "contacts":
        rows = _with_cases(rows, actor)
    elif what == "groups":
        rows = _with_groups(rows, actor, now)
    SHELF.keep(wanted, rows, actor_id=actor.id, now=now, what=what)
    return wanted


def _commune(actor: Actor, now: datetime) -> str:
    """Code of the commune of whoever answers for one and no more; empty for one whose code is in use no more."""
    held = {grant.area_id for grant in actor.grants if grant.area_id is not None}
    area = places.area(next(iter(held))) if len(held) == 1 else None
    return area.code if area is not None and area.level == _COMMUNE and _in_use({area.code}, now) else ""


def _in_use(codes: Collection[str], now: datetime) -> set[str]:
    """Those of these codes that communes bear today."""
    return set(places.areas_at(codes, _COMMUNE, now.astimezone(VIETNAM).date()))


def _with_cases(rows: Sequence[Read], actor: Actor) -> list[Read]:
    """Each contact with the person and disease of the case whose number is named, within the sender's places."""
    codes = {row.body["case"] for row in rows}
    known = {case.code: case for case in by_codes(scopes.area_array(actor, "case.read"), codes)}
    found = []
    for row in rows:
        case = known.get(row.body["case"])
        body = {key: value for key, value in row.body.items() if key != "case"}
        if case is None:
            faults = row.faults if ("case", "no_case") in row.faults else [*row.faults, ("case", "case_unknown")]
            found.append(row._replace(faults=faults))
        else:
            body |= {"other": {"id": str(case.person_id)}, "disease": case.disease}
            found.append(row._replace(body=body))
    return found


def _with_groups(rows: Sequence[Read], actor: Actor, now: datetime) -> list[Read]:
    """Each member with the group it belongs to, the same one for all its rows."""
    members = [(row.body, row.group or {}) for row in rows]
    known = _in_use({group["area"] for _, group in members}, now)
    found = []
    for row, (group, wrong) in zip(rows, groups.groups(members, actor.id), strict=True):
        faults = list(row.faults)
        if group["area"] and group["area"] not in known:
            faults.append(("place", "place_unknown"))
        if wrong:
            faults.append(("to", wrong))
        found.append(row._replace(body={**row.body, "group_id": group["group_id"]}, group=group, faults=faults))
    return found


def file(wanted: UUID) -> FileFacts | None:
    """A file with its rows and what became of them."""
    found = SHELF.find(wanted)
    return _facts(*found) if found is not None else None


def files(actor_id: UUID) -> list[FileFacts]:
    """The latest files somebody sent, without their rows."""
    return [_facts(one, Content([], [])) for one in SHELF.latest(actor_id=actor_id)]


def _facts(one: ListFile, content: Content[Read]) -> FileFacts:
    return FileFacts(*shelf.common(one), content.rows, content.fates, cast(What, one.what))


def record(wanted: UUID, *, actor: Actor, now: datetime) -> FileFacts | None:
    """Record the rows that can be; again records nothing twice: commands bear the time the file came."""

    def send(sent: ListFile, part: list[tuple[int, Read]]) -> Sequence[Outcome]:
        refused = _groups(sent, [row for _, row in part], actor, now) if sent.what == "groups" else {}
        rows = {index: row for index, row in part if row.body.get("group_id") not in refused}
        verb = VERBS[cast(What, sent.what)]
        commands = [_command(sent, str(index), verb, row.body) for index, row in rows.items()]
        told = dict(zip(rows, execute(commands, actor=actor, now=now), strict=True))
        told |= _classified(sent, rows, told, actor, now)
        return [told[index] if index in told else refused[row.body["group_id"]] for index, row in part]

    SHELF.record(wanted, send, now)
    return file(wanted)


def _command(sent: ListFile, of: str, verb: str, body: dict[str, object]) -> Command:
    return Command(uuid5(sent.id, of), verb, sent.created_at, body)


def _groups(sent: ListFile, rows: Sequence[Read], actor: Actor, now: datetime) -> dict[str, Outcome]:
    """The groups of these members are there afterwards; ids of those that were refused, and why."""
    bodies = {row.body["group_id"]: row.group for row in rows if row.group is not None}
    commands = [_command(sent, key, "group.record", body) for key, body in bodies.items()]
    told = dict(zip(bodies, execute(commands, actor=actor, now=now), strict=True))
    return {key: outcome for key, outcome in told.items() if fate(outcome).status != ACCEPTED.value}


def _classified(
    sent: ListFile, rows: Mapping[int, Read], told: Mapping[int, Outcome], actor: Actor, now: datetime
) -> dict[int, Outcome]:
    """The class the list gives, as the officer's word who sent it: of the case that the row made or added to."""
    wait = {
        index: outcome.id for index, outcome in told.items()
        if rows[index].classification and outcome.id is not None and fate(outcome).status == ACCEPTED.value
    }  # fmt: skip
    commands = [
        _command(
            sent, f"{index}-class", "case.classify",
            {"person": rows[index].body["person"], "case_id": str(case_id),
             "classification": rows[index].classification, "reason": REASON.format(line=rows[index].line)},
        )
        for index, case_id in wait.items()
    ]  # fmt: skip
    return dict(zip(wait, execute(commands, actor=actor, now=now), strict=True)) if commands else {}
