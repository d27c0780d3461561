"""Who is acting: a frozen fact made once per request, from a signed-in user or from a key.

A key is looked up on every call of a busy station, so what was found is kept in the process for ``KEY_MEMORY``
seconds, the absence of a key too (a flood of wrong tokens must not become a flood of queries). A revoked key therefore
works in other processes for at most that long; in the revoking process it ends at once.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID, uuid5

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from lachan.access import tokens
from lachan.access.rules import Role, in_force
from lachan.kernel.statements import load

KEY_MEMORY: Final = 30.0  # seconds
USE_NOTED_EVERY: Final = timedelta(minutes=1)  # a busy station must not write on every call
MOST_KEYS: Final = 30_000  # three times the stations of the country: about 20 MB
MOST_UNKNOWN: Final = 2_000
_SYSTEM_SPACE = UUID("5bd3f1f4-52a2-5c3a-9a51-1b0d5a1f0001")


@dataclass(frozen=True, slots=True)
class GrantFact:
    """A role in force today, at a facility or in an area (never both)."""

    role: Role
    facility_id: int | None
    area_id: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``label`` is a name for people to read, never used for a decision."""

    id: UUID
    kind: Literal["user", "key", "system"]
    label: str
    grants: tuple[GrantFact, ...]

    @classmethod
    def system(cls, label: str) -> Actor:
        """The house itself (seeding, jobs, the command line); may do everything, everywhere. Same label, same id."""
        return cls(uuid5(_SYSTEM_SPACE, label), "system", label, ())

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)


def actor_of(request: HttpRequest) -> Actor | None:
    """Who makes this request; None for nobody. Remembered on the request.

    A request that carries a key is the key's and never looks at a session, so a page cannot lend its cookie to it.
    Queries: a key 0 (1 when not in memory); a signed-in user 1 beyond Django's own two (session, user).
    """
    known = request.__dict__.get("_lachan_actor", _UNASKED)
    if known is _UNASKED:
        token = tokens.from_header(request.META.get("HTTP_AUTHORIZATION", ""))
        known = actor_of_key(token) if token is not None else _signed_in(request)
        request.__dict__["_lachan_actor"] = known
    return known  # type: ignore[no-any-return]


_UNASKED: Final = object()


def _signed_in(request: HttpRequest) -> Actor | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return actor_of_user(user.pk, user.label(), today=timezone.localdate())


def actor_of_user(user_id: UUID, label: str, *, today: date) -> Actor:
    """The actor of a user with the grants in force on ``today``, none for a closed account: one query."""
    from lachan.access.models import Grant  # models exist only once Django is set up; this module is imported before

    rows = Grant.objects.in_force(today).filter(user_id=user_id, user__is_active=True).order_by("id")
    facts = tuple(GrantFact(Role(role), facility, area) for role, facility, area in rows.facts())
    return Actor(user_id, "user", label, facts)


class _Memory:
    """What keys were found in this process: bounded, oldest out, known and unknown apart.

    Apart, so that guessed tokens push out only other guesses.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, tuple[float, Actor]] = OrderedDict()
        self._unknown: OrderedDict[bytes, float] = OrderedDict()

    def get(self, digest: bytes, clock: float) -> tuple[bool, Actor | None]:
        """(whether anything is remembered, the actor)."""
        found = self._known.get(digest)
        if found is not None and clock < found[0]:
            return True, found[1]
        until = self._unknown.get(digest)
        return until is not None and clock < until, None

    def put(self, digest: bytes, actor: Actor | None, until: float) -> None:
        with self._lock:
            self._known.pop(digest, None)
            self._unknown.pop(digest, None)
            if actor is not None:
                self._known[digest] = (until, actor)
                if len(self._known) > MOST_KEYS:
                    self._known.popitem(last=False)
            else:
                self._unknown[digest] = until
                if len(self._unknown) > MOST_UNKNOWN:
                    self._unknown.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._known.clear()
            self._unknown.clear()

    def __len__(self) -> int:
        return len(self._known) + len(self._unknown)


_memory = _Memory()


def clear_key_memory() -> None:
    """Forget every key in this process (after a revocation, and between tests)."""
    _memory.clear()


def actor_of_key(token: str, *, now: datetime | None = None) -> Actor | None:
    """The actor of a key's token; None when unknown, expired or revoked. At most one query in ``KEY_MEMORY`` seconds.

    ``now`` is for tests; the door reads the clock.
    """
    prefix = tokens.prefix_of(token)
    if prefix is None:
        return None
    digest = hashlib.sha256(token.encode()).digest()
    clock = time.monotonic()
    remembered, actor = _memory.get(digest, clock)
    if not remembered:
        now = now or timezone.now()
        actor, seconds = _look_up(prefix, digest, now)
        _memory.put(digest, actor, clock + seconds)
    return actor


class _KeyRow(NamedTuple):
    """A key joined with one of its grants; ``role`` and what follows are None when it has none."""

    id: UUID
    label: str
    hash: bytes
    expires_at: datetime
    revoked_at: datetime | None
    latest_used_at: datetime | None
    role: str | None
    facility_id: int | None
    area_id: int | None
    valid_from: date
    valid_to: date | None


def _look_up(prefix: str, digest: bytes, now: datetime) -> tuple[Actor | None, float]:
    """(the actor, seconds to remember it). Named SQL: every process asks for every key twice a minute."""
    with connection.cursor() as cursor:
        cursor.execute(load("access", "key_of_prefix"), [prefix])
        rows = [_KeyRow(*row) for row in cursor.fetchall()]
        if not rows or not hmac.compare_digest(bytes(rows[0].hash), digest):
            return None, KEY_MEMORY
        key = rows[0]
        if key.revoked_at is not None or key.expires_at <= now:
            return None, KEY_MEMORY
        if key.latest_used_at is None or key.latest_used_at <= now - USE_NOTED_EVERY:
            cursor.execute(load("access", "note_key_use"), [now, key.id, now - USE_NOTED_EVERY])
    today = timezone.localdate(now)
    grants = tuple(
        GrantFact(Role(row.role), row.facility_id, row.area_id)
        for row in rows
        if row.role is not None and in_force(row.valid_from, row.valid_to, today)
    )
    seconds_left = (key.expires_at - now).total_seconds()
    return Actor(key.id, "key", key.label, grants), min(KEY_MEMORY, seconds_left)
