"""Pseudonyms: under which the hot store knows people, and the one way back to who they are.

A pseudonym is 63 bits of a keyed digest (HMAC-SHA256, RFC 2104) of the person's id. The key comes from the house's
``blind_key``, which never changes: pseudonyms outlive the rotation of sealing keys. A visitor whose number nobody held
at the door has the pseudonym of that number's blind index; who is registered under it later is found by it.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.people.queries import blinds_of, persons_by_number, persons_in, stand_for

CONTEXT: Final = "tracing_subject.sealed"
PERSON: Final = b"p"
NUMBER: Final = b"b"
_MASK: Final = (1 << 63) - 1
_BITS = struct.Struct("<Qq")


class CollidingSubjects(RuntimeError):
    """Two persons have one pseudonym: nothing was written. Expected once among several nations; a person must look."""


class Pseudonym(NamedTuple):
    """``subject``: 63 bits, positive. ``proof``: 64 further bits of the digest. ``stands_for``: tag and bytes."""

    subject: int
    proof: int
    stands_for: bytes


@cache
def _key() -> bytes:
    return hmac.digest(sealer().blind_key, b"tracing.subject", "sha256")


def pseudonym_of(tag: bytes, value: bytes) -> Pseudonym:
    """The pseudonym of a person (``PERSON``, 16 bytes of the id) or a number (``NUMBER``, its blind index)."""
    stands_for = tag + value
    high, proof = _BITS.unpack(hmac.digest(_key(), stands_for, "sha256")[:16])
    return Pseudonym(high & _MASK or 1, proof, stands_for)


def subject_of(person_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The pseudonym of each person. No query; who has visits under others as well: :func:`subjects_of`."""
    return {person_id: pseudonym_of(PERSON, person_id.bytes).subject for person_id in person_ids}


def subjects_of(person_ids: Iterable[UUID]) -> dict[UUID, list[int]]:
    """Every pseudonym under which each person may have been seen: their own, those of records merged into them, and
    those of their numbers from before they were registered. Two queries, one more for each step of merges."""
    asked = list(dict.fromkeys(person_ids))
    with hot_cursor() as cursor:
        records = stand_for(cursor, asked)
        numbers = blinds_of(cursor, {part for parts in records.values() for part in parts})
    return {
        person_id: [pseudonym_of(PERSON, part.bytes).subject for part in parts]
        + [pseudonym_of(NUMBER, number).subject for part in parts for number in numbers.get(part, ())]
        for person_id, parts in records.items()
    }


def keep(cursor: psycopg.Cursor[Any], pseudonyms: Collection[Pseudonym]) -> None:
    """Remember whom pseudonyms stand for, those not known yet. Two statements however many, in the caller's
    transaction. Raises :class:`CollidingSubjects`."""
    if not pseudonyms:
        return
    seal = sealer().seal
    rows = sorted({one.subject: one for one in pseudonyms}.values())
    if len({one.stands_for for one in pseudonyms}) != len(rows):
        raise CollidingSubjects("two persons of one batch have one pseudonym")
    subjects, proofs = [one.subject for one in rows], [one.proof for one in rows]
    sealed = [seal(one.stands_for, CONTEXT) for one in rows]
    arrays.execute(cursor, load("tracing", "keep_subjects"), [subjects, proofs, sealed])
    arrays.execute(cursor, load("tracing", "colliding_subjects"), [subjects, proofs])
    if cursor.fetchall():
        raise CollidingSubjects("a pseudonym stands for somebody else already")


def keep_persons(cursor: psycopg.Cursor[Any], person_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Pseudonyms of persons who come in by another way than a door (encounters, manifests), remembered."""
    made = {person_id: pseudonym_of(PERSON, person_id.bytes) for person_id in person_ids}
    keep(cursor, made.values())
    return {person_id: one.subject for person_id, one in made.items()}


def identify(subjects: Sequence[int], *, ground: UUID, actor_id: UUID, now: datetime) -> dict[int, UUID]:
    """Who stands behind pseudonyms, merged records resolved. ``ground``: the case this is done for; one row of the
    journal says so, with the count. Left out: pseudonyms nobody knows, and numbers nobody holds so far.

    Three queries at most, in the caller's transaction where there is one.
    """
    asked = list(dict.fromkeys(subjects))
    if not asked:
        return {}
    with hot_cursor() as cursor:
        found = _resolved(cursor, asked)
        body = msgspec.json.encode({"case_id": str(ground), "asked": len(asked), "found": len(found)}).decode()
        journal.append(cursor, [journal.Entry("identities.opened", ground, now, actor_id, body)])
    return found


def _resolved(cursor: psycopg.Cursor[Any], subjects: list[int]) -> dict[int, UUID]:
    arrays.execute(cursor, load("tracing", "subjects_sealed"), [subjects])
    open_ = sealer().open
    stands_for = {subject: open_(bytes(sealed), CONTEXT) for subject, sealed in cursor.fetchall()}
    persons = {subject: UUID(bytes=value[1:]) for subject, value in stands_for.items() if value[:1] == PERSON}
    numbers = {subject: value[1:] for subject, value in stands_for.items() if value[:1] == NUMBER}
    if numbers:
        holders = persons_by_number(cursor, set(numbers.values()))
        persons |= {subject: holders[number] for subject, number in numbers.items() if number in holders}
    return _merged(persons, persons_in(cursor, set(persons.values())) if persons else {})


def _merged(persons: Mapping[int, UUID], facts: Mapping[UUID, Any]) -> dict[int, UUID]:
    return {subject: facts[person_id].id for subject, person_id in persons.items() if person_id in facts}
