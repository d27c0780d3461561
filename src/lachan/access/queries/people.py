"""Users as administrators look for them; their sessions; what waits for a second administrator; what ends soon."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from lachan.access.actors import Actor
from lachan.access.models import Grant, Request, Session, Upload, User
from lachan.access.queries.core import MOST_ROWS, UserFact, grants_by, labels, user_fact, within
from lachan.access.rules import Role
from lachan.kernel.text import fold
from lachan.places import queries as places

WARN_BEFORE: Final = timedelta(days=14)  # a grant about to end is shown this long before


@dataclass(frozen=True, slots=True)
class UserWish:
    """What an administrator looks for. ``state``: "", open, closed, new (never signed in), without (no role today)."""

    text: str = ""
    role: str = ""
    area_id: int | None = None
    facility_id: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class SessionFact:
    id: UUID
    device: str
    begun_at: datetime | None
    seen_at: datetime | None
    current: bool


@dataclass(frozen=True, slots=True)
class RequestFact:
    """A question for a second administrator, or what became of it."""

    id: UUID
    kind: str
    user_id: UUID
    username: str
    display_name: str
    area_id: int | None
    reason: str
    asked_by: UUID
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DoneFact:
    """A request that was carried out. Labels are "" for the command line."""

    kind: str
    reason: str
    asked_by: str
    confirmed_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExpiringFact:
    """A grant that ends within the days of warning."""

    id: UUID
    user_id: UUID
    username: str
    display_name: str
    role: Role
    facility_id: int | None
    area_id: int | None
    valid_to: date


def find_users(
    actor: Actor, wish: UserWish, *, today: date, page: int = 1, size: int = 50
) -> tuple[list[UserFact], int]:
    """(users of one page by user name, how many there are in all) within the actor's area. Three statements.

    Whoever manages the whole nation also sees those who hold nothing.
    """
    rows = User.objects.all()
    held = within(actor, "user.read", "user.manage")
    if held is not None:
        rows = rows.filter(Exists(Grant.objects.filter(held, user_id=OuterRef("id"))))
    for word in fold(wish.text).split()[:6]:
        rows = rows.filter(search_name__contains=word)
    grants = Grant.objects.in_force(today).filter(user_id=OuterRef("id"))
    if wish.role:
        grants = grants.filter(role=wish.role)
    if wish.facility_id is not None:
        grants = grants.filter(facility_id=wish.facility_id)
    if wish.area_id is not None:
        inside = Q(area_id__in=places.areas_under(wish.area_id)) | Q(facility_id__in=places.facilities_in(wish.area_id))
        grants = grants.filter(inside)
    if wish.role or wish.facility_id is not None or wish.area_id is not None:
        rows = rows.filter(Exists(grants))
    if wish.state == "without":
        rows = rows.filter(~Exists(Grant.objects.in_force(today).filter(user_id=OuterRef("id"))))
    elif wish.state:
        rows = rows.filter(_STATES[wish.state])
    size = min(size, MOST_ROWS)
    users = list(rows.order_by("username")[(page - 1) * size : page * size])
    held_by = grants_by(Grant.objects.filter(user_id__in=[user.id for user in users]), "user_id")
    return [user_fact(user, held_by.get(user.id, ())) for user in users], rows.count()


def holders_by_area(role: Role, areas: Collection[int] | None, on: date) -> dict[int, int]:
    """How many people hold a role in force in each of these areas (None: wherever it is held). One statement."""
    held = Grant.objects.in_force(on).filter(role=role, area_id__isnull=False, user__is_active=True)
    if areas is not None:
        held = held.filter(area_id__in=areas)
    return dict(held.values_list("area_id").annotate(Count("user_id", distinct=True)))


_STATES: Final = {
    "open": Q(is_active=True),
    "closed": Q(is_active=False),
    "new": Q(last_login=None),
}


def user(user_id: UUID, actor: Actor) -> UserFact | None:
    """One user, when the actor may see them: something they hold or held lies within the actor's area, or the actor
    is of the nation, or it is the actor. Three statements."""
    row = User.objects.filter(id=user_id).first()
    if row is None:
        return None
    held = within(actor, "user.read", "user.manage")
    if held is not None and not Grant.objects.filter(held, user_id=user_id).exists():
        return None
    return user_fact(row, grants_by(Grant.objects.filter(user_id=user_id), "user_id").get(user_id, ()))


def sessions_of(user_id: UUID, now: datetime, current_key: str = "") -> list[SessionFact]:
    """Where this user is signed in, the latest work first. One statement."""
    from lachan.access.models.sessions import digest

    rows = Session.objects.filter(user_id=user_id, expire_date__gt=now).order_by("-seen_at", "session_key")[:MOST_ROWS]
    here = digest(current_key)
    return [SessionFact(row.id, row.device, row.begun_at, row.seen_at, row.session_key == here) for row in rows]


def open_requests(actor: Actor, now: datetime, user_id: UUID | None = None) -> list[RequestFact]:
    """What waits for a second administrator within the actor's area, the oldest first. One statement."""
    rows = Request.objects.filter(confirmed_at=None, withdrawn_at=None, expires_at__gt=now).select_related("user")
    held = within(actor, "user.manage")
    if held is not None:
        rows = rows.filter(Exists(Grant.objects.filter(held, user_id=OuterRef("user_id"))))
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    return [
        RequestFact(
            row.id, row.kind, row.user_id, row.user.username, row.user.label(), row.area_id, row.reason,
            row.asked_by, row.asked_at, row.expires_at,
        )
        for row in rows.order_by("asked_at")[:MOST_ROWS]
    ]  # fmt: skip


def expiring(actor: Actor | None, today: date, *, user_id: UUID | None = None) -> list[ExpiringFact]:
    """Grants of people that end within ``WARN_BEFORE``, the next to end first; ``actor`` None: everywhere (for the
    holder, with ``user_id``). One statement."""
    rows = Grant.objects.in_force(today).filter(valid_to__lte=today + WARN_BEFORE).exclude(user=None)
    held = within(actor, "user.read", "user.manage") if actor is not None else None
    if held is not None:
        rows = rows.filter(held)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    return [
        ExpiringFact(
            row.id, row.user_id, row.user.username, row.user.label(), Role(row.role), row.facility_id, row.area_id,
            row.valid_to,
        )
        for row in rows.select_related("user").order_by("valid_to", "id")[:MOST_ROWS]
        if row.user_id is not None and row.user is not None and row.valid_to is not None
    ]  # fmt: skip


def done_to(user_id: UUID, limit: int = 10) -> list[DoneFact]:
    """What two administrators did to this account, the latest first. Three statements at most."""
    rows = list(Request.objects.filter(user_id=user_id).exclude(confirmed_at=None).order_by("-id")[:limit])
    names = labels({who for row in rows for who in (row.asked_by, row.confirmed_by) if who is not None})
    return [
        DoneFact(row.kind, row.reason, names.get(row.asked_by, ""), names.get(row.confirmed_by, ""), row.confirmed_at)
        for row in rows
        if row.confirmed_by is not None and row.confirmed_at is not None
    ]


def email_of(user_id: UUID) -> str:
    """The address on file, for the page that corrects it."""
    return User.objects.filter(id=user_id).values_list("email", flat=True).first() or ""


def has_password(user_id: UUID) -> bool:
    """Whether the account has a password by which somebody could sign in."""
    row = User.objects.filter(id=user_id).only("password").first()
    return row is not None and row.has_usable_password()


def upload_of(upload_id: UUID, actor: Actor) -> Upload | None:
    """A staged file of the actor's own."""
    return Upload.objects.filter(id=upload_id, made_by=actor.id).first()
