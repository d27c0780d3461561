"""Lists of others are taken in: who came, who went, and what we refuse although it is listed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db.models import QuerySet

from lachan.access.actors import Actor
from lachan.certificates.keys import foreign, trust
from lachan.certificates.keys.facts import Trusted
from lachan.certificates.models import Trusted as Row
from lachan.kernel import journal, locks
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.ids import new_id


class Taken(NamedTuple):
    """What an import did. ``came``: new or back again, ``went``: no longer on this source's list; ``expired``: of those
    on the list, how many have ended."""

    source: str
    form: str
    came: list[Trusted]
    went: list[Trusted]
    stayed: int
    expired: int
    faults: list[foreign.Fault]


def take(
    data: bytes, *, source: str, actor: Actor, now: datetime, country: str = "", issuer: str = "", shrink: bool = False
) -> Taken:
    """Take in the whole list of ``source``, replacing its earlier one: keys it no longer has are kept with the day they
    went, and are believed no more. The same list again changes only when each key was last seen; what a key may sign
    is what the latest list says.

    ``country`` stands in where the list does not say, ``issuer`` is the address in the cards of an SHC list. A list
    with less than half the keys of the one before is refused unless ``shrink``: it is rather a broken download.
    Raises :class:`Problem` ``unreadable_list``, ``nothing_readable``, ``list_shrank``, ``source_missing``.
    """
    if not 0 < len(source) <= 200 or source == trust.OWN:  # else their keys would stand as ours
        detail = f"Name the list, by its address if it has one: --source; {trust.OWN!r} is ours"
        raise Problem("source_missing", "Where from?", detail)
    try:
        read = foreign.read(data, country=country)
    except foreign.ForeignError as error:
        raise Problem("unreadable_list", "The list cannot be read", f"{source}: {error}") from None
    if not read.keys:
        first = read.faults[0]
        raise Problem("nothing_readable", "No key can be read", f"{source}: {first.place}: {first.reason}")
    with hot_cursor() as cursor:
        locks.lock(cursor, "ring", [1])
        known = {(bytes(row.kid), bytes(row.digest)): row for row in Row.objects.filter(source=source)}
        wanted = {(key.kid, key.digest): key for key in read.keys}
        there = [place for place, row in known.items() if row.gone_at is None]
        if 2 * len(wanted.keys() & set(there)) < len(there) and not shrink:
            raise Problem(
                "list_shrank", "Too many keys are gone",
                f"Of {len(there)} keys of {source}, fewer than half are on this list. If that is meant: --shrink",
                status=409,
            )  # fmt: skip
        came = [place for place in wanted if place not in known or known[place].gone_at is not None]
        went = [place for place in there if place not in wanted]
        new = [_row(wanted[place], source, issuer, now) for place in came if place not in known]
        Row.objects.bulk_create(new)
        back, gone = (_rows([known[place].id for place in group if place in known]) for group in (came, went))
        back.update(gone_at=None)
        back.filter(state="gone").update(state="listed")  # what we refused we go on refusing
        gone.update(gone_at=now)
        gone.filter(state="listed").update(state="gone")
        _rows([known[place].id for place in wanted if place in known]).update(fetched_at=now)
        changed = [place for place, key in wanted.items() if place in known and known[place].usage != key.usage]
        for place in changed:  # a list may take back a part of what a key may sign
            known[place].usage = wanted[place].usage
            _rows([known[place].id]).update(usage=wanted[place].usage)
        if came or went or changed:
            groups = {"came": came, "went": went, "changed": changed}
            kids = {name: [kid.hex() for kid, _ in group] for name, group in groups.items()}
            _note(cursor, "trust_list.taken", [new_id()], {"source": source, **kids}, actor, now)
    trust.forget()
    made = {(bytes(row.kid), bytes(row.digest)): row for row in [*known.values(), *new]}
    return Taken(
        source, read.form,
        [trust.fact_of(made[place]) for place in came],
        [trust.fact_of(made[place]) for place in went],
        len(wanted) - len(came),
        sum(key.not_after is not None and key.not_after <= now for key in read.keys),
        read.faults,
    )  # fmt: skip


def refuse(kid: bytes, *, reason: str, actor: Actor, now: datetime) -> int:
    """Believe this key no more, whoever lists it; how many entries that were. Raises :class:`Problem` unknown_key."""
    if not reason.strip():
        raise Problem("reason_missing", "A reason is missing", "Say why the key is refused: --reason")
    return _set(kid, "listed", "refused", reason.strip()[:500], actor, now)


def allow(kid: bytes, *, actor: Actor, now: datetime) -> int:
    """Take a refusal back. Raises :class:`Problem` unknown_key."""
    return _set(kid, "refused", "listed", "", actor, now)


def _set(kid: bytes, before: str, after: str, reason: str, actor: Actor, now: datetime) -> int:
    with hot_cursor() as cursor:
        locks.lock(cursor, "ring", [1])
        ids = list(Row.objects.filter(kid=kid, state=before).values_list("id", flat=True))
        if not ids:
            raise Problem("unknown_key", "Unknown key", f"No {before} key of others has the id {kid.hex()}", status=404)
        _rows(ids).update(state=after, reason=reason)
        _note(cursor, f"trusted_key.{after}", ids, {"kid": kid.hex(), "reason": reason}, actor, now)
    trust.forget()
    return len(ids)


def _note(
    cursor: psycopg.Cursor[Any], verb: str, ids: Sequence[UUID], body: dict[str, Any], actor: Actor, now: datetime
) -> None:
    text = json.dumps(body, ensure_ascii=False)
    journal.append(cursor, [journal.Entry(verb, subject, now, actor.id, text) for subject in ids])


def _rows(ids: Sequence[UUID]) -> QuerySet[Row]:
    return Row.objects.filter(id__in=ids)


def _row(key: foreign.Found, source: str, issuer: str, now: datetime) -> Row:
    return Row(
        id=new_id(), source=source, purpose=key.purpose, country=key.country, kid=key.kid, digest=key.digest,
        certificate=key.certificate, public_key=key.public_key, usage=key.usage,
        issuer=issuer if key.purpose == "shc" else "", not_after=key.not_after, first_seen_at=now, fetched_at=now,
    )  # fmt: skip
