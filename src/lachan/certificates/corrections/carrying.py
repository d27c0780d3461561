"""The change itself: through the one door, in the caller's transaction, for good or only to see what it would answer.

It is made in the name of who proposed it, with the rights they have today: they answer for its content (a head for a
dose outside of the rules), the one who approves answers for having looked.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lachan.access.actors import Actor, actor_of_user
from lachan.access.queries import labels
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome


class _TakenBack(Exception):
    """Ends a transaction within the caller's, so that nothing of it stays."""


def succeeded(outcome: Outcome) -> bool:
    """Whether the change stands: made now, or by the same command before."""
    return outcome.status is ACCEPTED or (
        outcome.status is DUPLICATE and (outcome.params or {}).get("first") == ACCEPTED.value
    )


def proposer(user_id: UUID, now: datetime) -> Actor:
    """Who proposed it, with the grants in force today; none for an account that has none left or was closed."""
    return actor_of_user(user_id, labels({user_id}).get(user_id, ""), today=timezone.localdate(now))


def carry_out(command: Command, actor: Actor, now: datetime, *, keep: bool = True) -> Outcome:
    """Send the change through the door. What is refused or held leaves nothing behind, neither a command nor an entry
    of a worklist: the request itself is what somebody works through. ``keep`` False: the same, but nothing is kept."""
    outcome: Outcome | None = None
    try:
        with transaction.atomic():
            [outcome] = execute([command], actor=actor, now=now)
            if not keep or not succeeded(outcome):
                raise _TakenBack
    except _TakenBack:
        pass
    assert outcome is not None
    return outcome
