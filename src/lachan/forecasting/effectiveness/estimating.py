"""From cells to the estimates of a place: both designs, each outcome, and what of the register speaks against them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lachan.forecasting.effectiveness.cells import Floats, Followed, Tested
from lachan.forecasting.effectiveness.facts import ENTERED, INSIDE_PLACE, OUTCOMES
from lachan.forecasting.engines.effectiveness.answer import Bias, Effectiveness
from lachan.forecasting.engines.effectiveness.cohort import from_cohort
from lachan.forecasting.engines.effectiveness.negative import from_tests

EVERYWHERE: Final = slice(None)
Place = slice | list[int]


def of_place(
    tests: Tested, cohort: Followed, place: Place, *, people: int | None
) -> Iterator[tuple[str, Effectiveness, tuple[Floats, Floats]]]:
    """(outcome, estimate, its events and trials [W, G, A, V]) of each outcome and design.

    ``place``: columns of the areas; one alone is a province, whose communes are not told apart. ``people``: who lives
    there, None: not known.
    """
    whole = place == EVERYWHERE
    negative = tests.negative[:, :, place]
    counted = tests.positive[:, :, place] + negative
    unlinked = _share(tests.unlinked[:, :, place].sum(), counted.sum())
    before_tests = _share(tests.before[:, :, place, 0].sum(), counted[..., 0].sum())
    before_cohort = _share(cohort.before[place, 0].sum(), cohort.began[place, 0].sum())
    days = cohort.person_days[:, :, place]
    entered = None if not people else float(cohort.began[place].sum()) / people
    for outcome in OUTCOMES:
        positive = (tests.positive if outcome == "infection" else tests.severe)[:, :, place]
        made = from_tests(positive, negative, infected_before=before_tests, unlinked=unlinked)
        yield outcome, _named(made, whole, None), (positive, positive + negative)
        cases = (cohort.cases if outcome == "infection" else cohort.severe)[:, :, place]
        made = from_cohort(cases, days, negative=negative, infected_before=before_cohort, unlinked=unlinked)
        yield outcome, _named(made, whole, Bias(ENTERED, "either", entered)), (cases, days)


def _share(part: float, rest: float) -> float | None:
    whole = part + rest
    return float(part / whole) if whole > 0 else None


def _named(made: Effectiveness, whole: bool, more: Bias | None) -> Effectiveness:
    """With the biases that come of where the figures were taken."""
    inside = () if whole else (Bias(INSIDE_PLACE, "either", None),)
    return replace(made, biases=(*made.biases, *inside, *((more,) if more else ())))
