"""Where a dose stands in a person's history: its number, what came before and after, whether it completes the series.

Numbers. A dose takes the number after the highest of the doses given before it, by date, not by order of entry. Numbers
already stored are believed: "dose 2" confirmed from a paper slip stays 2 although dose 1 was never entered, and a
missing dose 1 entered later takes the free place. Where an earlier dose is entered and its number is taken by a later
one, the later ones move up by one (``after_insert``); where a dose is voided, they move down (``after_removal``).

Completion. The primary series is complete at the first dose whose product needs only one (Janssen), or whose number
reaches the largest count any product so far asks for: two for AstraZeneca then Pfizer, three once an Abdala is among
them. A later return never restarts a series: there is a least interval and no greatest one after which doses are lost.
"""

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from lachan.immunization.rules.catalogue import Catalogue
from lachan.immunization.rules.due import next_due


class PriorDose(NamedTuple):
    """An active (not voided, not amended away) dose of the person, in any order; ``id`` is handed back in shifts."""

    given_on: date
    product_id: int
    dose_number: int
    id: UUID | None = None


class Position(Struct, frozen=True, gc=False):
    """Standing of a dose by date.

    ``need``: doses the primary series asks for, by the products before it. ``completed_with``: product of the dose that
    completed it earlier, None while it is not complete; ``boosters``: doses since then.
    """

    number: int
    previous: PriorDose | None
    following: PriorDose | None
    need: int
    completed_with: int | None
    boosters: int

    @property
    def complete_before(self) -> bool:
        return self.completed_with is not None


class Shift(NamedTuple):
    """New standing of a stored dose after an earlier one was entered or voided."""

    dose: PriorDose
    dose_number: int
    completes: bool
    next_due_on: date | None


FIRST = Position(1, None, None, 0, None, 0)

# Date first, then number and product, so that the outcome never hangs on the order of the rows.
_by_date = itemgetter(0, 2, 1)


def position(catalogue: Catalogue, history: Sequence[PriorDose], on: date) -> Position:
    """Standing of a dose given ``on`` among the active doses ``history`` (any order)."""
    if not history:
        return FIRST
    ordered = sorted(history, key=_by_date) if len(history) > 1 else history
    number = need = boosters = 0
    previous = following = completed_with = None
    for dose in ordered:
        if dose.given_on >= on:
            following = dose
            break
        previous = dose
        number = max(number + 1, dose.dose_number)
        if completed_with is not None:
            boosters += 1
            continue
        asks = catalogue.primary_doses(dose.product_id, dose.given_on)
        need = max(need, asks)
        if asks == 1 or number >= need:
            completed_with = dose.product_id
    return Position(number + 1, previous, following, need, completed_with, boosters)


def completes_series(at: Position, asks: int, number: int) -> bool:
    """Does this dose, of a product that asks for ``asks`` doses, complete the primary series?"""
    return at.completed_with is None and (asks == 1 or number >= max(at.need, asks))


def after_insert(catalogue: Catalogue, history: Sequence[PriorDose], new: PriorDose) -> tuple[Shift, ...]:
    """Later doses that change when ``new`` enters the history: numbers taken twice move up, the rest keep theirs."""
    later = sorted((dose for dose in history if dose.given_on > new.given_on), key=_by_date)
    before = [dose for dose in history if dose.given_on <= new.given_on]
    taken, moved = new.dose_number, []
    for dose in later:
        taken = max(taken + 1, dose.dose_number)
        moved.append(dose._replace(dose_number=taken))
    return standings(catalogue, [*before, new], later, moved)


def after_removal(catalogue: Catalogue, remaining: Sequence[PriorDose], removed: PriorDose) -> tuple[Shift, ...]:
    """Later doses that change when ``removed`` was voided: each higher number moves down by one."""
    later = sorted((dose for dose in remaining if dose.given_on > removed.given_on), key=_by_date)
    before = [dose for dose in remaining if dose.given_on <= removed.given_on]
    moved = [
        dose._replace(dose_number=dose.dose_number - 1) if dose.dose_number > removed.dose_number else dose
        for dose in later
    ]
    return standings(catalogue, before, later, moved)


def standings(
    catalogue: Catalogue, before: list[PriorDose], later: Sequence[PriorDose], moved: Sequence[PriorDose]
) -> tuple[Shift, ...]:
    """Standing of each later dose anew, under its number in ``moved``: completion may change where the number does
    not."""
    shifts = []
    for old, dose in zip(later, moved, strict=True):
        at = position(catalogue, before, dose.given_on)
        asks = catalogue.primary_doses(dose.product_id, dose.given_on)
        completes = completes_series(at, asks, dose.dose_number)
        due = next_due(
            catalogue, dose.product_id, dose.given_on, completes=completes, complete_before=at.complete_before
        )
        shifts.append(Shift(old, dose.dose_number, completes, due))
        before.append(dose)
    return tuple(shifts)
