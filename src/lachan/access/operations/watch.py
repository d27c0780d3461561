"""Looks of a day held against the rules; alerts answered; limits and known names set by the auditor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from lachan.access import scopes
from lachan.access.actors import Actor, actor_of_user
from lachan.access.models import Alert, Grant, KnownName, Limit, User
from lachan.access.operations._common import write_journal
from lachan.access.rules import STATION_ROLES, Role, may
from lachan.access.watching.rules import LIMITS, Day, Finding, Seen, findings
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.statements import load

Residences = Callable[[Iterable[UUID]], Mapping[UUID, int | None]]
USUAL_DAYS: Final = 28
WORTH_ASKING: Final = 20  # persons in a day below which no rule of numbers looks closer
MOST_PEERS: Final = 500
# A list that shows names is a look too, but nobody opened a record.
_LISTED: Final = frozenset({"search", "possible match", "reactions", "contact"})
_residences: list[Residences] = []


def residences_from(source: Residences) -> None:
    """Where persons live, from the room of people (``config/wiring.py``): this room stands below it."""
    _residences[:] = [source]


def watch(day: date, *, now: datetime) -> int:
    """Hold the looks of a local day against the rules; alerts are raised or brought up to date. The number of alerts of
    the day that are open. Safe to repeat: an answered alert stays answered."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    limits = limits_on(day)
    known = set(KnownName.objects.filter(removed_at=None).values_list("person_id", flat=True))
    looks = _looks(begin, known)
    users = {user.id: user for user in User.objects.filter(id__in=looks)}
    actors = {user.id: actor_of_user(user.id, user.label(), today=day) for user in users.values()}
    counts = _counts(set(looks) | _peers(actors, day), begin)
    roles = _roles(counts, day)
    for looker, seen in looks.items():
        actor = actors.get(looker) or Actor(looker, "key", "", ())
        found = findings(_day(actor, seen, known, counts, roles, day, begin), limits)
        _keep(looker, day, found, now)
    return Alert.objects.filter(day=day, answered_at=None).count()


def _looks(begin: datetime, known: Collection[UUID]) -> dict[UUID, list[Seen]]:
    found: dict[UUID, list[Seen]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(load("access", "looks_of_day"), [begin, begin + timedelta(days=1), WORTH_ASKING, list(known)])
        for actor_id, person_id, at, what in cursor.fetchall():
            found[actor_id].append(Seen(person_id, at, what not in _LISTED))
    return found


def _peers(actors: Mapping[UUID, Actor], day: date) -> set[UUID]:
    """Others with a role that one of the lookers holds, at most ``MOST_PEERS``: a sample is enough for a median."""
    wanted = {role for actor in actors.values() for role in actor.roles}
    rows = Grant.objects.in_force(day).filter(role__in=wanted).exclude(user=None).order_by("user_id")
    return {row for row in rows.values_list("user_id", flat=True).distinct()[:MOST_PEERS] if row is not None}


def _roles(users: Iterable[UUID], day: date) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for user_id, role in Grant.objects.in_force(day).filter(user_id__in=list(users)).values_list("user_id", "role"):
        if user_id is not None:
            found[user_id].add(role)
    return found


def _counts(lookers: Collection[UUID], begin: datetime) -> dict[UUID, dict[date, int]]:
    found: dict[UUID, dict[date, int]] = defaultdict(dict)
    zone = str(timezone.get_default_timezone())
    since = begin - timedelta(days=USUAL_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(load("access", "persons_looked_at"), [zone, list(lookers), since, begin + timedelta(days=1)])
        for actor_id, day, count in cursor.fetchall():
            found[actor_id][day] = count
    return found


def _day(
    actor: Actor, seen: list[Seen], known: Collection[UUID], counts: Mapping[UUID, Mapping[date, int]],
    roles: Mapping[UUID, set[str]], day: date, begin: datetime,
) -> Day:  # fmt: skip
    people = {look.person_id for look in seen}
    touched = journal.touched(actor.id, people, begin, begin + timedelta(days=1), but="person.looked")
    mine = roles.get(actor.id, set())
    peers = [days[day] for other, days in counts.items() if other != actor.id and day in days and roles[other] & mine]
    usual = [count for when, count in counts.get(actor.id, {}).items() if when < day]
    acts = bool(mine) and mine <= {role.value for role in STATION_ROLES | {Role.COMMUNE_OFFICER}}
    return Day(seen, touched, _outside(actor, people), known, usual, peers, acts)


def _outside(actor: Actor, people: Collection[UUID]) -> set[UUID]:
    """Those who live outside the areas whose residents the actor may look up; nobody for a key, which looks up none."""
    areas = scopes.area_ids(actor, "person.search")
    if areas is None or actor.kind != "user" or not _residences:
        return set()
    return {person for person, area in _residences[0](people).items() if area is not None and area not in areas}


def _keep(looker: UUID, day: date, found: list[Finding], now: datetime) -> None:
    for finding in found:
        alert, new = Alert.objects.get_or_create(
            watched_id=looker, rule=finding.rule, day=day, defaults={"evidence": finding.evidence, "raised_at": now}
        )
        if not new and alert.answered_at is None and alert.evidence != finding.evidence:
            alert.evidence = finding.evidence
            alert.save(update_fields=["evidence"])


def limits_on(day: date) -> dict[str, float]:
    """Every limit as it holds on a day: the latest the auditor set by then, else as shipped. One statement."""
    held = {name: shipped for name, (shipped, _, _) in LIMITS.items()}
    rows = Limit.objects.filter(valid_from__lte=day).order_by("valid_from")
    return held | dict(rows.values_list("name", "value"))


def set_limit(name: str, value: float, *, actor: Actor, now: datetime) -> Outcome:
    """A limit from today on. Refusals: not_allowed, limit_out_of_range."""
    if not may(actor, "watch.keep"):
        return Outcome(REFUSED, "not_allowed")
    _, low, high = LIMITS.get(name, (0, 1, 0))
    if not low <= value <= high:
        return Outcome(REFUSED, "limit_out_of_range", params={"low": low, "high": high})
    today = timezone.localdate(now)
    with hot_cursor() as cursor:
        row, _ = Limit.objects.update_or_create(
            name=name, valid_from=today, defaults={"value": value, "set_by": actor.id, "set_at": now}
        )
        write_journal(cursor, actor, now, [("watch.limit_set", row.id, {"name": name, "value": value})])
    return Outcome(ACCEPTED, id=row.id)


def answer(alert_id: UUID, words: str, *, actor: Actor, now: datetime) -> Outcome:
    """Say what came of an alert. Refusals: not_allowed, unknown_alert, own_account, reason_missing."""
    if not may(actor, "watch.keep"):
        return Outcome(REFUSED, "not_allowed")
    if not words.strip():
        return Outcome(REFUSED, "reason_missing")
    with hot_cursor() as cursor:
        alert = Alert.objects.select_for_update().filter(id=alert_id).first()
        if alert is None:
            return Outcome(REFUSED, "unknown_alert")
        if alert.watched_id == actor.id:
            return Outcome(REFUSED, "own_account")  # another auditor answers
        if alert.answered_at is not None:
            return Outcome(DUPLICATE, id=alert_id)
        alert.answered_at, alert.answered_by, alert.answer = now, actor.id, words.strip()[:500]
        alert.save()
        write_journal(cursor, actor, now, [("watch.alert_answered", alert.watched_id, _body(alert))])
    return Outcome(ACCEPTED, id=alert_id)


def _body(alert: Alert) -> dict[str, Any]:
    return {"alert": str(alert.id), "rule": alert.rule, "day": str(alert.day)}


def keep_name(person_id: UUID, note: str, *, actor: Actor, now: datetime) -> Outcome:
    """Keep an eye on a person's record. Refusal: not_allowed."""
    if not may(actor, "watch.keep"):
        return Outcome(REFUSED, "not_allowed")
    with hot_cursor() as cursor:
        if KnownName.objects.filter(person_id=person_id, removed_at=None).exists():
            return Outcome(DUPLICATE)
        row = KnownName.objects.create(person_id=person_id, note=note.strip()[:200], added_by=actor.id, added_at=now)
        write_journal(cursor, actor, now, [("watch.name_kept", row.id, {})])
    return Outcome(ACCEPTED, id=row.id)


def drop_name(row_id: UUID, *, actor: Actor, now: datetime) -> Outcome:
    """Take a person off the list. Refusal: not_allowed."""
    if not may(actor, "watch.keep"):
        return Outcome(REFUSED, "not_allowed")
    with hot_cursor() as cursor:
        if not KnownName.objects.filter(id=row_id, removed_at=None).update(removed_at=now):
            return Outcome(DUPLICATE, id=row_id)
        write_journal(cursor, actor, now, [("watch.name_dropped", row_id, {})])
    return Outcome(ACCEPTED, id=row_id)
