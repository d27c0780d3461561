"""Temporary ids out, what a case's telephone heard in: deciphered, joined, kept under pseudonyms."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from msgspec import Meta

from lachan.kernel import arrays, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.people.queries import persons_in
from lachan.tracing.encounters import keys, meetings, tokens
from lachan.tracing.lists import requests
from lachan.tracing.visits.limits import limits_on
from lachan.tracing.visits.subjects import keep_persons, subjects_of

PERMIT_FOR: Final = timedelta(hours=2)
MOST_PERSONS: Final = 200  # persons one call asks ids for
MOST_SIGHTINGS: Final = 50_000  # an upload: a fortnight in a crowd
PORTION: Final = 5_000
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: read aloud without being mistaken
_CODE: Final = 12  # letters: 60 bits


class SightingIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One thing a telephone heard: when (UNIX seconds), the other's temporary id, both models, how loud."""

    at: Annotated[int, Meta(ge=0, le=4_102_444_800)]
    id: Annotated[str, Meta(max_length=200)]
    model: Annotated[str, Meta(max_length=80)] = ""
    other_model: Annotated[str, Meta(max_length=80)] = ""
    rssi: Annotated[float, Meta(ge=-200, le=50)] | None = None
    tx_power: Annotated[float, Meta(ge=-100, le=50)] | None = None


class Upload(NamedTuple):
    """What came of an upload. ``unknown``: ids that are not ours, were changed, or whose key is gone; ``replayed``:
    said outside their quarter of an hour; ``old``: before the legal period or not yet."""

    sightings: int
    own: int
    unknown: int
    replayed: int
    old: int
    twice: int
    meetings: int


def temporary_ids(person_ids: Sequence[UUID], *, since: datetime, now: datetime) -> dict[UUID, list[tokens.Temporary]]:
    """A batch of ids for each person, from ``since`` on; who is not known is left out. Problem for too many persons, or
    a time not near now."""
    if len(person_ids) > MOST_PERSONS:
        raise Problem(
            "too_many_persons", "Too many persons", f"Ask for at most {MOST_PERSONS} persons a call.", status=413
        )
    if not now - timedelta(hours=1) <= since <= now + timedelta(days=2):
        detail = "Ask for ids from now on, at most two days ahead."
        raise Problem("time_out_of_range", "Time out of range", detail, status=422, field="since")
    first = int(since.timestamp())
    times = range(first - first % tokens.SLOT, first + tokens.BATCH * tokens.SLOT, tokens.SLOT)
    with hot_cursor() as cursor:
        subjects = keep_persons(cursor, persons_in(cursor, person_ids))
        ring = keys.ensure_keys(cursor, times, now)
    return {person_id: tokens.issue(ring, subject, first) for person_id, subject in subjects.items()}


def permit(case_id: UUID, person_id: UUID, disease: str, *, actor_id: UUID, now: datetime) -> str:
    """A code by which this case's telephone may hand over what it heard, once, within two hours. It is not kept."""
    number = int.from_bytes(os.urandom(8))
    letters = "".join(_LETTERS[number >> (5 * place) & 31] for place in range(_CODE))
    made = new_id()
    with hot_cursor() as cursor:
        cursor.execute(
            load("tracing", "make_permit"),
            [made, _hash(letters), case_id, person_id, disease, actor_id, now, now + PERMIT_FOR],
        )
        journal.append(cursor, [journal.Entry("encounters.permitted", case_id, now, actor_id, "{}")])
    return "-".join(letters[at : at + 4] for at in range(0, _CODE, 4))


def upload(code: str, sightings: Sequence[SightingIn], *, now: datetime) -> Upload | None:
    """Take what a case's telephone heard; None for a code that is wrong, used or over.

    Unknown and replayed ids are counted, never fatal. Everything is one transaction with the use of the code: an upload
    that fails half-way leaves the code good. Afterwards the list of the case is worked out again.
    """
    if len(sightings) > MOST_SIGHTINGS:
        detail = f"Send at most {MOST_SIGHTINGS} sightings."
        raise Problem("too_many_sightings", "Too many sightings", detail, status=413)
    with hot_cursor() as cursor:
        cursor.execute(load("tracing", "take_permit"), [now, _hash(_plain(code)), now])
        row = cursor.fetchone()
        if row is None:
            return None
        permit_id, case_id, person_id, disease = row
        done = _take(cursor, person_id, sightings, now)
        counts = json.dumps(done._asdict())
        cursor.execute(load("tracing", "count_upload"), [counts, permit_id])
        journal.append(cursor, [journal.Entry("encounters.uploaded", case_id, now, person_id, counts)])
        requests.ask_again(cursor, [(case_id, person_id, disease)], "late", now)
    return done


def forget(now: datetime) -> int:
    """Drop meetings past the legal period and keys that nothing needs any more; how many meetings."""
    before, dropped = _kept_since(now), 0
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("tracing", "drop_encounters"), [before, PORTION])
            dropped += cursor.rowcount
            if cursor.rowcount < PORTION:
                cursor.execute(load("tracing", "drop_temporary_keys"), [tokens.key_number(int(before.timestamp())) - 1])
                return dropped


def _kept_since(now: datetime) -> datetime:
    """Meetings are kept as long as visits are."""
    return now - timedelta(days=limits_on(now.astimezone(UTC).date()).keep_days)


def _take(cursor: psycopg.Cursor[Any], person_id: UUID, sightings: Sequence[SightingIn], now: datetime) -> Upload:
    """Decipher, drop what cannot be, join, write: a few statements however many sightings."""
    first, last = int(_kept_since(now).timestamp()), int(now.timestamp()) + meetings.SLACK
    ring = keys.keys_of(cursor, range(tokens.key_number(first) - 1, tokens.key_number(last) + 1))
    own = set(subjects_of([person_id])[person_id])
    counts = dict.fromkeys(("own", "unknown", "replayed", "old", "twice"), 0)
    heard: dict[tuple[int, int], meetings.Heard] = {}
    opened = tokens.open_all(ring, [sighting.id for sighting in sightings])
    for sighting, found in zip(sightings, opened, strict=True):
        if found is None:
            counts["unknown"] += 1
        elif not first <= sighting.at <= last:
            counts["old"] += 1
        elif not found.start - meetings.SLACK <= sighting.at <= found.end + meetings.SLACK:
            counts["replayed"] += 1
        elif found.subject in own:
            counts["own"] += 1
        elif (found.subject, sighting.at) in heard:
            counts["twice"] += 1
        else:
            heard[found.subject, sighting.at] = meetings.Heard(
                found.subject, sighting.at, sighting.rssi, sighting.tx_power, sighting.model, sighting.other_model
            )
    met = meetings.meetings(heard.values())
    [subject] = keep_persons(cursor, [person_id]).values()
    _write(cursor, subject, met, now)
    return Upload(len(sightings), meetings=len(met), **counts)


def _write(cursor: psycopg.Cursor[Any], subject: int, met: Sequence[meetings.Meeting], now: datetime) -> None:
    for start in range(0, len(met), PORTION):
        rows = [
            (subject, new_id(), one.other, _at(one.start), _at(one.end), one.metres, one.sightings)
            for one in met[start : start + PORTION]
        ]
        columns = arrays.columns(rows)
        arrays.execute(cursor, load("tracing", "write_encounters"), [now, *columns])


def _plain(code: str) -> str:
    """A code as somebody types it: any case, with or without strokes, O for 0, I and L for 1."""
    kept = "".join(letter for letter in code.upper() if letter.isalnum())[:_CODE]
    return kept.translate(str.maketrans("OIL", "011"))


def _hash(letters: str) -> bytes:
    return hmac.digest(sealer().blind_key, b"tracing.permit" + letters.encode(), "sha256")


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
