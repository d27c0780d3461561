"""What a person is told of a notice that is no longer true: that it was withdrawn and when, as long as it would have
held; never whoever has something to do still."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from lachan.tracing.engine.rules import ZONE
from lachan.tracing.lists.notice import notices_of, watched

from .conftest import NOW, Town, ago

pytestmark = pytest.mark.slow
TODAY = NOW.astimezone(ZONE).date()


def test_a_notice_that_was_withdrawn_is_told_until_its_last_day(town: Town) -> None:
    ill, beside = town.person("Nguyễn Thị Bệnh"), town.person("Trần Văn Gần")
    for one in (ill, beside):
        town.stay(one, town.bar, ago(hours=20), 60)
    result = town.result(ill)
    town.follow()
    [standing] = notices_of([beside], NOW)[beside]
    assert standing.withdrawn_on is None
    town.must("result.withdraw", result_id=str(result), person={"id": str(ill)}, reason="samples were exchanged")
    town.follow()
    [told] = notices_of([ill, beside], NOW)[beside]
    assert told.withdrawn_on in (TODAY, datetime.now(ZONE).date())
    assert (told.disease, told.until) == (standing.disease, standing.until)
    assert watched(beside, NOW) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT template FROM immunization_message WHERE person_id = %s ORDER BY template", [beside])
        assert [row[0] for row in cursor.fetchall()] == ["exposure_f1", "exposure_released"]
    after = datetime.combine(told.until, datetime.min.time(), ZONE)
    assert beside in notices_of([beside], after)
    assert notices_of([beside], after + timedelta(days=1)) == {}


def test_whoever_is_watched_again_or_ill_is_not_told_that_nothing_is_to_be_done(town: Town) -> None:
    first, second, again, sick = (town.person(name) for name in ("Ca Một", "Ca Hai", "Người Gần", "Người Bệnh"))
    for one in (first, again, sick):
        town.stay(one, town.bar, ago(hours=20), 60)
    result = town.result(first)
    town.follow()
    town.must("result.withdraw", result_id=str(result), person={"id": str(first)}, reason="samples were exchanged")
    town.follow()
    assert {one.withdrawn_on is None for found in notices_of([again, sick], NOW).values() for one in found} == {False}
    for one in (second, again):
        town.stay(one, town.school, ago(hours=10), 60)
    town.result(second)
    town.result(sick)
    town.follow()
    [standing] = notices_of([again, sick], NOW)[again]
    assert standing.withdrawn_on is None
    assert notices_of([sick], NOW) == {}
