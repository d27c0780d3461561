"""Whose cards are to be made anew although no fact changed: they end soon, or their key is no longer believed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lachan.certificates.operations.issue import UNASKED, Cause, bring_up_to_date
from lachan.certificates.operations.touch import touch
from lachan.certificates.queries.cards import CardFacts, cards_of
from lachan.certificates.rules.plan import RENEW_BEFORE
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load

PORTION: Final = 10_000
SLACK: Final = timedelta(days=1)  # a card touched today is surely within the time in which it is renewed


def touch_ending(*, now: datetime) -> int:
    """Have the cards looked at that end within :data:`RENEW_BEFORE`; how many people. A night's share at most."""
    with hot_cursor() as cursor:
        cursor.execute(load("certificates", "people_to_renew"), [now, now + RENEW_BEFORE - SLACK, PORTION * 10])
        people = [row[0] for row in cursor.fetchall()]
        touch(cursor, people, cause="renewal", now=now)
    return len(people)


def touch_signed_by(key_id: bytes, *, now: datetime) -> int:
    """Have every card looked at that this key signed, after it fell into wrong hands; how many people."""
    after, found = UUID(int=0), 0
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("certificates", "people_signed_by"), [key_id, now, after, PORTION])
            people = [row[0] for row in cursor.fetchall()]
            touch(cursor, people, cause="key", now=now)
        if not people:
            return found
        after, found = people[-1], found + len(people)


def health_card_of(person_id: UUID, *, now: datetime) -> CardFacts | None:
    """The person's SMART Health Card, made now if they have none; from then on it is kept up as the others. None: none
    of their signed doses has a code it could carry."""
    with hot_cursor() as cursor:
        bring_up_to_date(cursor, {person_id: Cause("asked", now)}, now=now, kinds=(*UNASKED, "shc"))
    cards = cards_of([person_id]).get(person_id, [])
    return next((card for card in cards if card.kind == "shc" and card.state == "current"), None)
