"""The demonstration's people as the population register left them in March 2022: most right, a quarter of those asked
wrong, some not asked yet. Written set-based, with the answers' fingerprints and history, as if they had been asked.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.people.verification import figures
from lachan.people.verification.notes import grounds_of, local_day
from lachan.people.verification.rules import NOT_SENT, RIGHT, WRONG
from lachan.synth import people
from lachan.synth.faults import Fault
from lachan.synth.plan import CHUNK, Plan

# Of 73.1 million with something to ask about, 2.6 million were not yet checked (Ministry of Health, in the press).
NOT_ASKED = 2.6 / (51.5 + 19.0 + 2.6)


def answer(plan: Plan, count: int, now: datetime) -> int:
    """Give the plan's people the answers the register would have given; those asked before keep theirs. How many."""
    answered = 0
    for chunk in range(-(-count // CHUNK)):
        truth = people.generate(plan, chunk)
        halves = zip(truth.upper.tolist(), truth.lower.tolist(), truth.fault.tolist(), strict=True)
        said = {
            UUID(int=(upper << 64) | lower): RIGHT if fault == Fault.CLEAN else WRONG for upper, lower, fault in halves
        }
        answered += _write({pid: state for pid, state in said.items() if pid.int % 10_000 >= NOT_ASKED * 10_000}, now)
    figures.recount(now)
    return answered


def _write(said: dict[UUID, str], now: datetime) -> int:
    with hot_cursor() as cursor:
        grounds = grounds_of(cursor, list(said), local_day(now))
        ids = [pid for pid, ground in grounds.items() if ground.standing == NOT_SENT]
        arrays.execute(
            cursor,
            "UPDATE people_verification v SET state = new.said, answer = new.said, fingerprint = new.print, step = 1,"
            " attempts = 1, asked_at = %s - new.days * interval '1 day' - interval '40 seconds',"
            " answered_at = %s - new.days * interval '1 day', since = %s - new.days * interval '1 day'"
            " FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::int[]) AS new (person_id, said, print, days)"
            " WHERE v.person_id = new.person_id AND v.state = 'not_sent' AND v.step = 0",
            [
                now, now, now, ids, [said[pid] for pid in ids], [grounds[pid].fingerprint for pid in ids],
                [1 + pid.int % 59 for pid in ids],
            ],
        )  # fmt: skip
        done = cursor.rowcount
        cursor.execute(
            "INSERT INTO people_verificationchange (person_id, step, before, after, since, asked_at, at, cause)"
            " SELECT v.person_id, 0, 'waiting', v.state, p.created_at, v.asked_at, v.answered_at, 'answer'"
            " FROM people_verification v JOIN people_person p ON p.id = v.person_id"
            " WHERE v.person_id = ANY(%s) AND v.step = 1 ON CONFLICT DO NOTHING",
            [ids],
        )
    if done:
        _note_question(done, sum(said[pid] == RIGHT for pid in ids), now)
    return done


def _note_question(persons: int, rights: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO people_registerbatch
                (id, made_at, persons, leased_until, attempts, error, answered_at, rights, wrongs)
            VALUES (%s, %s, %s, %s, 1, '', %s, %s, %s)
            """,
            [new_id(), now, persons, now, now, rights, persons - rights],
        )
