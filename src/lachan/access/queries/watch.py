"""For the auditor: looks found, alerts, limits, names kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.models import Alert, Grant, KnownName
from lachan.access.queries.core import MOST_ROWS, LookFact, labels, within
from lachan.kernel.statements import load

MOST_EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class LookWish:
    """What an auditor looks for; None and "" do not narrow."""

    since: datetime
    until: datetime
    actor_id: UUID | None = None
    person_id: UUID | None = None
    purpose: str = ""
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class AlertFact:
    """An alert with the name of whoever looked."""

    row: Alert
    label: str
    answered_by: str


def find_looks(actor: Actor, wish: LookWish, limit: int = 50) -> list[LookFact]:
    """Looks of those within the auditor's area, newest first. Four statements."""
    lookers = _lookers(actor)
    wanted = [wish.actor_id] if wish.actor_id is not None else None
    if lookers is not None:
        wanted = [one for one in wanted or sorted(lookers) if one in lookers]
    with connection.cursor() as cursor:
        cursor.execute(
            load("access", "find_looks"),
            [wanted, wanted, wish.person_id, wish.person_id, wish.since, wish.until, wish.purpose, wish.purpose,
             wish.before, wish.before, min(limit, MOST_EXPORTED)],
        )  # fmt: skip
        rows = cursor.fetchall()
    names = labels({row[2] for row in rows})
    return [
        LookFact(look_id, person_id, actor_id, names.get(actor_id, ""), purpose, what, at)
        for look_id, person_id, actor_id, purpose, what, at in rows
    ]


def _lookers(actor: Actor) -> set[UUID] | None:
    """Users and keys that hold or held something within the auditor's area; None: everybody."""
    held = within(actor, "watch.read")
    if held is None:
        return None
    rows = Grant.objects.filter(held).values_list("user_id", "api_key_id")
    return {one for pair in rows for one in pair if one is not None}


def open_alerts(actor: Actor, limit: int = 50) -> list[AlertFact]:
    """Alerts nobody answered, the newest first, within the auditor's area. Three statements."""
    return _alerts(actor, False, limit)


def answered_alerts(actor: Actor, limit: int = 50) -> list[AlertFact]:
    """Alerts that were answered, the latest first."""
    return _alerts(actor, True, limit)


def _alerts(actor: Actor, answered: bool, limit: int) -> list[AlertFact]:
    rows = Alert.objects.filter(answered_at__isnull=not answered).order_by("-answered_at", "-day", "-raised_at")
    lookers = _lookers(actor)
    if lookers is not None:
        rows = rows.filter(watched_id__in=lookers)
    found = list(rows[: min(limit, MOST_ROWS)])
    names = labels({who for row in found for who in (row.watched_id, row.answered_by) if who is not None})
    return [
        AlertFact(row, names.get(row.watched_id, ""), names.get(row.answered_by, "") if row.answered_by else "")
        for row in found
    ]


def names_kept(actor: Actor) -> list[KnownName]:
    """The auditor's list, for those of the whole nation only: it says who is worth a curious look."""
    if scopes.area_ids(actor, "watch.keep") is not None:
        return []
    return list(KnownName.objects.filter(removed_at=None).order_by("-added_at")[:MOST_ROWS])
