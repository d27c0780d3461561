"""Invented people into the database: a chunk is five COPY streams and one journal row, in one transaction.

COPY in text form, built by string formatting: measured as quick as the binary form, without its framing in Python. The
indexes stay; what is sealed is sealed as at the door.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import psycopg

from lachan.kernel import journal
from lachan.kernel.sealing import Sealer
from lachan.kernel.statements import load
from lachan.people.queries import CONTACT_CONTEXT, GUARDIAN_CONTEXT, IDENTIFIER_CONTEXT
from lachan.people.verification.rules import ASKED_BY, CARD_AGE, EXEMPT, MALFORMED_ID, NO_ID, NOT_SENT
from lachan.synth import people, tables, work
from lachan.synth.faults import Fault
from lachan.synth.numbers import EPOCH_MS, ids
from lachan.synth.plan import CHUNK, Plan

VERB = "people.invented"
# The journal's actor for what this tool writes: no user, and the same in every installation.
ACTOR = uuid.uuid5(uuid.NAMESPACE_URL, "lachan:synth")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32


class Written(NamedTuple):
    """What one chunk added."""

    persons: int
    identifiers: int
    contacts: int
    guardians: int
    dropped: int  # numbers left out because the database already had them


class Lines(NamedTuple):
    """The rows of a chunk as COPY text, one string a table."""

    persons: str
    identifiers: str
    contacts: str
    guardians: str
    verifications: str
    blinds: list[bytes]  # of the trusted numbers, which must not exist yet


def marker(plan: Plan, chunk: int) -> uuid.UUID:
    """The journal subject under which a chunk of this plan is entered: how a resumed run knows what is done."""
    return uuid.uuid5(ACTOR, f"{plan.seed}/{plan.province}/{chunk}")


def write_chunk(
    connection: psycopg.Connection[Any], sealer: Sealer, plan: Plan, chunk: int, start: int, stop: int
) -> Written:
    """Persons ``start`` to ``stop`` of a chunk, committed together with their journal row."""
    truth = people.generate(plan, chunk)
    records = people.records(truth)
    taken: set[bytes] = set()
    while True:
        lines = rows(truth, records, sealer, start, stop, taken)
        try:
            with connection.transaction(), connection.cursor() as cursor:
                counts = [_copy(cursor, table, text) for table, text in zip(_TABLES, lines[:5], strict=True)]
                body = {"seed": plan.seed, "province": plan.province, "chunk": chunk, "start": start, "stop": stop}
                at = datetime.datetime.fromtimestamp(EPOCH_MS / 1000, datetime.UTC)
                journal.append(cursor, [journal.Entry(VERB, marker(plan, chunk), at, ACTOR, json.dumps(body))])
            return Written(counts[0], counts[1], counts[2], counts[3], len(taken))
        except psycopg.errors.UniqueViolation:
            # Somebody real to this database (or another seed's invention) holds one of the numbers: leave those out.
            found = connection.execute(load("synth", "taken_numbers"), [lines.blinds]).fetchall()
            new = {bytes(row[0]) for row in found} - taken
            connection.commit()
            if not new:
                raise
            taken |= new


_TABLES = ("people_person", "people_identifier", "people_contact", "people_guardian", "people_verification")


def _copy(cursor: psycopg.Cursor[Any], table: str, text: str) -> int:
    with cursor.copy(load("synth", f"copy_{table}")) as stream:
        stream.write(text)
    return text.count("\n")


def rows(
    truth: people.Truth, records: people.Records, sealer: Sealer, start: int, stop: int, taken: set[bytes]
) -> Lines:
    """COPY text of persons ``start`` to ``stop``; trusted numbers whose blind index is ``taken`` are left out."""
    persons = [f"{high:016x}{low:016x}" for high, low in zip(truth.upper.tolist(), truth.lower.tolist(), strict=True)]
    blinds: list[bytes] = []
    states: list[str] = []
    # in order of the blind index, so that neighbours in the stream are neighbours in two of its three indexes
    identifiers = sorted(_identifiers(truth, records, sealer, persons, range(start, stop), taken, blinds, states))
    return Lines(
        "".join(_persons(truth, records, persons, range(start, stop))),
        "".join(identifiers),
        "".join(_contacts(truth, sealer, persons, range(start, stop))),
        "".join(_guardians(truth, sealer, persons, range(start, stop))),
        "".join(_verifications(truth, persons, range(start, stop), states)),
        blinds,
    )


def _stamps(truth: people.Truth) -> list[str]:
    milliseconds = truth.first + np.arange(CHUNK) + EPOCH_MS
    return [f"{stamp}+00" for stamp in np.datetime_as_string(milliseconds.astype("datetime64[ms]")).tolist()]


def _persons(truth: people.Truth, records: people.Records, persons: list[str], span: range) -> Iterator[str]:
    born = np.datetime_as_string(records.born.astype("datetime64[D]")).tolist()
    stamps, commune = _stamps(truth), tables.places(truth.plan.province).ids[truth.place].tolist()
    male, occupation = truth.male.tolist(), truth.occupation.tolist()
    for at in span:
        work_code = occupation[at]
        yield (
            f"{persons[at]}\t{records.name[at]}\t{records.folded[at]}\t{'M' if male[at] else 'F'}\t{born[at]}\t"
            f"{records.precision[at]}\t{commune[at]}\t{work.NAMES[work_code]}\t{work.GROUPS[work_code] or _NULL}\t"
            f"VN\tknown\t{stamps[at]}\n"
        )


_NULL = "\\N"


def _identifiers(
    truth: people.Truth,
    records: people.Records,
    sealer: Sealer,
    persons: list[str],
    span: range,
    taken: set[bytes],
    blinds: list[bytes],
    states: list[str],
) -> Iterator[str]:
    stamps, lower = _stamps(truth), truth.lower.tolist()
    child = (truth.age < CARD_AGE).tolist()
    for at in span:
        trusted_one = False
        state = EXEMPT if child[at] else NO_ID
        for system, value, trusted in records.numbers[at]:
            blind = sealer.blind(system, value)
            if trusted:
                if blind in taken:
                    continue
                trusted_one = True
                blinds.append(blind)
            malformed = system == "citizen_id" and not trusted  # the old id is never trusted, and never invented wrong
            if system in ASKED_BY:
                state = MALFORMED_ID if malformed else NOT_SENT
            sealed = sealer.seal(value.encode(), IDENTIFIER_CONTEXT)
            yield _identifier(blind, persons[at], system, trusted, malformed, sealed, stamps[at])
        states.append(state)
        if not trusted_one:  # as at the door: who has no trusted number gets one of ours
            value = f"TAM-{_base32(lower[at] & ((1 << 50) - 1))}"
            blind = sealer.blind("provisional", value)
            sealed = sealer.seal(value.encode(), IDENTIFIER_CONTEXT)
            yield _identifier(blind, persons[at], "provisional", False, False, sealed, stamps[at])


def _identifier(
    blind: bytes, person: str, system: str, trusted: bool, malformed: bool, sealed: bytes, stamp: str
) -> str:
    marks = f"{'t' if trusted else 'f'}\t{'t' if malformed else 'f'}"
    return f"\\\\x{blind.hex()}\t{person}\t{system}\t{marks}\t\\\\x{sealed.hex()}\t{stamp}\n"


def _verifications(truth: people.Truth, persons: list[str], span: range, states: list[str]) -> Iterator[str]:
    """The states of the population of the plan's day: who was too young for a card then is not owed one now."""
    stamps, places = _stamps(truth), tables.places(truth.plan.province)
    commune, province = places.ids[truth.place].tolist(), places.province_ids[truth.place].tolist()
    # in order of the queue's index, so that neighbours in the stream are neighbours there
    order = sorted(zip(span, states, strict=True), key=lambda row: (row[1], province[row[0]]))
    for at, state in order:
        yield f"{persons[at]}\t{state}\t0\t{commune[at]}\t{province[at]}\t{stamps[at]}\t0\n"


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))


def _contacts(truth: people.Truth, sealer: Sealer, persons: list[str], span: range) -> Iterator[str]:
    stamps, keys = _stamps(truth), _hex_ids(truth, 11)
    for at in span:
        phone = truth.phone[at]
        if phone:
            blind, sealed = sealer.blind("phone", phone), sealer.seal(phone.encode(), CONTACT_CONTEXT)
            yield f"{persons[at]}\t{keys[at]}\tphone\t\\\\x{blind.hex()}\t\\\\x{sealed.hex()}\t{stamps[at]}\n"


def _guardians(truth: people.Truth, sealer: Sealer, persons: list[str], span: range) -> Iterator[str]:
    """Of children at home: the mother, or for four in ten the father; parents stand before them in the chunk."""
    keys, child = _hex_ids(truth, 13), (truth.age < 18).tolist()
    father, mother, bits = truth.father.tolist(), truth.mother.tolist(), truth.bits.tolist()
    for at in span:
        if child[at] and mother[at] >= 0 and truth.fault[at] != Fault.DUPLICATE:
            by_father = (bits[at] >> 40) % 10 < 4
            parent = father[at] if by_father else mother[at]
            phone = truth.phone[parent]
            sealed = f"\\\\x{sealer.seal(phone.encode(), GUARDIAN_CONTEXT).hex()}" if phone else _NULL
            relation = "bố" if by_father else "mẹ"
            yield f"{persons[at]}\t{keys[at]}\t{persons[parent]}\t{truth.name[parent]}\t{relation}\t{sealed}\n"


def _hex_ids(truth: people.Truth, salt: int) -> list[str]:
    upper, lower = ids(truth.first + np.arange(CHUNK), truth.plan.salt + salt)
    return [f"{high:016x}{low:016x}" for high, low in zip(upper.tolist(), lower.tolist(), strict=True)]
