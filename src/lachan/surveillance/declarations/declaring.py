"""A declaration somebody made without a document: whom it is about is found from what they said, then the door takes
it as every other."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.people.facts import PersonIn
from lachan.people.operations.declared import declared_in
from lachan.surveillance.declarations.bodies import DeclarationIn
from lachan.surveillance.declarations.form import by_code
from lachan.surveillance.declarations.operations import said_of
from lachan.surveillance.rules import risk

ACTOR: Final = Actor.system("declaration by the person")


class Draft(msgspec.Struct):
    """What was typed and not yet sent. ``body`` as ``declaration.make`` takes it, without the person; ``contact``:
    (kind, value) as kept; ``member``: for somebody of the family; ``at`` ISO 8601."""

    id: UUID
    at: str
    body: dict[str, Any]
    name: str
    born: str
    sex: str
    number: str
    contact: tuple[str, str]
    member: bool
    own_device: bool


class Made(NamedTuple):
    """What became of it. ``fault``: the reason it was not taken, with what fills its sentence."""

    declaration_id: UUID | None = None
    risk: int = 0
    reasons: tuple[str, ...] = ()
    rule: str = ""
    fault: str = ""
    params: dict[str, Any] | None = None


def record(draft: Draft, *, now: datetime) -> Made:
    """Make the declaration of a draft whose contact is proved; again has no second effect. Two transactions."""
    body = draft.body
    with hot_cursor() as cursor:
        # an old number would be read on today's map; where such a one lives is learnt at the first call
        code = "" if body.get("area_on") else str(body.get("area_code", ""))
        sent = PersonIn(name=draft.name, sex=draft.sex, birth_date=draft.born, residence_code=code)
        found = declared_in(
            cursor, sent, draft.contact, number=draft.number, actor_id=ACTOR.id, now=now,
            today=now.astimezone(VIETNAM).date(),
        )  # fmt: skip
    if found.fault is not None:
        return Made(fault=found.fault.reason, params=found.fault.params)
    if found.person is None:
        return Made(fault="person_unknown")
    source = "member" if draft.member else "self"
    return make(draft.id, found.person.id, {**body, "contact": draft.contact[1], "source": source, "proved": True},
                at=datetime.fromisoformat(draft.at), now=now)  # fmt: skip


def make(command_id: UUID, person_id: UUID, body: dict[str, Any], *, at: datetime, now: datetime) -> Made:
    """Send a declaration of somebody we know through the door, in the name of the house's own pages."""
    command = Command(command_id, "declaration.make", at, {"person": {"id": str(person_id)}, **body})
    [outcome] = execute([command], actor=ACTOR, now=now)
    if not _taken(outcome):
        return Made(fault=str(outcome.reason), params=outcome.params)
    typed = msgspec.convert(command.body, DeclarationIn)
    form = by_code(typed.form)
    assert form is not None, "the door has taken it"
    day = at.astimezone(VIETNAM).date()
    judged = risk.judge(said_of(typed, form, day), risk.rules_on(day))
    return Made(outcome.id, judged.risk, judged.reasons, judged.rule)


def _taken(outcome: Outcome) -> bool:
    first = (outcome.params or {}).get("first")
    return outcome.status is ACCEPTED or (outcome.status is DUPLICATE and first == ACCEPTED.value)
