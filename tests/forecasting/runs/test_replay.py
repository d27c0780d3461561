"""The wave of 2021 through a whole run: real engines, real tables."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lachan.forecasting import operations
from lachan.forecasting.facts import REPLAY, Status

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2021, 9, 6, 2, 0, tzinfo=UTC)


def test_a_day_of_the_wave_is_made_and_published(reference: None) -> None:
    made = operations.run(REPLAY, date(2021, 9, 5), now=NOW, say=lambda *what: print(what, datetime.now().time()))
    assert made.status is Status.PUBLISHED, made
