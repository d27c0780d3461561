"""A stolen key: cards it signed are made anew by another, and the old ones are revoked and believed no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.codecs import domestic
from lachan.certificates.follower import _touched
from lachan.certificates.keys import making, ring
from lachan.certificates.operations.compromise import compromise
from lachan.certificates.operations.issue import Cause, bring_up_to_date
from lachan.certificates.queries.cards import cards_of, wire
from lachan.certificates.queries.revocations import revoked
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED
from tests.immunization.conftest import NOW, make_station, stock_up

ACTOR = Actor.system("command line")


@pytest.mark.slow
@pytest.mark.django_db
def test_a_stolen_key_costs_its_holders_nothing_but_a_new_card(reference: None) -> None:
    now = timezone.now()
    station = stock_up(make_station())
    keys.ensure(now)
    person = station.person("Nguyễn Văn An")
    for days in (60, 1):
        assert station.dose(person, given_at=(NOW - timedelta(days=days)).isoformat()).status is ACCEPTED
    with hot_cursor() as cursor:
        bring_up_to_date(cursor, {person: Cause("dose", now)}, now=now)
    [card] = [card for card in cards_of([person])[person] if card.kind == "domestic"]
    before = wire(person, card.id)
    assert before is not None
    [stolen] = [row for row in ring.rows() if row.purpose == "domestic"]
    making.create([making.NewKey("domestic")], actor=ACTOR, now=now)
    done = compromise(stolen.id, reason="the backup was stolen", actor=ACTOR, now=now)
    assert ([row.id for row in done.keys], done.people) == ([stolen.id], 1)
    _touched()
    cards = {each.state: each for each in cards_of([person])[person] if each.kind == "domestic"}
    assert cards["revoked"].id == card.id
    after = wire(person, cards["current"].id)
    assert after is not None
    believed = keys.certificates("domestic", now)
    assert domestic.check(after, trusted=believed).ok
    assert not domestic.check(before, trusted=believed).ok
    assert revoked([cards["revoked"].identifier]) == {cards["revoked"].identifier}
    # said twice, nothing happens twice
    assert compromise(stolen.id, reason="again", actor=ACTOR, now=now).people == 0
