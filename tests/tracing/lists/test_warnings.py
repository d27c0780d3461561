"""Places where a case was are told the day and what to do, once, never who; those without a telephone are called."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lachan.immunization.messaging import Outgoing
from lachan.immunization.messaging.port import RETRY, SENT, Result
from lachan.kernel.database import hot_cursor
from lachan.places.venues import queries as venue_queries
from lachan.places.venues.operations import VenueChange, change_venues
from lachan.tracing.engine.rules import ZONE
from lachan.tracing.lists import warnings
from lachan.tracing.models import CaseStay

from .conftest import ACTOR, NOW, Town, ago

pytestmark = pytest.mark.slow
NOON = datetime.now(ZONE).replace(hour=12, minute=0, second=0)


class Way:
    """A gateway that keeps what it was given."""

    def __init__(self, status: str = SENT) -> None:
        self.status, self.sent = status, list[Outgoing]()

    def send(self, batch: list[Outgoing]) -> list[Result]:
        self.sent += batch
        return [Result(self.status) for _ in batch]


def test_the_staff_of_a_place_is_told_once_and_never_of_whom(town: Town) -> None:
    with hot_cursor() as cursor:
        change = VenueChange(town.bar, phone="0912345678")
        [changed] = change_venues(cursor, [change], actor_id=ACTOR.id, now=NOW)
    assert changed.reason is None, changed
    venue_queries.forget()
    ill, beside = town.person("Nguyễn Thị Bệnh"), town.person("Người Gần")
    for place in (town.bar, town.school):
        town.stay(ill, place, ago(hours=20 if place == town.bar else 10), 60)
    town.stay(beside, town.bar, ago(hours=20), 60)
    town.result(ill)
    town.follow()
    night, way = Way(), Way()
    assert warnings.tell_places(night, now=NOON.replace(hour=23)) == 0
    assert warnings.tell_places(Way(RETRY), now=NOON) == 0
    assert warnings.tell_places(way, now=NOON) == 1
    [message] = way.sent
    assert message.to.endswith("912345678")
    assert "Quán bar Lá" in message.text
    assert "Bệnh" not in message.text.replace("bệnh truyền nhiễm", "")
    assert warnings.tell_places(way, now=NOON + timedelta(minutes=1)) == 0
    [waiting] = warnings.places_to_warn(None, NOW)
    assert (waiting.place_id, waiting.stays) == (town.school, 1)
    assert warnings.places_to_warn([1], NOW) == []
    assert warnings.told_by_hand(town.school, [1], actor=ACTOR, now=NOW) == 0
    assert warnings.told_by_hand(town.school, None, actor=ACTOR, now=NOW) == 1
    assert warnings.places_to_warn(None, NOW) == []
    assert not CaseStay.objects.filter(warned_at=None).exists()
