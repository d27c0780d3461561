"""A station whose people get cards."""

from __future__ import annotations

import pytest
from django.utils import timezone

from lachan.certificates import keys
from tests.immunization.conftest import Station, make_station, stock_up


@pytest.fixture
def station(db: None, reference: None) -> Station:
    """With keys to sign with."""
    made = stock_up(make_station())
    keys.forget()
    keys.ensure(timezone.now())
    return made
