"""Whether the cards people have say what the tables say."""

from __future__ import annotations

from itertools import islice
from typing import Final
from uuid import UUID

from django.utils import timezone

from lachan.certificates.follower import READER, caused
from lachan.certificates.operations.issue import plans_of
from lachan.certificates.queries.cards import people_with_cards, revoked_cards
from lachan.certificates.queries.revocations import revoked
from lachan.certificates.rules.plan import RENEWED, Plan
from lachan.immunization.queries.published import people_with_doses
from lachan.kernel import journal
from lachan.kernel.checks import Finding
from lachan.kernel.database import hot_cursor

PAGE: Final = 2_000


def check_all() -> list[Finding]:
    """Every standing card against the facts of its holder, and every revoked one against the list."""
    return findings(_waiting())


def findings(waiting: set[UUID]) -> list[Finding]:
    """The same without those who wait for the follower. Who has doses and was never looked at (records imported by
    another way than the door) is counted, not a fault."""
    now = timezone.now()
    wrong: list[UUID] = []
    people = bare = 0
    for reader in (people_with_cards, people_with_doses):
        after = UUID(int=0)
        while page := reader(after, PAGE):
            after = page[-1]
            with hot_cursor() as cursor:
                plans, _, standing = plans_of(cursor, page, now=now)
            for person_id, one in plans.items():
                if standing.get(person_id):
                    people += reader is people_with_cards
                    if person_id not in waiting and _false(one):
                        wrong.append(person_id)
                elif reader is people_with_doses:
                    bare += bool(one.issue) and person_id not in waiting
    found = sorted(set(wrong))
    said = f"{len(found)} of {people} people with cards that are not true, the first is {found[0]}" if found else (
        f"{people} people with cards, {len(waiting)} still to be read, {bare} due a first card"
    )  # fmt: skip
    return [Finding("cards say what the records say", not found, said), _listed()]


def _false(one: Plan) -> bool:
    """A card that should be revoked, or another one to show. That one ends soon is the night's work, no fault."""
    return any(end.reason != RENEWED for end in one.ended) or bool(one.restore)


def _listed() -> Finding:
    """Nobody whose card was taken back is missing from the list of revocations."""
    count, missing = 0, []
    after = UUID(int=0)
    while page := revoked_cards(after, PAGE):
        after = page[-1][0]
        identifiers = {row[1] for row in page}
        count += len(identifiers)
        missing += sorted(identifiers - revoked(sorted(identifiers)))
    detail = f"{len(missing)} of {count} are not on the list" if missing else f"{count} cards"
    return Finding("revoked cards are on the list", not missing, detail)


def _waiting() -> set[UUID]:
    found: set[UUID] = set()
    unread = journal.unread(READER)
    while rows := list(islice(unread, PAGE)):
        found |= caused(rows).keys()
    return found
