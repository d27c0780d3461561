"""Cards follow facts: reads the journal behind doses and people, a few times a second, and brings cards up to date.

A thread beside the jobs of the worker process, at a lower priority than everything else: a dose costs nothing more at
the station, and a nation's rush only lets the cards wait. One process at a time does it: the reader's cursor in the
journal is a lock. What was read and what was made of it commit together.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lachan.certificates.operations.issue import Cause, Done, bring_up_to_date
from lachan.certificates.rules.policy import policy_on
from lachan.immunization.queries.published import people_with_doses
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays, followers, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.statements import load

READER: Final = "certificates.follower"
ROWS: Final = 400  # people a transaction: their locks are held for under a quarter second
ROWS_READ: Final = 4_000  # facts a glance at the journal
EVERY_S: Final = 0.15
_PEOPLE: Final = frozenset({"person.amended", "person.merged", "person.unmerged"})
_FIRST: Final = "dose.recorded"
log = logging.getLogger(__name__)


class Round(NamedTuple):
    """One look: facts read, people looked at, and what came of it."""

    facts: int
    people: int
    issued: int
    superseded: int
    revoked: int


def follow_once() -> Round:
    """Everything that is new by now. Safe beside another process, which then does the work."""
    facts = 0
    total = Done(0, 0, 0, 0)
    for found in journal.glance(READER, _looked_at(), ROWS_READ):
        facts += found.read
        causes = caused(found.rows)
        if len(causes) <= ROWS:
            total = _sum(total, _brought(causes))
        else:  # a rush: in portions after this, or their locks would all be held to its end
            _put_aside(causes)
    while True:
        done = _touched()
        if done is None:
            return Round(facts, *total)
        total = _sum(total, done)


def caused(rows: Iterable[journal.Row]) -> dict[UUID, Cause]:
    """Whose cards these facts touch, and since when they wait: a correction tells more than a dose beside it."""
    found: dict[UUID, Cause] = {}
    waits = _waits()
    for row in rows:
        if waits and row.verb == _FIRST and not row.body.get("completes", True):
            continue  # half of all doses: nothing to do before they are signed
        if row.verb.startswith("dose."):
            what = "dose" if row.verb == _FIRST else "correction"
        elif row.verb in _PEOPLE:
            what = "person"
        else:
            continue
        known = found.get(row.subject)
        if known is None or known.what == "dose":
            found[row.subject] = Cause(what, row.recorded_at)
    return found


def run(stop: threading.Event) -> None:
    """Follow until told to stop."""
    followers.run(stop, "certificates", follow_once, every=EVERY_S)


def everybody() -> Iterator[Round]:
    """Everyone with a dose that counts, in order of their ids, a portion at a time: for records that came in by another
    way than the door (an import of the past), and after a change of policy."""
    after = UUID(int=0)
    while people := people_with_doses(after, ROWS):
        after = people[-1]
        yield Round(0, *_brought(dict.fromkeys(people, Cause("renewal", timezone.now()))))


def waiting_since() -> datetime | None:
    """When the oldest fact was recorded that no card says yet; None: none waits."""
    return journal.unread_since(READER)


def _looked_at() -> journal.Only:
    """What the journal is asked for; :func:`caused` says the same of whole rows."""
    verbs = ("dose.%", *sorted(_PEOPLE))
    return journal.Only(verbs, _FIRST, '{"completes": false}') if _waits() else journal.Only(verbs)


def _waits() -> bool:
    return policy_on(timezone.now().astimezone(VIETNAM).date()).waits_for_head


def _put_aside(causes: Mapping[UUID, Cause]) -> None:
    with hot_cursor() as cursor:
        columns = [list(causes), [cause.what for cause in causes.values()], [cause.at for cause in causes.values()]]
        arrays.execute(cursor, load("certificates", "put_people_aside"), columns)


def _touched() -> Done | None:
    """One portion of people who were touched; None when nobody is left."""
    with transaction.atomic():
        with hot_cursor() as cursor:
            cursor.execute(load("certificates", "take_touched_people"), [ROWS])
            causes = {row[0]: Cause(row[1], row[2]) for row in cursor.fetchall()}
        return _brought(causes) if causes else None


def _brought(causes: Mapping[UUID, Cause]) -> Done:
    """All of them together; if that fails by a fault of ours, one by one, so that one record cannot hold up a nation.

    Who is left out is logged without a name, keeps the cards they have, and is looked at again with their next fact or
    by ``lachan certificates follow --everybody``.
    """
    if not causes:
        return Done(0, 0, 0, 0)
    try:
        with hot_cursor() as cursor:
            return bring_up_to_date(cursor, causes, now=timezone.now())
    except (Problem, *followers.AWAY):  # no key, or no database: nothing is read, everything waits
        raise
    except Exception:
        if len(causes) == 1:
            log.exception("certificates: one record cannot be brought up to date; it is left out")
            return Done(1, 0, 0, 0)
    total = Done(0, 0, 0, 0)
    for person_id, cause in causes.items():
        total = _sum(total, _brought({person_id: cause}))
    return total


def _sum(one: Done, other: Done) -> Done:
    return Done._make(a + b for a, b in zip(one, other, strict=True))
