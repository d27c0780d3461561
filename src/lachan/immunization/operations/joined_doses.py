"""Doses of two records in one history, and apart again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.immunization import queries
from lachan.immunization.operations.restate import ACTIVE, SET_ASIDE, Restating, WholeDose, whole_doses
from lachan.immunization.rules.bands import age_band
from lachan.immunization.rules.joining import joined, replayed
from lachan.immunization.rules.series import PriorDose, Shift
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.ids import new_id
from lachan.kernel.movers import Kept, Move, rows_of
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons_in

_ROWS: Final = rows_of("immunization", "immunization_dose", hangs_on=("encounter_id",))


def same_day(source: Sequence[WholeDose], target: Sequence[WholeDose]) -> list[tuple[WholeDose, WholeDose]]:
    """Pairs of doses that count, one of each record, on one day."""
    days = {dose.given_on: dose for dose in target if dose.status == ACTIVE}
    return [(dose, days[dose.given_on]) for dose in source if dose.status == ACTIVE and dose.given_on in days]


def move_doses(cursor: psycopg.Cursor[Any], move: Move) -> Kept:
    """Every dose of the source becomes one of the target, the numbers of all decided anew by date.

    A dose of the same product on a day the target has one is set aside: the same injection, written twice. Sex and age
    are the target's from now on; where somebody lived when it was given stays, unless that was not known.
    """
    doses = whole_doses(cursor, [move.source, move.target])
    source = [dose for dose in doses if dose.person_id == move.source]
    if not source:
        return None
    target = [dose for dose in doses if dose.person_id == move.target]
    person = persons_in(cursor, [move.target])[move.target]
    twins = {dose.id: twin for dose, twin in same_day(source, target)}
    counting = [dose for dose in doses if dose.status == ACTIVE and dose.id not in twins]
    standing = {shift.dose.id: shift for shift in joined(queries.catalogue(), [dose.prior for dose in counting])}
    writing = Restating(cursor, move.actor_id, move.now)
    for dose in doses:
        if dose.id in twins:
            writing.change(dose, person_id=move.target, status=SET_ASIDE)
        elif dose.status == ACTIVE:
            mine = dose.person_id == move.target
            writing.change(dose, **_standing(standing[dose.id]), **({} if mine else _of(person, dose, move.target)))
    writing.write(lambda: _ROWS.move(cursor, move))
    if twins:
        _set_aside(cursor, move, twins)
    return {
        "moved": [str(dose.id) for dose in source],
        "aside": [str(dose_id) for dose_id in twins],
        "source": [_kept(dose) for dose in source if dose.status == ACTIVE],
        "target": [_kept(dose) for dose in target if dose.status == ACTIVE],
    }


def doses_back(cursor: psycopg.Cursor[Any], move: Move, kept: Kept, returning: set[UUID]) -> None:
    """The source's own doses go back, with what was amended in their place and what hangs on an encounter that goes.

    Where nothing happened since, every dose stands again exactly as it did; else each history is replayed as if there
    had been no merge.
    """
    kept = kept or {"moved": [], "aside": [], "source": [], "target": []}
    arrays.execute(cursor, load("immunization", "replacements_of"), [[move.target]])
    replaced: dict[UUID, UUID] = dict(cursor.fetchall())
    wanted = {UUID(one) for one in kept["moved"]} | returning
    wanted |= {late for early, late in _chain(replaced, wanted)}
    doses = whole_doses(cursor, [move.target])
    going = {dose.id for dose in doses if dose.id in wanted or dose.encounter_id in returning}
    if not going:
        return
    asides = {UUID(one) for one in kept["aside"]}
    source = persons_in(cursor, [move.source])[move.source]
    now = [
        (dose, dose.id in going) for dose in doses if dose.status == ACTIVE or (dose.id in asides & going)
    ]  # fmt: skip
    before = {"source": _remembered(kept["source"]), "target": _remembered(kept["target"])}
    standing: dict[UUID | None, dict[str, Any]] = {}
    for side, theirs in (("source", True), ("target", False)):
        present = [dose.prior for dose, goes in now if goes is theirs]
        standing |= _as_before(before[side], present, replaced)
    writing = Restating(cursor, move.actor_id, move.now)
    for dose, goes in now:
        changed: dict[str, Any] = dict(standing[dose.id])
        if goes:
            known = before["source"].get(dose.id)
            changed |= known[2] if known else _of(source, dose, move.source, own=True)
            changed |= {"person_id": move.source, "status": ACTIVE}
        writing.change(dose, **changed)
    if asides:
        arrays.execute(cursor, load("immunization", "forget_duplicates"), [move.target, list(asides)])
    writing.write(lambda: _ROWS.back(cursor, move, [str(one) for one in going], returning))


def _standing(shift: Shift) -> dict[str, Any]:
    return {"dose_number": shift.dose_number, "completes": shift.completes, "next_due_on": shift.next_due_on}


def _of(person: PersonFacts, dose: WholeDose, person_id: UUID, *, own: bool = False) -> dict[str, Any]:
    """What of a dose's heading is the person's."""
    residence = dose.residence_id if dose.residence_id is not None and not own else person.residence_id
    return {
        "person_id": person_id, "sex": person.sex, "age_band": age_band(person.birth_date, dose.given_on),
        "residence_id": residence,
    }  # fmt: skip


def _set_aside(cursor: psycopg.Cursor[Any], move: Move, twins: dict[UUID, WholeDose]) -> None:
    rows = [
        (new_id(), move.target, move.now, dose_id, "duplicate", twin.id, move.reason) for dose_id, twin in twins.items()
    ]
    arrays.execute(cursor, load("immunization", "insert_corrections"), [move.actor_id, move.now, *columns(rows)])


def _kept(dose: WholeDose) -> list[Any]:
    due = dose.next_due_on.isoformat() if dose.next_due_on else None
    return [
        str(dose.id), dose.given_on.isoformat(), dose.product_id, dose.dose_number, dose.completes, due, dose.age_band,
        dose.sex, dose.residence_id,
    ]  # fmt: skip


# dose -> (as the rules take it, its standing then, what of its heading was the person's)
_Remembered = dict[UUID, tuple[PriorDose, dict[str, Any], dict[str, Any]]]


def _remembered(rows: list[list[Any]]) -> _Remembered:
    found: _Remembered = {}
    for dose, day, product, number, completes, due, band, sex, residence in rows:
        dose_id = UUID(dose)
        next_due = date.fromisoformat(due) if due else None
        found[dose_id] = (
            PriorDose(date.fromisoformat(day), product, number, dose_id),
            {"dose_number": number, "completes": completes, "next_due_on": next_due},
            {"age_band": band, "sex": sex, "residence_id": residence},
        )
    return found


def _as_before(
    remembered: _Remembered, present: list[PriorDose], replaced: dict[UUID, UUID]
) -> dict[UUID | None, dict[str, Any]]:
    """The standing of each dose of one of the two that come apart."""
    if {dose.id for dose in present} == remembered.keys():
        return {dose_id: standing for dose_id, (_, standing, _) in remembered.items()}
    shifts = replayed(queries.catalogue(), [prior for prior, _, _ in remembered.values()], present, replaced)
    return {shift.dose.id: _standing(shift) for shift in shifts}


def _chain(replaced: dict[UUID, UUID], doses: set[UUID]) -> list[tuple[UUID, UUID]]:
    """Amendments of these doses, and of what replaced them."""
    found = []
    todo = list(doses)
    while todo:
        early = todo.pop()
        late = replaced.get(early)
        if late is not None and late not in doses:
            found.append((early, late))
            todo.append(late)
    return found
