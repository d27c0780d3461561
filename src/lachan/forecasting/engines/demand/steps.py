"""The schedule as steps, and when cohorts fall due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """One dose of a course: which product (index), and when it falls due.

    after: index of the step before it in the list of steps, `weeks` being the interval; None: a first step, `weeks`
    being the age at which children fall due, or 0 where a campaign calls everybody at once.
    """

    code: str
    product: int
    after: int | None
    weeks: int


@dataclass(frozen=True)
class Course:
    """A product's doses as its dated rules give them: how many, days between them, days to a booster (None: none)."""

    code: str
    product: int
    doses: int
    interval_days: int
    booster_days: int | None = None
    age_weeks: int = 0


def steps_of(courses: Sequence[Course]) -> tuple[Step, ...]:
    """Courses as steps, each dose behind the one before; part weeks are waited for whole."""
    steps: list[Step] = []
    for course in courses:
        steps.append(Step(f"{course.code}_1", course.product, None, course.age_weeks))
        gaps = [course.interval_days] * (course.doses - 1)
        gaps += [] if course.booster_days is None else [course.booster_days]
        for number, days in enumerate(gaps, start=2):
            steps.append(Step(f"{course.code}_{number}", course.product, len(steps) - 1, max(-(-days // 7), 1)))
    return tuple(steps)


@dataclass(frozen=True)
class Line:
    """Who is in line for each step, counts of people.

    waiting [A, J, U]: due already, by whole weeks since (the last column: so long or longer), not come yet.
    due [A, J, H]: known people who fall due in the weeks ahead (column 0: the next week).
    expected [A, J, H]: people not known yet, e.g. unborn, as a mean; simulated as Poisson counts.
    booked [A, J, H]: appointments in the weeks ahead of people who are waiting or fall due.
    """

    waiting: Floats
    due: Floats
    expected: Floats
    booked: Floats

    def of(self, places: slice) -> Line:
        """The same for some places."""
        return Line(self.waiting[places], self.due[places], self.expected[places], self.booked[places])


def checked(steps: Sequence[Step], line: Line) -> None:
    """ValueError where a step follows a later one, or the arrays do not fit each other or hold what no count is."""
    for at, step in enumerate(steps):
        if step.after is not None and not 0 <= step.after < at:
            raise ValueError(f"step {step.code}: follows step {step.after}, which does not come before it in the list")
        if step.weeks < 0 or (step.after is not None and step.weeks < 1):
            raise ValueError(f"step {step.code}: {step.weeks} weeks; at least 1 after a dose, 0 from birth")
    places, number, since = line.waiting.shape
    weeks = line.due.shape[-1]
    if since < 2:
        raise ValueError(f"waiting has {since} columns: at least those due this week and those due before")
    if number != len(steps):
        raise ValueError(f"waiting holds {number} steps, the schedule {len(steps)}")
    for name, values in (("due", line.due), ("expected", line.expected), ("booked", line.booked)):
        if values.shape != (places, number, weeks):
            raise ValueError(f"{name} {values.shape}: want {(places, number, weeks)}")
    for name, values in vars(line).items():
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"{name}: a number of people is negative or missing")


def cohorts_due(births: Floats, age_weeks: int, horizon: int) -> tuple[Floats, Floats]:
    """Children who reach an age in the weeks ahead [A, H]: those born already, and those expected to be born.

    births [A, W]: born in each of the last weeks, the last column being last week. Births ahead: the mean of the last
    26 weeks, small places drawn to the level of all. ValueError where the births do not reach back far enough.
    """
    places, weeks = births.shape
    if weeks < min(age_weeks, 26) or weeks < age_weeks:
        raise ValueError(f"births of {weeks} weeks: children due at {age_weeks} weeks were born before")
    recent = births[:, -26:] if weeks else np.zeros((places, 1))
    level = recent.mean() if recent.size else 0.0
    mean = (recent.sum(axis=1) + 4.0 * level) / (recent.shape[1] + 4.0)
    known, ahead = np.zeros((places, horizon)), np.zeros((places, horizon))
    for week in range(horizon):
        born = weeks + week - age_weeks
        if born < weeks:
            known[:, week] = births[:, born]
        else:
            ahead[:, week] = mean
    return known, ahead
