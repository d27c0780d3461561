"""People under watch in two places, and those who lead the work there."""

from __future__ import annotations

import pytest

from lachan.access.actors import Actor
from lachan.access.rules import Role
from tests.tracing.work.conftest import Ward, ward

__all__ = ["ward"]


@pytest.fixture
def officer(ward: Ward) -> Actor:
    return ward.actor(Role.COMMUNE_OFFICER, ward.here)


@pytest.fixture
def nation(ward: Ward) -> Actor:
    return ward.actor(Role.NATIONAL_OFFICER, 1)
