"""Numbers of doses when two records become one, and when they come apart. Pure.

The rule is the one of :mod:`lachan.immunization.rules.series`: dates give the order, numbers already stored are
believed unless two doses hold one number; then the later one moves up.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from uuid import UUID

from lachan.immunization.rules.catalogue import Catalogue
from lachan.immunization.rules.series import PriorDose, Shift, after_insert, after_removal, position, standings

_by_date = itemgetter(0, 2, 1)


def joined(catalogue: Catalogue, doses: Sequence[PriorDose]) -> tuple[Shift, ...]:
    """The standing of every dose of two histories in one. No two may be of one day."""
    ordered = sorted(doses, key=_by_date)
    taken, moved = 0, []
    for dose in ordered:
        taken = max(taken + 1, dose.dose_number)
        moved.append(dose._replace(dose_number=taken))
    return standings(catalogue, [], ordered, moved)


def replayed(
    catalogue: Catalogue,
    remembered: Sequence[PriorDose],
    present: Sequence[PriorDose],
    replaced: Mapping[UUID, UUID],
) -> tuple[Shift, ...]:
    """The standing of every dose of a history that comes out of a merge, as if the merge had never been.

    ``remembered``: the doses before the merge with their numbers then. ``present``: those that count for this person
    now. ``replaced``: dose -> the dose an amendment put in its place, which keeps the number on the same day.
    """
    now = {dose.id: dose for dose in present}
    history: list[PriorDose] = []
    gone: list[PriorDose] = []
    for dose in sorted(remembered, key=_by_date):
        successor = _successor(dose, now, replaced)
        if successor is None:
            gone.append(dose)
            history.append(dose)
        else:
            history.append(successor._replace(dose_number=dose.dose_number))
    for dose in gone:
        # its number may have moved with those removed before it
        here = next(entry for entry in history if entry.id == dose.id)
        rest = [entry for entry in history if entry.id != dose.id]
        history = _shifted(rest, after_removal(catalogue, rest, here))
    known = {dose.id for dose in history}
    for dose in sorted((dose for dose in present if dose.id not in known), key=_by_date):
        new = dose._replace(dose_number=position(catalogue, history, dose.given_on).number)
        history = [*_shifted(history, after_insert(catalogue, history, new)), new]
    numbers = {dose.id: dose.dose_number for dose in history}
    ordered = sorted(present, key=lambda dose: (dose.given_on, numbers[dose.id]))
    return standings(catalogue, [], ordered, [dose._replace(dose_number=numbers[dose.id]) for dose in ordered])


def _successor(
    dose: PriorDose, now: Mapping[UUID | None, PriorDose], replaced: Mapping[UUID, UUID]
) -> PriorDose | None:
    """The dose itself while it counts, or the one of the same day that amendments put in its place."""
    at = dose.id
    while at is not None and at not in now:
        at = replaced.get(at)
    found = now.get(at) if at is not None else None
    return found if found is not None and found.given_on == dose.given_on else None


def _shifted(history: Sequence[PriorDose], shifts: Sequence[Shift]) -> list[PriorDose]:
    numbers = {shift.dose.id: shift.dose_number for shift in shifts}
    return [dose._replace(dose_number=numbers.get(dose.id, dose.dose_number)) for dose in history]
