"""Pages as the people of the demonstration see them. The front end must be built (``make test`` does it)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lachan.access import operations, scopes
from lachan.access.models import User
from lachan.web import build
from tests.tracing.work.conftest import Ward, make_ward

from .board_days import Day

SignedIn = Callable[[str], Client]


@pytest.fixture(scope="session", autouse=True)
def _front_end() -> None:
    build.build()


@pytest.fixture
def cast(db: None, reference: object) -> None:
    """One user for each role, at the places of the story."""
    scopes.forget()
    cache.clear()
    operations.create_demo_users(timezone.now())


@pytest.fixture
def signed_in(cast: None) -> SignedIn:
    """A client signed in as one of the cast: nurse, head, commune, province, national, auditor, admin, …"""

    def sign_in(username: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(username=username))
        return client

    return sign_in


@pytest.fixture
def day(cast: None, story_station: int) -> Day:
    """An open session of today with stock, nobody in it yet."""
    return Day(story_station)


@pytest.fixture
def ward(cast: None) -> Ward:
    """Two communes of the story and people under watch in them, by the clock of today."""
    return make_ward(timezone.now())


@pytest.fixture
def nurse_page(signed_in: SignedIn) -> Client:
    return signed_in("nurse")


@pytest.fixture
def head_page(signed_in: SignedIn) -> Client:
    return signed_in("head")
