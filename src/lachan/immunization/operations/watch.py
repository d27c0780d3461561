"""The clock of serious cases: what is over is marked, by commands like anybody's, so that it is seen and journaled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.immunization.queries import harm as reads
from lachan.immunization.reaction_form import form_on
from lachan.immunization.rules import harm
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import ACCEPTED

MOST = 500  # cases a round; the next round takes the rest, the longest overdue first
_SPACE = UUID("0f1f7c0a-6d0e-5c51-8d1b-9a7b4f0c2d11")


def watch(actor: Actor, now: datetime) -> int:
    """Remind and escalate what is due; how many steps were taken. A round that runs twice takes each step once."""
    acknowledge = form_on(now.astimezone(VIETNAM).date()).acknowledge
    commands = []
    for person_id, case_id in reads.due_cases(now, acknowledge, MOST):
        row = reads.case(case_id, reads.Places(None, []), actor)
        step = harm.due(_as_case(row), now, acknowledge) if row is not None else None
        if row is None or step is None:
            continue
        verb = "reaction.escalate" if step is harm.Due.ESCALATE else "reaction.remind"
        # the same step of the same state of a case is the same command, whoever finds it first
        command_id = uuid5(_SPACE, f"{case_id}|{row.version}|{step}")
        commands.append(Command(command_id, verb, now, {"person": {"id": str(person_id)}, "case_id": str(case_id)}))
    return sum(outcome.status is ACCEPTED for outcome in execute(commands, actor=actor, now=now)) if commands else 0


def _as_case(row: reads.CaseRow) -> harm.Case:
    return harm.Case(
        version=row.version, fields={"seriousness": row.seriousness}, due_at=row.due_at, notified_at=row.notified_at,
        acknowledged_at=row.acknowledged_at, closed_at=row.closed_at, reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
    )  # fmt: skip
