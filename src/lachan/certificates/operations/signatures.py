"""Heads of facilities answer for doses given there: on lists, a thousand with one gesture."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from lachan.access.actors import Actor
from lachan.access.scopes import facility_in_scope
from lachan.certificates.operations.touch import touch
from lachan.immunization.queries.published import DayDose, day_doses, doses_that_count
from lachan.kernel import arrays, journal, locks
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load

VERB: Final = "day.sign"
APPROVES: Final = "correction.approve"
HOUSE: Final = Actor.system("certificates").id
MOST: Final = 1_000  # doses a gesture: a list somebody can still read


class Signed(NamedTuple):
    """One gesture: how many doses it signed, how many of the list it left out (``without``, or gone meanwhile)."""

    batch_id: UUID
    doses: int
    left: int


def sign_days(
    facility_id: int, first: date, last: date, *, batch_id: UUID, seen: str, without: Collection[UUID] = (),
    actor: Actor, now: datetime,
) -> Signed:  # fmt: skip
    """Sign the unsigned doses given at a facility on these days, the first ``MOST`` as recorded, but those in
    ``without``.

    ``seen`` is the digest of the list as it was read (:func:`digest_of`): what came in after that is not signed unseen.
    The same ``batch_id`` again has no second effect and answers the same. Raises Forbidden where the actor may not
    sign, Problem ``list_changed`` (409) when the list is another by now, ``nothing_to_sign`` (422) for none.
    """
    if not facility_in_scope(actor, facility_id, VERB):
        raise Forbidden("Only the head of the facility signs its doses.")
    with hot_cursor() as cursor:
        locks.lock(cursor, "facility", [facility_id])
        cursor.execute(load("certificates", "signing_batch"), [batch_id, facility_id])
        known = cursor.fetchone()
        if known is not None:
            return Signed(batch_id, known[0], 0)
        doses = unsigned(facility_id, first, last)
        if digest_of(doses) != seen:
            raise Problem("list_changed", "The list changed", "Doses were added or corrected meanwhile. Read the list "
                          "again and sign it then.", status=409)  # fmt: skip
        chosen = [dose for dose in doses if dose.id not in without]
        if not chosen:
            raise Problem("nothing_to_sign", "Nothing to sign", "No dose of this list is left to sign.", status=422)
        done = _write(cursor, facility_id, chosen, batch_id, actor, now)
        touch(cursor, done, cause="signature", now=now)
    return Signed(batch_id, len(done), len(doses) - len(done))


def sign_corrected(cursor: psycopg.Cursor[Any], person_id: UUID, dose_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Whoever approves a correction with a second pair of eyes answers for the corrected dose: it needs no other
    signature. In the caller's transaction. False: no such dose given at a facility of ours counts, or its facility is
    not among those the actor approves corrections for: a request is handed over to whoever is named, and a head from
    anywhere cannot vouch for what another station gave. Then it waits for its own head."""
    found = [dose for dose in doses_that_count(cursor, [person_id]) if dose.id == dose_id and dose.source == "here"]
    if not found:
        return False
    [dose] = found
    if dose.facility_id is None or not facility_in_scope(actor, dose.facility_id, APPROVES):
        return False
    row = DayDose(person_id, dose.id, dose.product_id, dose.lot_number, dose.number, dose.given_on, now, now, actor.id)
    done = _write(cursor, dose.facility_id, [row], new_id(), actor, now)
    touch(cursor, done, cause="correction", now=now)
    return True


def unsigned(facility_id: int, first: date, last: date) -> list[DayDose]:
    """The first ``MOST`` doses given there on these days that count and are not signed, by day and recording; two
    queries."""
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", "signed_on"), [facility_id, first, last])
        signed = {row[0] for row in cursor.fetchall()}
    return [dose for dose in day_doses(facility_id, first, last) if dose.id not in signed][:MOST]


def digest_of(doses: Sequence[DayDose]) -> str:
    """SHA-256 over ids and contents of a list, in hexadecimal: what its signer has seen."""
    return _digest(doses).hex()


def standing(
    cursor: psycopg.Cursor[Any], people: Sequence[UUID], counting: Collection[tuple[UUID, UUID]]
) -> tuple[set[tuple[UUID, UUID]], list[tuple[UUID, UUID, bool]]]:
    """(person, dose) of what is signed and counts, and signatures that do not stand as their dose does, as they should.
    One query."""
    arrays.execute(cursor, load("certificates", "signatures_of"), [list(people)])
    rows = [(row[0], row[1], row[2]) for row in cursor.fetchall()]
    wrong = [(person, dose, not stands) for person, dose, stands in rows if stands != ((person, dose) in counting)]
    return {(person, dose) for person, dose, _ in rows if (person, dose) in counting}, wrong


def stand_with_doses(
    cursor: psycopg.Cursor[Any], people: Sequence[UUID], counting: Collection[tuple[UUID, UUID]], *, now: datetime
) -> set[tuple[UUID, UUID]]:
    """Signatures of these people stand exactly while their doses count; (person, dose) of those that stand."""
    signed, wrong = standing(cursor, people, counting)
    if wrong:
        columns = arrays.columns(wrong)
        arrays.execute(cursor, load("certificates", "stand_signatures"), [*columns, columns[0]])
        journal.append(cursor, [_changed(row, now) for row in cursor.fetchall()])
    return signed


def _write(
    cursor: psycopg.Cursor[Any], facility_id: int, doses: Sequence[DayDose], batch_id: UUID, actor: Actor, now: datetime
) -> list[UUID]:
    digest = _digest(doses)
    days = [dose.given_on for dose in doses]
    arrays.execute(
        cursor, load("certificates", "insert_signatures"),
        [batch_id, actor.id, now, [dose.person_id for dose in doses], [dose.id for dose in doses],
         [facility_id] * len(doses), days],
    )  # fmt: skip
    done = [row[0] for row in cursor.fetchall()]
    cursor.execute(
        load("certificates", "insert_signing_batch"),
        [batch_id, facility_id, min(days), max(days), len(done), digest, actor.id, now],
    )
    said = {"facility": facility_id, "digest": digest.hex()}
    journal.append(
        cursor,
        [
            journal.Entry("doses.signed", batch_id, now, actor.id,
                          msgspec.json.encode({**said, "day": day, "doses": count}).decode())
            for day, count in sorted(Counter(days).items())
        ],
    )  # fmt: skip
    return done


def _changed(row: Sequence[Any], now: datetime) -> journal.Entry:
    person_id, dose_id, facility_id, day, stands = row
    body = {"dose": str(dose_id), "facility": facility_id, "day": day}
    verb = "signature.stands_again" if stands else "signature.ended"
    return journal.Entry(verb, person_id, now, HOUSE, msgspec.json.encode(body).decode())


def _digest(doses: Sequence[DayDose]) -> bytes:
    lines = (f"{dose.id} {dose.person_id} {dose.product_id} {dose.lot_number} {dose.given_on}" for dose in doses)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).digest()
