"""A scenario day by day: protection refreshed each week, contacts each day, doses each evening."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from lachan.forecasting.engines.whatif import epidemic
from lachan.forecasting.engines.whatif.assumptions import Floats
from lachan.forecasting.engines.whatif.draws import Parameters, contacts_left
from lachan.forecasting.engines.whatif.epidemic import Day, Guard, State
from lachan.forecasting.engines.whatif.scenario import Scenario
from lachan.forecasting.engines.whatif.vaccination import WEEK, Curve

NO_DOSES: Final = 3


class Course:
    """What a scenario lays down for each day, counted from its first (0); days before it are negative."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.curve = curve_of(scenario)
        self._seen: tuple[int, Parameters, Guard] | None = None

    def on(self, day: int) -> np.datetime64:
        return np.datetime64(self.scenario.start, "D") + day

    def meets(self, p: Parameters, day: int) -> Floats:
        """Contacts [n, A, A] left by the measures of a day, all settings together."""
        left = contacts_left(self.scenario.measures, p["strictness"], self.on(day))
        if set(p.contacts) == {"all"}:
            mean = np.mean(list(left.values()), axis=0)
            return np.asarray(p.contacts["all"] * mean[:, None, None])
        return np.asarray(np.sum([p.contacts[name] * left[name][:, None, None] for name in p.contacts], axis=0))

    def guard(self, p: Parameters, day: int) -> Guard:
        """Protection of a day, worked out once a week and for each set of draws."""
        week = day // WEEK
        if self._seen is None or self._seen[0] != week or self._seen[1] is not p:
            self._seen = (week, p, epidemic.guard(p, p.effect.on(self.curve.ages_of_doses(day))))
        return self._seen[2]

    def imports(self, p: Parameters, day: int) -> Floats:
        begun = [entry.imports_from or date.min for entry in self.scenario.variants]
        today = self.on(day).astype(date)
        return np.asarray(p["imported_per_day"] * np.array([first <= today and day >= 0 for first in begun]))

    def live(self, state: State, p: Parameters, day: int, chance: Floats) -> tuple[Day, Floats]:
        """One day of the epidemic and its doses; also how many doses found nobody [n]."""
        happened = epidemic.advance(state, p, self.guard(p, day), self.meets(p, day), chance, self.imports(p, day))
        return happened, epidemic.vaccinate(state, self.curve.on(day))


def curve_of(scenario: Scenario) -> Curve:
    """The doses of a scenario on its own count of days."""
    if scenario.doses is None:
        return Curve(np.zeros((NO_DOSES, len(scenario.ages), 1)), 0)
    return Curve(scenario.doses.counts, (scenario.start - scenario.doses.first).days)
