"""The answers of ``/forecasts``. Counts a week of the place, quantiles at the levels the answer names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from lachan.rest.answers import Answer, Words

Source = Literal["register", "replay:vietnam-2021"]


class ForecastRun(Answer):
    """One run. `seal` is the sha256 over everything it was made from and says; a published one is never edited."""

    id: UUID
    source: str
    as_of: date
    status: Literal["running", "published", "blocked", "failed"]
    reason: str
    message: Words | None
    made_at: datetime | None
    published_at: datetime | None
    engine: str
    map: str
    inputs_sha256: str
    seal: str


class ForecastRuns(Answer):
    """Runs, the latest first; 50 a page."""

    items: list[ForecastRun]


class WeekValue(Answer):
    """A week by the day it ends on, as it stood then; null: not known."""

    ends_on: date
    value: float | None


class ForecastHorizon(Answer):
    """One week ahead: quantiles at `levels`, and the baseline's."""

    horizon: int
    target_end: date
    quantiles: list[float]
    baseline: list[float]


class ForecastAnswer(Answer):
    """The forecast that stands, or in `cannot_say` why there is none."""

    area: str
    measure: str
    run: ForecastRun | None
    cannot_say: str
    message: Words | None
    levels: list[float]
    history: list[WeekValue]
    horizons: list[ForecastHorizon]
    notes: list[str]
    weights: dict[str, float]


class PastWeek(Answer):
    """What was said of a week, and what came; null: not known yet."""

    run: UUID
    as_of: date
    target_end: date
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    baseline_q50: float
    truth: float | None
    wis: float | None
    wis_baseline: float | None
    inside50: bool | None
    inside90: bool | None


class PastForecasts(Answer):
    """Forecasts of past weeks at one horizon, oldest first; `inside90` of `known` weeks held the truth."""

    area: str
    measure: str
    horizon: int
    known: int
    inside50: int
    inside90: int
    against_baseline: float | None
    weeks: list[PastWeek]


class RtOfDay(Answer):
    """Rt with its interval of 90 %; null: cannot be said."""

    day: date
    median: float | None
    low: float | None
    high: float | None


class RtAnswer(Answer):
    """Rt by day, or in `cannot_say` why there is none."""

    area: str
    run: ForecastRun | None
    cannot_say: str
    message: Words | None
    days: list[RtOfDay]


class NowcastDay(Answer):
    """A day as reported so far, and what it will come to; null: not known."""

    day: date
    reported: float | None
    q05: float | None
    q25: float | None
    q50: float | None
    q75: float | None
    q95: float | None


class NowcastAnswer(Answer):
    """The last days, or in `cannot_say` why there are none. `shifted`: the delay has changed since `since`."""

    area: str
    measure: str
    run: ForecastRun | None
    cannot_say: str
    message: Words | None
    reporter: str
    shifted: bool
    since: date | None
    days: list[NowcastDay]


class AlarmAnswer(Answer):
    """One alarm. `strength`: families of methods that agree; `ratio`: largest count over what was expected."""

    id: UUID
    area: str
    disease: str
    measure: str
    opened_on: date
    last_on: date
    methods: list[str]
    strength: int
    ratio: float | None
    observed: float
    beside: list[str]
    state: Literal["open", "acknowledged", "followed", "closed"]
    cluster: str
    outcome: str


class AlarmList(Answer):
    """Alarms of a place and below it; `counts` by state over all pages."""

    items: list[AlarmAnswer]
    counts: dict[str, int]
    page: int
    pages: int


class CardAnswer(Answer):
    """The model card of a run: codes and figures, as docs/howto/forecasts.md explains them."""

    run: ForecastRun
    card: dict[str, Any]
