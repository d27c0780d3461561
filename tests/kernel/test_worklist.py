"""What was refused or held stays until someone has dealt with it, once, and says how."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from lachan.kernel import commands as kernel
from lachan.kernel import journal, worklist
from lachan.kernel.commands import Command, Refusal, Worked
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED, Outcome
from lachan.kernel.worklist import Filter, Owners, Resolution

NOW = datetime(2021, 10, 16, 1, 30, tzinfo=UTC)
CLERK = new_id()
EVERYWHERE = Owners(None, None)

Keep = Callable[..., UUID]


def keep(
    reason: str = "lot_expired", owner: Refusal | None = None, *, held: bool = True, at: datetime = NOW, **body: str
) -> UUID:
    """A command that some room held or refused; returns its item."""
    command = Command(new_id(), "dose.record", at, body)
    outcome = Outcome(HELD if held else REFUSED, reason, None, {"lot": "FG3524"})
    kernel.run([command], lambda _cursor, _fresh: [Worked(outcome, owner or Refusal())], actor_id=CLERK, now=at)
    return worklist.left_by([command.id])[command.id]


@pytest.mark.django_db
def test_each_sees_the_items_of_their_facilities_and_of_areas_without_a_facility() -> None:
    mine = keep(owner=Refusal(7, 70))
    area_only = keep(owner=Refusal(None, 70))
    keep(owner=Refusal(8, 70))
    keep(owner=Refusal(None, 80))
    nobody = keep(owner=Refusal())
    assert {item.id for item in worklist.open_items(Owners([7], [70]))} == {mine, area_only}
    assert worklist.open_items(Owners([], [])) == []
    assert nobody in {item.id for item in worklist.open_items(EVERYWHERE)}
    assert worklist.items([mine, nobody], Owners([8], [80])) == {}


@pytest.mark.django_db
def test_what_names_no_place_belongs_to_the_senders_own() -> None:
    command = Command(new_id(), "dose.record", NOW, {"lot": "A"})
    changed = Command(command.id, "dose.record", NOW, {"lot": "B"})

    def refuse(_cursor: object, fresh: object) -> list[Worked]:
        return [Worked(Outcome(REFUSED, "unknown_verb"))]

    for sent in (command, changed):
        kernel.run([sent], refuse, actor_id=CLERK, now=NOW, home=Refusal(7, None))
    reasons = [item.reason for item in worklist.open_items(Owners([7], []))]
    assert sorted(reasons) == ["content_changed", "unknown_verb"]


@pytest.mark.django_db
def test_what_was_sent_is_given_back_as_it_was() -> None:
    item_id = keep(person="079180012345")
    item, command = worklist.items([item_id], EVERYWHERE)[item_id]
    assert (command.id, command.body, command.happened_at) == (item.command_id, {"person": "079180012345"}, NOW)
    assert item.params == {"lot": "FG3524"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM kernel_worklistitem")
        assert b"079180012345" not in bytes(cursor.fetchone()[0])


@pytest.mark.django_db
def test_filters_narrow_and_counts_say_how_many() -> None:
    keep("lot_expired")
    keep("too_young", held=False)
    old = keep("lot_expired", at=NOW - timedelta(days=5))
    assert {(count.kind, count.reason, count.count) for count in worklist.counts(EVERYWHERE)} == {
        ("held", "lot_expired", 2),
        ("refused", "too_young", 1),
    }
    assert len(worklist.open_items(EVERYWHERE, Filter(kind="refused"))) == 1
    assert len(worklist.open_items(EVERYWHERE, Filter(reason="lot_expired"))) == 2
    assert [item.id for item in worklist.open_items(EVERYWHERE, Filter(until=NOW - timedelta(days=3)))] == [old]


@pytest.mark.django_db
def test_pages_follow_each_other() -> None:
    made = [keep(at=NOW + timedelta(minutes=minute)) for minute in range(5)]
    seen: list[UUID] = []
    before = None
    while page := worklist.open_items(EVERYWHERE, before=before, limit=2):
        seen += [item.id for item in page]
        before = (page[-1].created_at, page[-1].id)
    assert seen == made[::-1]


@pytest.mark.django_db
def test_dealing_with_several_says_for_each_what_came_of_it() -> None:
    first, second = keep(), keep()
    by = new_id()
    outcomes = worklist.resolve(
        [
            Resolution(first, "resent", "", by), Resolution(second, "dismissed", "ok"),
            Resolution(new_id(), "dismissed", "gone"),
        ],
        actor_id=CLERK, now=NOW,
    )  # fmt: skip
    assert [(outcome.status, outcome.reason) for outcome in outcomes] == [
        (ACCEPTED, None), (REFUSED, "note_missing"), (REFUSED, "item_unknown"),
    ]  # fmt: skip
    assert [item.id for item in worklist.open_items(EVERYWHERE)] == [second]
    [done] = worklist.resolved_items(EVERYWHERE)
    assert (done.id, done.resolution, done.resolved_by) == (first, "resent", CLERK)
    [entry] = journal.history(first)
    assert entry.verb == "worklist.resolved"
    assert entry.body["by_command"] == str(by)


@pytest.mark.django_db
def test_an_item_is_dealt_with_once_and_an_attempt_is_no_history() -> None:
    item = keep()
    dismissed = Resolution(item, "dismissed", "twice on paper")
    [first] = worklist.resolve([dismissed], actor_id=CLERK, now=NOW)
    [again] = worklist.resolve([dismissed], actor_id=CLERK, now=NOW)
    assert (first.status, again.reason) == (ACCEPTED, "item_unknown")
    attempt = keep()
    worklist.resolve([Resolution(attempt, "attempt", "attempt for another")], actor_id=CLERK, now=NOW)
    assert [found.id for found in worklist.resolved_items(EVERYWHERE)] == [item]


@pytest.mark.django_db
def test_a_resolution_nobody_knows_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no resolution"):
        worklist.resolve([Resolution(new_id(), "forgotten", "because")], actor_id=CLERK, now=NOW)
    with pytest.raises(ValueError, match="limit"):
        worklist.resolve([Resolution(new_id(), "dismissed", "x")] * 201, actor_id=CLERK, now=NOW)


@pytest.mark.slow
def test_two_people_clearing_one_list_resolve_each_item_once(committed: None) -> None:
    made = [keep() for _ in range(30)]
    accepted: list[UUID] = []
    barrier = threading.Barrier(2)

    def clear(order: list[UUID]) -> None:
        barrier.wait()
        try:
            wishes = [Resolution(item, "dismissed", "cleared") for item in order]
            outcomes = worklist.resolve(wishes, actor_id=new_id(), now=NOW)
            accepted.extend(outcome.id for outcome in outcomes if outcome.status is ACCEPTED and outcome.id)
        finally:
            connection.close()

    threads = [threading.Thread(target=clear, args=(order,)) for order in (made, made[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(accepted) == sorted(made)
