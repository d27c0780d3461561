"""People in line, counted: from grouped rows to the engine's arrays. Pure.

Who has not come yet has chosen no product. They are divided by what people like them were given of late: of a first
dose those of their age at their place (drawn to the nation's while they are few), of a later one those who had the same
product before, in the nation; without any such dose by their own product, or evenly by what their age may have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lachan.forecasting.demand.facts import AHEAD, PAST
from lachan.forecasting.engines.demand.steps import Course, Line, Step, steps_of
from lachan.forecasting.engines.demand.uptake import Uptake, life_table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HELD = 5.0  # doses with which a place's choice is drawn to the nation's
HALF = 3.0  # weeks after which a week of the past says half as much: those who are eager come first
_WEEKS = 1 + PAST + AHEAD  # the first: due before the weeks looked at


@dataclass(frozen=True)
class Schedule:
    """Products in their order, as steps. ``minimum``: the least age of each; ``ages``: these ages, ascending."""

    products: tuple[int, ...]
    courses: tuple[Course, ...]
    minimum: tuple[int, ...]
    steps: tuple[Step, ...] = field(init=False)
    ages: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", steps_of(self.courses))
        object.__setattr__(self, "ages", tuple(sorted(set(self.minimum))))

    def step(self, product: int, number: int) -> int:
        """Index of a product's step; number 0 is the booster, one beyond the course its last; -1: there is none."""
        first = sum(course.doses + (course.booster_days is not None) for course in self.courses[:product])
        course = self.courses[product]
        if number == 0:
            return first + course.doses if course.booster_days is not None else -1
        return first + min(number, course.doses) - 1


class Cohorts:
    """Counts of people: ``add`` rows part by part, then ask for ``tables`` and ``line``.

    A row is (place, kind, number, week due, product index or -1, week come or -1, people), kind being the ages reached
    (1 the youngest) for a first dose and the index of the product before for a later one.
    """

    def __init__(self, schedule: Schedule, places: int) -> None:
        self.schedule, self.places = schedule, places
        steps, products = len(schedule.steps), len(schedule.products)
        self.groups = len(schedule.ages) + 1 + steps
        self.due = np.zeros((places, steps, PAST))
        self.came = np.zeros((places, steps, PAST, PAST), dtype=np.float32)
        self.older = np.zeros((places, steps))
        self.older_came = np.zeros((places, steps, PAST))
        self.left = np.zeros((places, self.groups, _WEEKS), dtype=np.int64)
        self.chosen = np.zeros((places, self.groups, products))
        self.ahead = np.zeros((places, steps, AHEAD))

    def add(self, rows: Sequence[tuple[int, int, int, int, int, int, int]]) -> None:
        """Count rows in. Those whose product asks for no such dose are left out: nobody is due for it."""
        if not rows:
            return
        place, kind, number, due, product, come, people = np.array(rows, dtype=np.int64).T
        came = come >= 0
        group = np.array([self._group(k, n) for k, n in zip(kind.tolist(), number.tolist(), strict=True)])
        known = group >= 0
        left = known & ~came & (due < PAST + AHEAD)
        np.add.at(self.left, (place[left], group[left], due[left] + 1), people[left])
        step = np.array([
            self.schedule.step(p, n) if p >= 0 else -1 for p, n in zip(product.tolist(), number.tolist(), strict=True)
        ])  # fmt: skip
        done = came & (step >= 0)
        chose = done & known
        np.add.at(self.chosen, (place[chose], group[chose], product[chose]), people[chose])
        old, new = done & (due < 0), done & (due >= 0)
        np.add.at(self.older, (place[old], step[old]), people[old])
        np.add.at(self.older_came, (place[old], step[old], come[old]), people[old])
        np.add.at(self.due, (place[new], step[new], due[new]), people[new])
        np.add.at(self.came, (place[new], step[new], due[new], come[new] - due[new]), people[new])

    def _group(self, kind: int, number: int) -> int:
        """Who is alike: those of the same ages for a first dose, those of the same step of the same product after."""
        if number == 1:
            return kind
        step = self.schedule.step(kind, number)
        return len(self.schedule.ages) + 1 + step if step >= 0 else -1

    def divide(self, rng: np.random.Generator) -> None:
        """Give those who have not come a product each. Once, when all rows are in."""
        bands = len(self.schedule.ages) + 1
        nation = self.chosen.sum(axis=0)
        for group in range(self.groups):
            left = self.left[:, group]
            number, weights = self._weights(group, bands, nation)
            if not left.any() or not weights.any():
                continue
            share = weights / weights.sum()
            local = self.chosen[:, group] * (weights > 0) + HELD * share if group < bands else None
            chances = (
                np.broadcast_to(share, (self.places, len(share)))
                if local is None
                else local / local.sum(axis=1, keepdims=True)
            )
            drawn = rng.multinomial(left, chances[:, None, :])  # [A, weeks, P]
            for product in np.flatnonzero(weights).tolist():
                step = self.schedule.step(product, number)
                if step < 0:
                    continue
                self.older[:, step] += drawn[:, 0, product]
                self.due[:, step] += drawn[:, 1 : PAST + 1, product]
                self.ahead[:, step] += drawn[:, PAST + 1 :, product]

    def _weights(self, group: int, bands: int, nation: Floats) -> tuple[int, Floats]:
        """The number of the dose a group waits for, and how much each product was chosen for it."""
        weights = nation[group].copy()
        minimum = np.array(self.schedule.minimum)
        if group < bands:
            reached = self.schedule.ages[group - 1] if group else -1
            allowed = minimum <= reached
            weights *= allowed
            return 1, weights if weights.any() else allowed.astype(np.float64)
        step = self.schedule.steps[group - bands]
        own = step.product
        first = self.schedule.step(own, 1)
        booster = self.schedule.step(own, 0) == group - bands
        if not weights.any():
            weights[own] = 1.0
        return (0 if booster else group - bands - first + 1), weights

    def tables(self, block: slice, longest: int) -> tuple[Floats, Floats, Floats]:
        """As ``life_table``, with those who were in line already when the weeks looked at began in its last column."""
        weight = 0.5 ** (np.arange(PAST)[::-1] / HALF)
        taken, waited, waiting = life_table(self.due[block], self.came[block].astype(np.float64), longest, weight)
        older, came = self.older[block], self.older_came[block]
        taken[..., -1] += came @ weight
        waited[..., -1] += (older[..., None] - (np.cumsum(came, axis=-1) - came)) @ weight
        waiting[..., -1] += older - came.sum(axis=-1)
        return taken, waited, waiting

    def weekly(self, known: Uptake) -> tuple[Floats, Floats]:
        """Doses [A, W] of each past week, and those the hazards and paces make us expect of who was in line then."""
        share = -np.expm1(np.log1p(-np.minimum(known.hazard, 0.999)) * known.pace[..., None])  # [A, J, U]
        doses, expected = np.zeros((self.places, PAST)), np.zeros((self.places, PAST))
        older = self.older.copy()
        left = self.due.copy()
        for week in range(PAST):
            doses[:, week] += self.older_came[..., week].sum(axis=1)
            expected[:, week] += (older * share[..., -1]).sum(axis=1)
            older -= self.older_came[..., week]
            for due in range(week + 1):
                since = week - due
                doses[:, week] += self.came[:, :, due, since].sum(axis=1)
                expected[:, week] += (left[..., due] * share[..., min(since, share.shape[-1] - 1)]).sum(axis=1)
                left[..., due] -= self.came[:, :, due, since]
        return doses, expected

    def by_product(self, values: Floats) -> Floats:
        """Figures by step [A, J] summed by product [A, P]."""
        found = np.zeros((len(values), len(self.schedule.products)))
        for at, step in enumerate(self.schedule.steps):
            found[:, step.product] += values[:, at]
        return found

    def line(self, at: Ints, waiting: Floats) -> Line:
        """Who is in line at these places. The house keeps no appointments and, with least ages in years, knows
        everybody who falls due within weeks: nobody is booked, nobody unborn is expected."""
        none = np.zeros_like(self.ahead[at])
        return Line(waiting[at], self.ahead[at], none, none)
