"""People under watch in two places, and those who lead the work there."""

from __future__ import annotations

from datetime import date

import pytest

from lachan.access.actors import Actor
from lachan.access.rules import Role
from lachan.access.scopes import forget
from lachan.places import queries as places
from tests.tracing.work.conftest import Ward

MAP = date(2021, 10, 16)


@pytest.fixture
def ward(db: None, reference: None) -> Ward:
    forget()
    here, there = places.area_at("26740", 3, MAP), places.area_at("00166", 3, MAP)
    assert here is not None
    assert there is not None
    return Ward(here.id, there.id)


@pytest.fixture
def officer(ward: Ward) -> Actor:
    return ward.actor(Role.COMMUNE_OFFICER, ward.here)


@pytest.fixture
def nation(ward: Ward) -> Actor:
    return ward.actor(Role.NATIONAL_OFFICER, 1)
