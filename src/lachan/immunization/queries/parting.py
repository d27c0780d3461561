"""What would come apart if a merge were undone: whose doses and visits are whose, and what came later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lachan.immunization.queries.person import DoseRow, EncounterRow, PersonHistory, person_history
from lachan.kernel.database import hot_cursor
from lachan.kernel.sent import commands_sent
from lachan.kernel.statements import load
from lachan.people.merging.own import own_names
from lachan.people.merging.queries import Merge, kept_of


@dataclass(frozen=True, slots=True)
class Later:
    """Something recorded after the merge. ``suggested``: it was sent under an id or number of the record that went.

    ``ids``: what an un-merge has to name to send it back: a dose goes with its visit.
    """

    ids: tuple[UUID, ...]
    dose: DoseRow | None
    visit: EncounterRow | None
    suggested: bool


@dataclass(frozen=True, slots=True)
class Parting:
    """Doses by whose they would be, and what came after the merge, which stays unless it is sent back."""

    staying: list[DoseRow]
    going: list[DoseRow]
    later: list[Later]


def parting(merge: Merge) -> Parting:
    """A preview of undoing a merge that stands. About a dozen queries."""
    history = person_history(merge.survivor_id)
    kept = kept_of(merge.id)
    moved = _moved(kept, "immunization_dose.person_id")
    visits = _moved(kept, "immunization_encounter.person_id")
    replaced = {row.dose_id: row.replacement_id for row in history.corrections if row.kind == "amend"}
    mine = set(moved)
    for dose_id in moved:
        at: UUID | None = dose_id
        while (at := replaced.get(at) if at is not None else None) is not None:
            mine.add(at)
    going = [dose for dose in history.doses if dose.id in mine]
    later = _later(merge, history, mine, visits)
    shown = {dose.id for dose in going} | {one.dose.id for one in later if one.dose is not None}
    return Parting([dose for dose in history.doses if dose.id not in shown], going, later)


def _later(merge: Merge, history: PersonHistory, mine: set[UUID], own_visits: set[UUID]) -> list[Later]:
    replacements = {row.replacement_id for row in history.corrections if row.kind == "amend"}
    doses = [
        dose for dose in history.doses
        if dose.recorded_at > merge.merged_at and dose.id not in mine and dose.id not in replacements
    ]  # fmt: skip
    visits = {visit.id: visit for visit in history.encounters if visit.arrived_at > merge.merged_at}
    names = own_names(merge) if doses or visits else None
    sent = _sent([dose.id for dose in doses], merge.survivor_id)
    by_dose = {visit.dose_id: visit for visit in visits.values() if visit.dose_id is not None}
    found = []
    for dose in doses:
        visit = by_dose.get(dose.id)
        ids = (dose.id, visit.id) if visit is not None else (dose.id,)
        ref = sent.get(dose.id)
        found.append(Later(ids, dose, visit, bool(names and names.named_by(ref))))
    alone = [visit for visit in visits.values() if visit.dose_id is None and visit.id not in own_visits]
    found += [Later((visit.id,), None, visit, False) for visit in alone]
    return found


def _sent(dose_ids: list[UUID], person_id: UUID) -> dict[UUID, Any]:
    """Dose -> how the command that made it named its person."""
    if not dose_ids:
        return {}
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "commands_of_doses"), [person_id, dose_ids])
        command_of = dict(cursor.fetchall())
    commands = commands_sent(command_of.values())
    return {dose: commands[command].body.get("person") for dose, command in command_of.items() if command in commands}


def _moved(kept: Mapping[str, Any], mover: str) -> set[UUID]:
    return {UUID(one) for one in (kept.get(mover) or {}).get("moved", [])}
