"""The wave of 2021 through whole runs, a week apart: announced figures, the map of then, scored by the next run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from lachan.access.actors import Actor
from lachan.forecasting import operations, queries
from lachan.forecasting.facts import REPLAY, CannotSay, Published, Status
from lachan.forecasting.replay import series
from lachan.forecasting.sources import known_on
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

from .conftest import patient

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = date(2021, 8, 8)


def test_what_came_later_is_in_no_figure_of_then(reference: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure a run sees stands in its digest; of the same figures it makes the same forecasts."""
    then = known_on(REPLAY, DAY)
    assert then is not None
    whole, last = series._whole(), np.datetime64(DAY, "D")
    spoilt = {
        name: series.Daily(name, one.locations, one.days, np.where(one.days > last, 1e6, one.values))
        for name, one in whole.items()
    }
    monkeypatch.setattr(series, "_whole", lambda: spoilt)
    again, next_day = known_on(REPLAY, DAY), known_on(REPLAY, DAY + timedelta(days=1))
    assert again is not None
    assert next_day is not None
    assert again.digest() == then.digest()
    assert next_day.daily["cases"].values.max() >= 1e6, "the day after sees it"


def test_two_weeks_of_the_wave(reference: None, minister: Actor) -> None:
    patient()
    for day in (DAY, DAY + timedelta(days=7)):
        run = operations.run(REPLAY, day, now=datetime(2021, 8, 20, 2, 0, tzinfo=UTC))
        assert run.status is Status.PUBLISHED, run
    saigon = places.area_at("79", 1, DAY)
    assert saigon is not None
    found = queries.latest(minister, saigon.id, source=REPLAY)
    assert isinstance(found, Published)
    assert found.run.as_of == DAY + timedelta(days=7)
    past = queries.past(minister, saigon.id, horizon=1, source=REPLAY)
    assert [week.band.day for week in past.weeks if week.truth is not None] == [DAY + timedelta(days=7)]
    rt = queries.rt(minister, saigon.id, source=REPLAY)
    assert not isinstance(rt, CannotSay)
    deaths = queries.latest(minister, COUNTRY_ID, "deaths", source=REPLAY)
    assert isinstance(deaths, Published), "deaths were announced for the nation"
    assert queries.latest(minister, saigon.id, "deaths", source=REPLAY) == CannotSay("not_measured")
    assert queries.nowcast(minister, saigon.id, source=REPLAY) == CannotSay("not_measured"), "no later versions kept"
    assert queries.latest(minister, COUNTRY_ID) == CannotSay("nothing_published"), "the register has said nothing"
