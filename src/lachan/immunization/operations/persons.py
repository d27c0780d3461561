"""``person.register`` through the same door as everything a station sends."""

from __future__ import annotations

from lachan.immunization.batch import Batch, Item
from lachan.kernel.commands import Refusal, Worked
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.people.intake import Fault, Intake, prepare
from lachan.people.operations import register_in


def register_persons(batch: Batch, items: list[Item]) -> list[Worked]:
    """Register people; someone known by number or recognised is answered with the existing record."""
    prepared = [prepare(item.body, batch.today, strict=True) for item in items]
    intakes = [intake for intake in prepared if isinstance(intake, Intake)]
    answers = iter(
        register_in(batch.cursor, intakes, actor_id=batch.actor.id, now=batch.now, today=batch.today) if intakes else []
    )
    done = []
    for item, intake in zip(items, prepared, strict=True):
        if isinstance(intake, Fault):
            done.append(item.refuse(intake.reason, **intake.params))
            continue
        resolved = next(answers)
        if resolved.person is None:
            done.append(Worked(Outcome(REFUSED, resolved.reason, None, resolved.params), item.owner))
            continue
        params = {**(resolved.params or {}), "created": resolved.created, "status": resolved.person.status}
        owner = Refusal(None, resolved.person.residence_id, resolved.person.id)
        done.append(Worked(Outcome(ACCEPTED, resolved.doubt, resolved.person.id, params), owner, resolved.doubt))
    return done
