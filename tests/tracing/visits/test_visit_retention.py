"""Days are dropped when the legal period is over, with all that belongs to them, and what was dropped is proved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lachan.access.actors import Actor
from lachan.kernel.database import hot_cursor
from lachan.tracing.models import Deletion
from lachan.tracing.visits import partitions, retention, subjects

from .conftest import NOW, Town, number, person, rows, scan, send

DAY = 86_400
ACTOR = Actor.system("retention")


@pytest.fixture
def three_weeks(town: Town) -> Town:
    """Visits of today and of the oldest day that may still come in; tomorrow that one is due."""
    with hot_cursor() as cursor:
        partitions.ensure_around(cursor, NOW.date(), back=21)
    send(scan(town.market, -21 * DAY, whose=number("079080000005")), scan(town.bar, -21 * DAY - 3_600))
    send(scan(town.market, -600))
    send(scan(town.far, 3_000_000))  # refused
    return town


def test_nothing_goes_before_its_time(three_weeks: Town) -> None:
    retention.drop_due(NOW, actor=ACTOR)  # days of before the fixture
    assert rows("SELECT count(*) FROM tracing_visit") == [(3,)]
    kept = {day.day: day for day in retention.status(NOW)}
    oldest = NOW.date() - timedelta(days=21)
    assert kept[oldest].rows == 2
    assert not kept[oldest].due
    assert min(kept) == oldest


def test_a_day_that_is_over_goes_whole_and_leaves_a_proof(three_weeks: Town) -> None:
    retention.drop_due(NOW, actor=ACTOR)
    tomorrow = NOW + timedelta(days=1)
    [proof] = retention.drop_due(tomorrow, actor=ACTOR)
    assert (proof.day, proof.rows, proof.venues) == (NOW.date() - timedelta(days=21), 2, 2)
    assert proof.subjects == 1, "whoever was seen today is still known"
    assert rows("SELECT count(*) FROM tracing_visit") == [(1,)]
    assert rows("SELECT count(*) FROM tracing_subject") == [(1,)]
    assert rows("SELECT count(*) FROM kernel_journal WHERE verb = 'visits.deleted'")[0][0] >= 1
    checked = retention.check()
    assert checked.broken is None
    assert checked.standing == []
    [late] = send(scan(three_weeks.market, -21 * DAY), now=tomorrow)
    assert late.reason == "visit_too_old", "what is gone does not come back by a late device"


def test_a_proof_that_was_changed_or_taken_out_is_seen(three_weeks: Town) -> None:
    for days in (1, 2, 3):
        retention.drop_due(NOW + timedelta(days=days), actor=ACTOR)
    assert retention.check().broken is None
    first, second, *_ = Deletion.objects.order_by("dropped_at", "day")
    Deletion.objects.filter(day=first.day).update(rows=first.rows + 1)
    assert retention.check().broken == first.day
    Deletion.objects.filter(day=first.day).update(rows=first.rows)
    assert retention.check().broken is None
    Deletion.objects.filter(day=second.day).delete()
    assert retention.check().broken is not None


def test_the_end_of_the_chain_cannot_be_cut_off(three_weeks: Town) -> None:
    for days in (1, 2, 3):
        retention.drop_due(NOW + timedelta(days=days), actor=ACTOR)
    assert retention.check().broken is None
    last = Deletion.objects.order_by("-dropped_at", "-day")[0]
    Deletion.objects.filter(day=last.day).delete()
    assert retention.check().broken == last.day


def test_a_day_said_to_be_gone_that_is_there_is_seen(three_weeks: Town) -> None:
    [*_, proof] = retention.drop_due(NOW + timedelta(days=1), actor=ACTOR)
    with hot_cursor() as cursor:
        cursor.execute("SELECT tracing_ensure_visit_day(%s::date)", [proof.day])
    assert retention.check().standing == [proof.day]


def test_a_pseudonym_that_came_by_no_door_goes_as_well_when_nothing_needs_it(three_weeks: Town) -> None:
    friend, other = person("079080000031"), person("079080000032")
    with hot_cursor() as cursor:
        both = subjects.keep_persons(cursor, [friend, other])
        cursor.execute(
            "UPDATE tracing_subject SET seen_at = %s WHERE t_in IS NULL", [NOW - timedelta(days=21, hours=13)]
        )
        subjects.keep_persons(cursor, [other])  # their telephone asked for ids today
    retention.drop_due(NOW + timedelta(days=1), actor=ACTOR)
    kept = {subject for (subject,) in rows("SELECT subject FROM tracing_subject")}
    assert both[friend] not in kept
    assert both[other] in kept
