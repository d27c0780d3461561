"""Visits are kept for the legal period and then dropped, a day at a time, with a proof.

What goes with a day: its partition, its rows of the outbox, refused visits and calls of that age, the day's segment of
the answer store, and the pseudonyms of whoever was not seen since. The proof of a day says what was there (rows,
venues, a digest over the counts by venue), when and by whom it was dropped and on what rule, and is bound to the proof
before it by a keyed digest: none can be changed or taken out afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql

from lachan.access.actors import Actor
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.tracing import answers
from lachan.tracing.models import Deletion
from lachan.tracing.visits import partitions
from lachan.tracing.visits.limits import Limits, limits_on

LOCK_WAIT_MS: Final = 5_000  # a day that somebody reads is dropped at the next turn
_FIRST: Final = bytes(32)
_SPACE: Final = "tracing.deletion"
_DELETED: Final = "visits.deleted"
_SUBJECT: Final = Actor.system("retention").id  # whoever drops a day: under it the journal knows every proof
_REMEMBERED: Final = 400  # days whose proofs are looked for in the journal


class DayKept(NamedTuple):
    """A day that has a partition: its visits, and until which day they may be kept."""

    day: date
    rows: int
    until: date
    due: bool


class Checked(NamedTuple):
    """Whether the chain of proofs is whole; ``broken``: the first day whose proof does not hold."""

    proofs: int
    broken: date | None
    standing: list[date]  # days that a proof says are gone, and that have a partition


@cache
def _key() -> bytes:
    return hmac.digest(sealer().blind_key, _SPACE.encode(), "sha256")


def status(now: datetime) -> list[DayKept]:
    """Every day that has a partition, oldest first."""
    rule = limits_on(now.astimezone(UTC).date())
    with hot_cursor() as cursor:
        return [
            DayKept(day, _rows(cursor, day), day + timedelta(days=rule.keep_days), _is_due(day, rule, now))
            for day in partitions.standing(cursor)
        ]


def _is_due(day: date, rule: Limits, now: datetime) -> bool:
    """A visit that began on the last second of the day may have ended in the next: a day is due when that is over too,
    and scans of it are refused."""
    return day < now.astimezone(UTC).date() - timedelta(days=rule.keep_days)


def _rows(cursor: psycopg.Cursor[Any], day: date) -> int:
    cursor.execute(_on("SELECT count(*) FROM {}", day))
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def _on(statement: Any, day: date) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(f"tracing_visit_{day:%Y%m%d}"))


def drop_due(now: datetime, *, actor: Actor) -> list[Deletion]:
    """Drop every day that is due, oldest first, each in a transaction of its own; the proofs."""
    rule = limits_on(now.astimezone(UTC).date())
    with hot_cursor() as cursor:
        due = [day for day in partitions.standing(cursor) if _is_due(day, rule, now)]
    done = [_drop(day, rule, now, actor) for day in due]
    partitions.forget()
    return done


def _drop(day: date, rule: Limits, now: datetime, actor: Actor) -> Deletion:
    with hot_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s::text))", [_SPACE])
        cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_WAIT_MS)))
        rows, venues, digest = _counts(cursor, day)
        cursor.execute(_on("DROP TABLE {}", day))
        gone = _sweep(cursor, day)
        latest = Deletion.objects.order_by("-dropped_at", "-day").first()
        row = Deletion(
            day=day, rows=rows, venues=venues, digest=digest, batches=gone["batches"], refused=gone["refused"],
            subjects=gone["subjects"], segments=answers.forget(day), kept_days=rule.keep_days,
            rule=f"{rule.id}: {rule.reference}", dropped_at=now, actor_id=actor.id, actor_label=actor.label,
            previous=bytes(latest.proof) if latest is not None else _FIRST,
        )  # fmt: skip
        row.proof = _proof(row)
        row.save(force_insert=True)
        body = json.dumps({"day": day.isoformat(), "rows": rows, "proof": row.proof.hex()})
        journal.append(cursor, [journal.Entry(_DELETED, _SUBJECT, now, actor.id, body)])
    return row


def _counts(cursor: psycopg.Cursor[Any], day: date) -> tuple[int, int, bytes]:
    """(rows, venues, SHA-256 over ``venue:rows`` in order of the venue)."""
    cursor.execute(_on("SELECT place_id, count(*) FROM {} GROUP BY place_id ORDER BY place_id", day))
    found = cursor.fetchall()
    text = "\n".join(f"{place}:{count}" for place, count in found)
    return sum(count for _, count in found), len(found), hashlib.sha256(text.encode()).digest()


def _sweep(cursor: psycopg.Cursor[Any], day: date) -> dict[str, int]:
    """What else is as old as that day."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    gone = {}
    for name, statement, bound in (
        ("batches", "drop_visit_batches", day),
        ("refused", "drop_refused_visits", end),
        ("calls", "drop_visit_calls", end),
        ("subjects", "drop_unseen_subjects", end),
    ):
        cursor.execute(load("tracing", statement), [bound])
        gone[name] = cursor.rowcount
    return gone


def _proof(row: Deletion) -> bytes:
    """The keyed digest over everything a proof says and over the proof before it."""
    said = {
        "day": row.day.isoformat(), "rows": row.rows, "venues": row.venues, "digest": bytes(row.digest).hex(),
        "batches": row.batches, "refused": row.refused, "subjects": row.subjects, "segments": row.segments,
        "kept_days": row.kept_days, "rule": row.rule, "dropped_at": row.dropped_at.astimezone(UTC).isoformat(),
        "actor": str(row.actor_id), "label": row.actor_label, "previous": bytes(row.previous).hex(),
    }  # fmt: skip
    return hmac.digest(_key(), json.dumps(said, sort_keys=True, ensure_ascii=False).encode(), "sha256")


def proofs(limit: int = 400) -> list[Deletion]:
    """Proofs of deletion, the latest first."""
    return list(Deletion.objects.order_by("-dropped_at", "-day")[:limit])


def check() -> Checked:
    """Go through the chain of proofs from the first one on, and see that what they say is gone is gone.

    A chain whose end was cut off is whole in itself: the journal says which proofs there were.
    """
    before, broken, days = _FIRST, None, []
    held: set[str] = set()
    for row in Deletion.objects.order_by("dropped_at", "day").iterator(1_000):
        days.append(row.day)
        if bytes(row.previous) != before or not hmac.compare_digest(bytes(row.proof), _proof(row)):
            broken = broken or row.day
        before = bytes(row.proof)
        held.add(before.hex())
    for fact in reversed(journal.history(_SUBJECT, _REMEMBERED)):
        if fact.verb == _DELETED and fact.body["proof"] not in held:
            broken = broken or date.fromisoformat(fact.body["day"])
    with hot_cursor() as cursor:
        there = set(partitions.standing(cursor))
    return Checked(len(days), broken, sorted(there.intersection(days)))
