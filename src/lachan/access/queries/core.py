"""Reads of access: who looked, who may sign in, which keys exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.models import ApiKey, Grant, Look, User
from lachan.access.rules import Role, in_force

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class LookFact:
    """Someone looked at a person's record. ``actor_label`` is "" for the house itself."""

    id: UUID
    person_id: UUID
    actor_id: UUID
    actor_label: str
    purpose: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant as administrators see it, past and revoked ones too."""

    id: UUID
    role: Role
    facility_id: int | None
    area_id: int | None
    valid_from: date
    valid_to: date | None
    revoked_at: datetime | None

    def in_force(self, on: date) -> bool:
        return self.revoked_at is None and in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class UserFact:
    id: UUID
    username: str
    display_name: str
    language: str
    active: bool
    latest_sign_in: datetime | None
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class KeyFact:
    """A key without its secret."""

    id: UUID
    prefix: str
    label: str
    kind: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    latest_used_at: datetime | None
    grants: tuple[GrantRow, ...]


def looks_at(person_id: UUID, limit: int = 50, before: UUID | None = None) -> list[LookFact]:
    """Who looked at this person, newest first; ``before``: id of the last look of the page before. Two statements,
    three when keys looked too."""
    return _looks(Look.objects.filter(person_id=person_id), limit, before)


def looks_by(actor_id: UUID, limit: int = 50, before: UUID | None = None) -> list[LookFact]:
    """At whom this user or key looked, newest first, for the auditor. Two statements, three for a key."""
    return _looks(Look.objects.filter(actor_id=actor_id), limit, before)


def _looks(rows: QuerySet[Look], limit: int, before: UUID | None) -> list[LookFact]:
    if before is not None:
        rows = rows.filter(id__lt=before)
    fields = ("id", "person_id", "actor_id", "purpose", "what", "at")
    found = list(rows.order_by("-id").values_list(*fields)[: min(limit, MOST_ROWS)])
    names = labels({row[2] for row in found})
    return [
        LookFact(look_id, person_id, actor_id, names.get(actor_id, ""), purpose, what, at)
        for look_id, person_id, actor_id, purpose, what, at in found
    ]


def labels(actor_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of users and keys, for people to read; ids of neither are left out. Two statements at most."""
    wanted = set(actor_ids)
    if not wanted:
        return {}
    found = {user.id: user.label() for user in User.objects.filter(id__in=wanted).only("username", "display_name")}
    rest = wanted - found.keys()
    if rest:
        found |= dict(ApiKey.objects.filter(id__in=rest).values_list("id", "label"))
    return found


def holdings(actor_ids: Iterable[UUID]) -> dict[UUID, tuple[GrantRow, ...]]:
    """What these users and keys hold or held; who is neither is left out. Two statements."""
    wanted = set(actor_ids)
    found = grants_by(Grant.objects.filter(user_id__in=wanted), "user_id")
    return found | grants_by(Grant.objects.filter(api_key_id__in=wanted), "api_key_id")


def users_in_scope(actor: Actor, limit: int = MOST_ROWS, after: str = "") -> list[UserFact]:
    """Users with a grant, past or present, within the actor's area, by user name. With the whole nation in scope also
    those who hold nothing yet. ``after``: user name that ended the page before. Two statements."""
    rows = User.objects.filter(username__gt=after)
    held = within(actor, "user.read", "user.manage")
    if held is not None:
        rows = rows.filter(id__in=Grant.objects.filter(held).values("user_id"))
    users = list(rows.order_by("username")[: min(limit, MOST_ROWS)])
    grants = grants_by(Grant.objects.filter(user_id__in=[user.id for user in users]), "user_id")
    return [user_fact(user, grants.get(user.id, ())) for user in users]


def user_by_name(username: str) -> UserFact | None:
    """One user by name in any case. Two statements."""
    user = User.objects.filter(username=username.lower()).first()
    if user is None:
        return None
    return user_fact(user, grants_by(Grant.objects.filter(user_id=user.id), "user_id").get(user.id, ()))


def keys_in_scope(actor: Actor, limit: int = MOST_ROWS, after: UUID | None = None) -> list[KeyFact]:
    """Keys that serve within the actor's area, in order of making. Two statements."""
    rows = ApiKey.objects.all()
    if after is not None:
        rows = rows.filter(id__gt=after)
    held = within(actor, "key.manage")
    if held is not None:
        rows = rows.filter(id__in=Grant.objects.filter(held).values("api_key_id"))
    return _key_facts(list(rows.order_by("id")[: min(limit, MOST_ROWS)]))


def key_by_prefix(prefix: str) -> KeyFact | None:
    """One key by the prefix that may be shown. Two statements."""
    facts = _key_facts(list(ApiKey.objects.filter(prefix=prefix)))
    return facts[0] if facts else None


def within(actor: Actor, *verbs: str) -> Q | None:
    """The condition on grants that lie in the places where the actor may do one of ``verbs``; None: everywhere."""
    condition = Q(pk__in=[])
    for verb in verbs:
        areas, facilities = scopes.area_array(actor, verb), scopes.facility_array(actor, verb)
        if areas is None or facilities is None:
            return None
        condition |= Q(area_id__in=areas) | Q(facility_id__in=facilities)
    return condition


def grants_by(rows: QuerySet[Grant], holder: str) -> dict[UUID, tuple[GrantRow, ...]]:
    found: dict[UUID, tuple[GrantRow, ...]] = {}
    for row in rows.order_by("id"):
        fact = GrantRow(
            row.id, Role(row.role), row.facility_id, row.area_id, row.valid_from, row.valid_to, row.revoked_at
        )
        found[getattr(row, holder)] = (*found.get(getattr(row, holder), ()), fact)
    return found


def user_fact(user: User, grants: tuple[GrantRow, ...]) -> UserFact:
    return UserFact(user.id, user.username, user.display_name, user.language, user.is_active, user.last_login, grants)


def _key_facts(keys: Sequence[ApiKey]) -> list[KeyFact]:
    grants = grants_by(Grant.objects.filter(api_key_id__in=[key.id for key in keys]), "api_key_id")
    return [
        KeyFact(
            key.id, key.prefix, key.label, key.kind, key.created_at, key.expires_at, key.revoked_at,
            key.latest_used_at, grants.get(key.id, ()),
        )
        for key in keys
    ]  # fmt: skip
