"""Places recent cases shared before they fell ill, found from visits; and places with exposure within my areas."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from lachan.kernel.ids import new_id
from lachan.tracing import answers
from lachan.tracing.models import CaseStay
from lachan.tracing.outbreak import exposure
from lachan.tracing.visits.subjects import subject_of
from tests.tracing.answers.conftest import own_store as own_store
from tests.tracing.answers.writing import DAY, HOUR, Visit, ensure_days, write
from tests.tracing.work.conftest import Ward

ONSET = (DAY - date(1970, 1, 1)).days
PARTY, MARKET = 501, 502


@pytest.fixture
def people(own_store: Any) -> list[UUID]:
    ensure_days(range(-22, 2))
    return [uuid4() for _ in range(6)]


def hour(place: int, subject: int, days: float) -> Visit:
    """An hour there, so many days before the onset."""
    start = int(-days * 86_400)
    return place, subject, start, start + HOUR


def shared(people: list[UUID], more: list[Visit]) -> exposure.SharedPlaces:
    """Six cases, all at the party and the market five days before; 400 others at the market and somewhere else."""
    own = subject_of(people)
    visits = [hour(place, own[person], days) for person in people for place, days in ((PARTY, 5.0), (MARKET, 5.5))]
    visits += [hour(MARKET, 1_000 + n, 5.0) for n in range(400)]
    visits += [hour(600 + n % 50, 1_000 + n, 6.0) for n in range(400)]
    write(visits + more)
    answers.store().refresh(at_least_every=0)
    return exposure.shared_places(people, np.full(len(people), float(ONSET)))


def test_a_party_says_more_than_the_market_everybody_goes_to(people: list[UUID]) -> None:
    found = shared(people, [])
    assert found.looked == 6
    assert found.found.place.tolist() == [PARTY, MARKET]
    party, market = (int(np.flatnonzero(found.found.place == place)[0]) for place in (PARTY, MARKET))
    assert found.found.q[party] < exposure.SURE < found.found.q[market]
    assert found.found.expected[market] > 3 > 1 > found.found.expected[party]
    assert found.members[party] == (0, 1, 2, 3, 4, 5)
    assert set(found.presence().place.tolist()) == {PARTY}


def test_what_was_too_late_or_too_early_is_no_source(people: list[UUID]) -> None:
    own = subject_of(people)
    late = [hour(place, own[person], days) for person in people for place, days in ((700, 1.0), (701, 20.0))]
    assert not {700, 701} & set(shared(people, late).found.place.tolist())


def test_no_case_and_no_visit(people: list[UUID]) -> None:
    assert exposure.shared_places([], np.empty(0)).looked == 0
    assert exposure.shared_places(people, np.full(6, np.nan)).looked == 0
    assert len(exposure.shared_places(people, np.full(6, float(ONSET))).found.place) == 0


def test_places_with_exposure_within_my_areas(ward: Ward) -> None:
    now = datetime(2021, 10, 16, 9, tzinfo=UTC)
    for place, area, days in ((1, ward.here, 1), (1, ward.here, 2), (2, ward.there, 1), (3, ward.here, 20)):
        at = now - timedelta(days=days)
        CaseStay.objects.create(
            place_id=place, case_id=new_id(), person_id=uuid4(), disease="covid-19", t_in=at, noted_at=at, others=5,
            t_out=at + timedelta(hours=1), listed=2, area_id=area,
        )  # fmt: skip
    [mine] = exposure.places_exposed([ward.here], now)
    assert (mine.place_id, mine.cases, mine.others, mine.listed, mine.untold) == (1, 2, 10, 4, 2)
    assert {one.place_id for one in exposure.places_exposed(None, now)} == {1, 2}
    assert exposure.places_exposed([], now) == []
    assert {(one.area_id, one.places, one.untold) for one in exposure.by_area(None, now)} == {
        (ward.here, 1, 1), (ward.there, 1, 1)
    }  # fmt: skip
