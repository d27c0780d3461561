"""What was estimated, frozen; codes only, the words are ``sentences``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from lachan.forecasting.engines.effectiveness.states import STATES

WEEKS: Final = 26
DESIGNS: Final = ("test_negative", "cohort")
OUTCOMES: Final = ("infection", "severe")
INSIDE_PLACE: Final = "inside_place"
ENTERED: Final = "entered"
"""Biases of this room beside those of the engine: what lies inside a province is not told apart; of the people of a
place only those in the register are followed (measured: their share)."""


class Span(NamedTuple):
    """The whole weeks counted, Monday to Sunday, both days included."""

    since: date
    until: date

    @property
    def weeks(self) -> int:
        return ((self.until - self.since).days + 1) // 7


def span_of(as_of: date, weeks: int = WEEKS) -> Span:
    """The last whole weeks that are over by a day."""
    until = as_of - timedelta(days=(as_of.weekday() + 1) % 7)
    return Span(until - timedelta(days=7 * weeks - 1), until)


@dataclass(frozen=True, slots=True)
class Line:
    """One vaccination state: ``events`` of ``trials`` (people tested, or person-days), effectiveness with its interval
    of 95 %. ``unsaid``: code why nothing can be said, else empty; then the three are None."""

    state: str
    events: float
    trials: float
    estimate: float | None
    low: float | None
    high: float | None
    way: str
    unsaid: str


class BiasFact(NamedTuple):
    """A bias by its code, the way it moves the estimate (up, down, either), and what the data show of it."""

    code: str
    direction: str
    measured: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One design of one place and outcome. ``lines``: by state, the unvaccinated first, whom all are compared with.
    ``waning``: change of the log ratio in 30 days since the dose, above 0 protection is lost; None: cannot be said."""

    area_id: int
    disease: str
    design: str
    outcome: str
    as_of: date
    span: Span
    made_at: datetime
    engine: str
    inputs: str
    lines: tuple[Line, ...]
    biases: tuple[BiasFact, ...]
    dispersion: float
    waning: float | None

    @property
    def reference(self) -> Line:
        return self.lines[0]

    @property
    def said(self) -> tuple[Line, ...]:
        """States something can be said of."""
        return tuple(line for line in self.lines[1:] if not line.unsaid)

    @property
    def why_not(self) -> str:
        """The one reason why nothing at all can be said, else empty."""
        reasons = {line.unsaid for line in self.lines[1:]}
        return reasons.pop() if len(reasons) == 1 else ""

    def line(self, state: str) -> Line | None:
        return next((line for line in self.lines if line.state == state), None)


CODES: Final = tuple(state.code for state in STATES)
