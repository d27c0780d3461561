"""The one place that writes visits: judged, written, handed on to the answer store, all in one transaction.

A batch costs the same handful of statements whatever its size: the latest stays of those concerned are read from one
table, each scan is judged by the pure rules in the order of time, and what comes of it is written by columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import numpy as np
import psycopg

from lachan.kernel import arrays, journal, locks
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.people.queries import persons_by_number
from lachan.places.venues.queries import VenueFacts, venues
from lachan.tracing.visits import partitions
from lachan.tracing.visits.facts import PHONE_TYPED, STAY, Stay, VisitIn
from lachan.tracing.visits.limits import Limits, limits_on
from lachan.tracing.visits.rules import Scan, judge, metres, too_fast, untimely
from lachan.tracing.visits.subjects import CONTEXT, NUMBER, PERSON, CollidingSubjects, Pseudonym, pseudonym_of

MOST_VISITS: Final = 1_000  # a transaction; as many locks as one takes
REFUSED_CONTEXT: Final = "tracing_refusedvisit.sealed"
_SPACE: Final = UUID("5bd3f1f4-52a2-5c3a-9a51-1b0d5a1f0006")
_DONE: Final = Outcome(ACCEPTED)
_KNOWN: Final = Outcome(DUPLICATE)
_EMPTY: Final[dict[str, Any]] = {}


class Sender(NamedTuple):
    """Who sends visits. ``places``: the venues it may send for; None: every one."""

    id: UUID
    label: str
    places: frozenset[int] | None


class _Known(NamedTuple):
    """What the table of pseudonyms says of one."""

    proof: int
    stay: Stay | None


def record(visits: Sequence[VisitIn], *, actor: Sender, now: datetime) -> list[Outcome]:
    """Record up to 1,000 scans in one transaction; one outcome each, in order.

    Accepted: it was written or changed a stay. Duplicate: it says nothing new. Refused, and kept with what was sent:
    visit_in_future, visit_too_old, visit_times_reversed, venue_unknown, venue_closed, venue_not_yours,
    impossible_travel. In the caller's transaction where there is one.

    Impossible travel says neither where else nor when: whoever stands at a door, or types a stranger's number, would
    learn where people were. What it rests on is kept with the refused visit.
    """
    with hot_cursor() as cursor:
        return record_in(cursor, visits, actor=actor, now=now)


def record_in(cursor: psycopg.Cursor[Any], visits: Sequence[VisitIn], *, actor: Sender, now: datetime) -> list[Outcome]:
    """As :func:`record`, with the caller's cursor."""
    if len(visits) > MOST_VISITS:
        raise ValueError(f"{len(visits)} visits at once; the limit is {MOST_VISITS}")
    return _Batch(cursor, visits, actor, now).run()


class _Batch:
    """The scans of one transaction."""

    def __init__(self, cursor: psycopg.Cursor[Any], visits: Sequence[VisitIn], actor: Sender, now: datetime) -> None:
        self.cursor, self.visits, self.actor, self.now = cursor, visits, actor, now
        self.clock = int(now.timestamp())
        self.limits: Limits = limits_on(now.astimezone(UTC).date())
        self.places: Mapping[int, VenueFacts] = venues({visit.place_id for visit in visits})
        self.outcomes: list[Outcome] = [_DONE] * len(visits)
        self.written: dict[tuple[int, int, int], tuple[Stay, bool]] = {}  # (place, t_in, subject): stay, there before
        self.stays: dict[int, list[Stay]] = {}
        self.far: dict[int, dict[str, Any]] = {}  # how far and how soon; kept, and told to nobody at a door

    def run(self) -> list[Outcome]:
        names = self._pseudonyms()
        standing = [index for index in range(len(self.visits)) if self._stands(index)]
        people = {names[index].subject: names[index] for index in standing}
        if len(people) < len({names[index].stands_for for index in standing}):
            raise CollidingSubjects("two persons of one batch have one pseudonym")
        locks.lock(self.cursor, "subject", people)
        known = self._known(people)
        self._late(standing, names, known)
        for index in sorted(standing, key=lambda index: self.visits[index].at):
            self._judge(index, names[index].subject)
        if self.written:
            self._write(people, known)
        self._keep_refused(names)
        self._journal()
        return self.outcomes

    def _pseudonyms(self) -> list[Pseudonym]:
        """Whose each scan is: of the person who holds the number, else of the number itself."""
        numbers = {visit.number for visit in self.visits if visit.number is not None}
        holders = persons_by_number(self.cursor, numbers) if numbers else {}
        made: dict[UUID | bytes, Pseudonym] = {}
        names = []
        for visit in self.visits:
            whose = visit.person or holders.get(visit.number or b"") or visit.number
            if whose is None:
                raise ValueError("a visit names nobody")
            name = made.get(whose)
            if name is None:
                tag, value = (PERSON, whose.bytes) if isinstance(whose, UUID) else (NUMBER, whose)
                name = made[whose] = pseudonym_of(tag, value)
            names.append(name)
        return names

    def _stands(self, index: int) -> bool:
        """Whether a scan is to be judged at all; refused here when not."""
        visit = self.visits[index]
        venue = self.places.get(visit.place_id)
        reason = untimely(visit.at, self.clock, self.limits)
        if reason is None and visit.what == STAY and visit.until is not None:
            reason = untimely(max(visit.until, visit.at), self.clock, self.limits)
        if reason is None and (venue is None or not venue.active):
            reason = "venue_unknown" if venue is None else "venue_closed"
        if reason is None and self.actor.places is not None and visit.place_id not in self.actor.places:
            reason = "venue_not_yours"
        if reason is not None:
            self.outcomes[index] = Outcome(REFUSED, reason)
        return reason is None

    def _known(self, people: Collection[int]) -> dict[int, _Known]:
        arrays.execute(self.cursor, load("tracing", "latest_stays"), [list(people)])
        found = {}
        for subject, proof, place, t_in, t_out, seen, provisional in self.cursor.fetchall():
            stay = Stay(place, t_in, t_out, seen, provisional, 0) if place is not None else None
            found[subject] = _Known(proof, stay)
            if stay is not None:
                self.stays[subject] = [stay]
        return found

    def _late(self, standing: Sequence[int], names: Sequence[Pseudonym], known: Mapping[int, _Known]) -> None:
        """Scans from before somebody's latest stay, of a device that was offline: their stays of then are looked up."""
        late: set[int] = set()
        first, last = self.clock, 0
        for index in standing:
            subject, at = names[index].subject, self.visits[index].at
            held = known.get(subject)
            if held is not None and held.stay is not None and at < held.stay.t_in:
                late.add(subject)
                first, last = min(first, at), max(last, held.stay.t_in)
        if not late:
            return
        reach = self.limits.longest_stay
        arrays.execute(self.cursor, load("tracing", "stays_between"), [sorted(late), first - reach, last + 1])
        found: dict[int, list[Stay]] = {subject: [] for subject in late}
        for subject, place, t_in, t_out, provisional, source in self.cursor.fetchall():
            found[subject].append(Stay(place, t_in, t_out, t_in if provisional else t_out, provisional, source))
        for subject, stays in found.items():
            latest = self.stays[subject][-1]
            earlier = [stay for stay in stays if (stay.place_id, stay.t_in) != (latest.place_id, latest.t_in)]
            self.stays[subject] = [*earlier, latest]

    def _judge(self, index: int, subject: int) -> None:
        visit, stays = self.visits[index], self.stays.setdefault(subject, [])
        venue = self.places[visit.place_id]
        far = self._too_far(stays, visit, venue, subject) if stays and venue.lat is not None else None
        if far is not None:
            self.far[index] = far
            self.outcomes[index] = Outcome(REFUSED, "impossible_travel")
            return
        verdict = judge(
            stays, Scan(visit.place_id, visit.at, visit.what, venue.stay, visit.source, visit.until), self.limits
        )
        if verdict.reason is not None:
            self.outcomes[index] = Outcome(REFUSED, verdict.reason)
            return
        if not verdict.stays:
            self.outcomes[index] = _KNOWN
            return
        for stay in verdict.stays:
            key = (stay.place_id, stay.t_in, subject)
            place = next((n for n, old in enumerate(stays) if (old.place_id, old.t_in) == key[:2]), None)
            earlier = self.written.get(key)
            self.written[key] = (stay, earlier[1] if earlier is not None else place is not None)
            if place is not None:
                stays[place] = stay
            else:
                stays.append(stay)
        stays.sort(key=lambda stay: stay.t_in)

    def _too_far(self, stays: Sequence[Stay], visit: VisitIn, venue: VenueFacts, subject: int) -> dict[str, Any] | None:
        """Distance and time, when nobody gets from the stay before to here, or from here to the next, in time."""
        here = venue.position
        assert here is not None
        before = next((stay for stay in reversed(stays) if stay.t_in <= visit.at), None)
        after = next((stay for stay in stays if stay.t_in > visit.at), None)
        for stay, seconds in (
            (before, visit.at - before.seen if before is not None else 0),
            (after, after.t_in - visit.at if after is not None else 0),
        ):
            if stay is None or stay.place_id == visit.place_id:
                continue
            there = venues([stay.place_id]).get(stay.place_id)
            position = there.position if there is not None else None
            if position is None or not too_fast(distance := metres(here, position), seconds, self.limits.travel):
                continue
            if visit.source == PHONE_TYPED or not self._typed(stay, subject):
                return {"km": round(distance / 1_000), "minutes": max(seconds, 0) // 60}
        return None

    def _typed(self, stay: Stay, subject: int) -> bool:
        """Whether a stay rests on a number that anybody can type at a poster: it cannot speak against a card."""
        written = self.written.get((stay.place_id, stay.t_in, subject))
        if written is not None and not written[1]:
            return written[0].source == PHONE_TYPED
        self.cursor.execute(load("tracing", "source_of_visit"), [stay.place_id, stay.t_in, subject])
        row = self.cursor.fetchone()
        return row is not None and row[0] == PHONE_TYPED

    def _write(self, people: Mapping[int, Pseudonym], known: Mapping[int, _Known]) -> None:
        keys = sorted(self.written)
        rows = [self.written[key] for key in keys]
        columns = [
            [key[0] for key in keys], [key[1] for key in keys], [stay.t_out for stay, _ in rows],
            [key[2] for key in keys],
        ]  # fmt: skip
        days = {_day(key[1]) for key in keys}
        partitions.ensure(self.cursor, days)
        provisional = [stay.provisional for stay, _ in rows]
        sources = [stay.source for stay, _ in rows]
        arrays.execute(self.cursor, load("tracing", "write_visits"), [*columns, sources, provisional])
        self._write_subjects(people, known, {key[2] for key in keys})
        flags = [
            self.places_closed(key[0]) | stay.provisional << 1 | there << 2
            for key, (stay, there) in zip(keys, rows, strict=True)
        ]
        content = packed(columns[0], columns[3], columns[1], columns[2], flags)
        self.cursor.execute(load("tracing", "hand_on_visits"), [min(days), max(days), len(keys), content])

    def places_closed(self, place_id: int) -> bool:
        venue = self.places.get(place_id) or venues([place_id]).get(place_id)
        return venue is not None and venue.closed

    def _write_subjects(
        self, people: Mapping[int, Pseudonym], known: Mapping[int, _Known], changed: Iterable[int]
    ) -> None:
        """The latest stay of everybody concerned. Raises :class:`CollidingSubjects`."""
        fresh, moved = [], []
        seal = sealer().seal
        for subject in sorted(changed):
            stay, held = self.stays[subject][-1], known.get(subject)
            latest = (stay.place_id, stay.t_in, stay.t_out, stay.seen, stay.provisional)
            if held is None:
                name = people[subject]
                fresh.append((subject, name.proof, seal(name.stands_for, CONTEXT), *latest))
            else:
                if held.proof != people[subject].proof:
                    raise CollidingSubjects("a pseudonym stands for somebody else already")
                moved.append((subject, *latest))
        for statement, rows in (("write_subjects", fresh), ("move_subjects", moved)):
            if rows:
                arrays.execute(self.cursor, load("tracing", statement), arrays.columns(rows))

    def _keep_refused(self, names: Sequence[Pseudonym]) -> None:
        rows = []
        for index, outcome in enumerate(self.outcomes):
            if outcome.status is REFUSED:
                visit = self.visits[index]
                sent = msgspec.json.encode({"what": visit.what, "at": visit.at, "until": visit.until})
                rows.append(
                    Refusal(
                        visit.place_id, names[index].subject, visit.at, outcome.reason or "", self.far.get(index), sent
                    )
                )
        keep_refused(self.cursor, rows, actor=self.actor, now=self.now)

    def _journal(self) -> None:
        """One row for the batch: a visit is no fact about a named person until a case makes it one."""
        counts = {
            "sent": len(self.visits),
            "written": len(self.written),
            "refused": sum(outcome.status is REFUSED for outcome in self.outcomes),
        }
        body = msgspec.json.encode(counts).decode()
        journal.append(self.cursor, [journal.Entry("visits.recorded", self.actor.id, self.now, self.actor.id, body)])


class Refusal(NamedTuple):
    """A visit that is kept although it was not recorded. ``sent``: bytes as they came, or what was understood."""

    place_id: int | None
    subject: int | None
    at: int
    reason: str
    params: dict[str, Any] | None
    sent: bytes


def keep_refused(cursor: psycopg.Cursor[Any], rows: Sequence[Refusal], *, actor: Sender, now: datetime) -> None:
    """Keep what was refused, sealed, as long as a visit is kept. One statement."""
    if not rows:
        return
    seal = sealer().seal
    arrays.execute(
        cursor,
        load("tracing", "keep_refused"),
        [
            now, actor.id, [new_id() for _ in rows], [row.place_id for row in rows], [row.subject for row in rows],
            [_moment(row.at) for row in rows], [row.reason for row in rows],
            [msgspec.json.encode(row.params or _EMPTY).decode() for row in rows],
            [seal(row.sent, REFUSED_CONTEXT) for row in rows],
        ],
    )  # fmt: skip


def packed(
    places: Sequence[int], subjects: Sequence[int], t_in: Sequence[int], t_out: Sequence[int], flags: Sequence[int]
) -> bytes:
    """The content of a row of ``tracing_visitbatch``."""
    longs = (np.array(column, dtype="<i8").tobytes() for column in (places, subjects, t_in, t_out))
    return b"".join(longs) + np.array(flags, dtype=np.uint8).tobytes()


_EPOCH: Final = date(1970, 1, 1)
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND: Final = 4_102_444_800  # 2100


def _day(at: int) -> date:
    return _EPOCH + timedelta(days=at // 86_400)


def _moment(at: int) -> datetime:
    """A time as it was sent, however far off."""
    return _FIRST + timedelta(seconds=min(max(at, 0), _LAST_SECOND))
