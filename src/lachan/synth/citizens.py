"""The invented people as a population register would have them: the truth that records are held against."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lachan.synth import people
from lachan.synth.plan import CHUNK, Plan


def citizens(plan: Plan, count: int) -> Iterator[tuple[str, str, str, str]]:
    """(number, name, sex, birth date) of the plan's first ``count`` persons, one for each number the register knows.

    Citizen ids all; of the 9-digit numbers, which the register took over from paper, every other one.
    """
    for chunk in range(-(-count // CHUNK)):
        truth = people.generate(plan, chunk)
        born = np.datetime_as_string(truth.born.astype("datetime64[D]")).tolist()
        male = truth.male.tolist()
        for at in range(min(CHUNK, count - chunk * CHUNK)):
            said = truth.name[at], "M" if male[at] else "F", born[at]
            if truth.citizen_id[at]:
                yield truth.citizen_id[at], *said
            old = truth.old_id[at]
            if old and int(old[-1]) % 2 == 0:
                yield old, *said
