"""A file of users, facilities or keys: staged with what it would do, then carried out as it was shown."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.models import Upload
from lachan.access.operations._common import write_journal
from lachan.access.operations.recovery import first_code
from lachan.access.rules import may
from lachan.access.uploads.carry_out import Result, carry_out
from lachan.access.uploads.parse import Row, UnreadableFile, read
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.places import queries as places

LASTS: Final = timedelta(days=1)
_VERB: Final = {"users": "user.manage", "facilities": "facility.manage", "keys": "key.manage"}


class Committed(NamedTuple):
    """``tokens``: (line, label, token) of new keys, the only copy there will ever be."""

    outcome: Outcome
    tokens: list[tuple[int, str, str]]


def stage(kind: str, content: bytes, *, actor: Actor, now: datetime) -> Outcome:
    """Read a file and try it; nothing is kept but the file and what it would do. Refusals: not_allowed and those of
    ``uploads.parse.read``."""
    if not may(actor, _VERB[kind]):
        return Outcome(REFUSED, "not_allowed")
    try:
        rows = read(kind, content)
    except UnreadableFile as fault:
        return Outcome(REFUSED, fault.reason, params=dict(fault.params))
    with transaction.atomic():
        results = carry_out(kind, rows, actor=actor, now=now)
        transaction.set_rollback(True)
    _forget(kind)
    Upload.objects.filter(made_at__lt=now - LASTS * 7).delete()  # old trials are nobody's business any more
    upload = Upload.objects.create(
        kind=kind, made_by=actor.id, made_at=now, rows=[asdict(row) for row in rows],
        results=[_kept(result) for result in results],
    )  # fmt: skip
    return Outcome(ACCEPTED, id=upload.id)


def commit(upload_id: UUID, *, actor: Actor, now: datetime) -> Committed:
    """Carry a staged file out: rows that can be done are done, the others are named. Once. Refusals: not_allowed,
    unknown_upload (another's too), upload_too_old."""
    with hot_cursor() as cursor:
        upload = Upload.objects.select_for_update().filter(id=upload_id, made_by=actor.id).first()
        if upload is None:
            return Committed(Outcome(REFUSED, "unknown_upload"), [])
        if not may(actor, _VERB[upload.kind]):
            return Committed(Outcome(REFUSED, "not_allowed"), [])
        if upload.committed_at is not None:
            return Committed(Outcome(DUPLICATE, id=upload.id), [])
        if now - upload.made_at > LASTS:
            return Committed(Outcome(REFUSED, "upload_too_old"), [])
        rows = [Row(**row) for row in upload.rows]
        results = carry_out(upload.kind, rows, actor=actor, now=now)
        upload.results = [_kept(result) for result in results]
        upload.made = [str(result.made) for result in results if result.made is not None]
        upload.committed_at = now
        upload.save()
        counted = {state: sum(r.state == state for r in results) for state in ("new", "changed", "same", "refused")}
        write_journal(cursor, actor, now, [("upload.committed", upload.id, {"kind": upload.kind} | counted)])
    _forget(upload.kind)
    labels = {row.number: row.cells.get("label", "") for row in rows}
    tokens = [(r.number, labels[r.number], r.token) for r in results if r.token is not None]
    return Committed(Outcome(ACCEPTED, id=upload.id), tokens)


def first_codes(upload_id: UUID, *, actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """(user name, code) of those a committed file made who have not signed in yet; each code shown this once."""
    from lachan.access.models import User

    upload = Upload.objects.filter(id=upload_id, made_by=actor.id).exclude(committed_at=None).first()
    if upload is None:
        return []
    names = dict(User.objects.filter(id__in=upload.made).order_by("username").values_list("id", "username"))
    made = ((name, first_code(user_id, actor=actor, now=now).code) for user_id, name in names.items())
    return [(name, code) for name, code in made if code is not None]


def _forget(kind: str) -> None:
    """What a process remembers of places may be from the trial."""
    if kind == "facilities":
        places.forget_facilities()
        scopes.forget()


def _kept(result: Result) -> dict[str, Any]:
    return {
        "number": result.number, "state": result.state, "column": result.column, "reason": result.reason,
        "params": {name: str(value) for name, value in result.params.items()},
    }  # fmt: skip
