"""The places of the story: Bến Nghé's station in Quận 1, and a station in another district of the same city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

import pytest
from django.contrib.auth.hashers import make_password

from lachan.access import operations, scopes
from lachan.access.actors import Actor, actor_of_user, clear_key_memory
from lachan.access.models import User
from lachan.access.rules import Role
from lachan.places import queries as places

NOW = datetime(2021, 10, 16, 1, 30, tzinfo=UTC)  # half past eight in the morning in Vietnam
TODAY = date(2021, 10, 16)
PASSWORD = "quả-xoài-chín-vàng"


@dataclass(frozen=True)
class Story:
    station: int  # Bến Nghé, Quận 1
    elsewhere: int  # a station of Quận Bình Thạnh
    commune: int  # Bến Nghé
    district: int  # Quận 1
    other_district: int  # Bình Thạnh
    other_commune: int  # a commune of Bình Thạnh
    province: int  # TP Hồ Chí Minh
    hanoi: int


@pytest.fixture
def story(db: None, reference: object) -> Story:
    def area(code: str, level: int) -> int:
        found = places.area_at(code, level, TODAY)
        assert found is not None, code
        return found.id

    def station(commune: int) -> int:
        rows = places.facilities(places.facilities_in(commune))
        return next(row.id for row in rows if row.kind == "station" and row.area_id == commune)

    return Story(
        station=station(area("26740", 3)),
        elsewhere=station(area("26905", 3)),
        commune=area("26740", 3),
        district=area("760", 2),
        other_district=area("765", 2),
        other_commune=area("26905", 3),
        province=area("79", 1),
        hanoi=area("01", 1),
    )


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process remembers between requests must not leak from one test into the next."""
    clear_key_memory()
    scopes.forget()


@pytest.fixture
def root() -> Actor:
    return Actor.system("tests")


@cache
def _hash() -> str:
    """Of ``PASSWORD``, made once: a hash is meant to be slow."""
    return make_password(PASSWORD)


@dataclass(frozen=True)
class Staff:
    """Opens accounts with roles, the way an administrator does."""

    root: Actor

    def user(
        self, username: str, *roles: Role, facility: int | None = None, area: int | None = None, language: str = "vi"
    ) -> UUID:
        item = operations.NewUser(username, f"Người {username}", language=language)
        [outcome] = operations.create_users([item], actor=self.root, now=NOW)
        assert outcome.id is not None, outcome
        User.objects.filter(id=outcome.id).update(password=_hash())
        grants = [operations.NewGrant(role, user_id=outcome.id, facility_id=facility, area_id=area) for role in roles]
        given = operations.grant(grants, actor=self.root, now=NOW)
        assert all(item.reason is None for item in given), given
        return outcome.id

    def actor(self, username: str, *roles: Role, facility: int | None = None, area: int | None = None) -> Actor:
        return actor_of_user(self.user(username, *roles, facility=facility, area=area), username, today=TODAY)


@pytest.fixture
def staff(story: Story, root: Actor) -> Staff:
    return Staff(root)
