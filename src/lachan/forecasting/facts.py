"""What forecasting tells the faces: frozen, no ORM. Figures of places, never of persons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

DISEASE: Final = "covid-19"
REGISTER: Final = "register"  # what our own register knew
REPLAY: Final = "replay:vietnam-2021"  # the fourth wave of 2021 as it was published day by day
MEASURES: Final = ("cases", "admissions", "deaths")  # counts a week
BEDS: Final = ("beds", "icu", "oxygen")  # people in hospital, of them in intensive care, m³ of oxygen a day
HORIZONS: Final = (1, 2, 3, 4)  # weeks behind the last complete one
# Levels of the forecast hubs (FluSight, COVID-19 hubs): every stored forecast has these 23 quantiles.
LEVELS: Final = (0.01, 0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975, 0.99)


class Status(StrEnum):
    """How a run ended. A blocked one is kept whole, with its reason, and shown to nobody as a forecast."""

    RUNNING = "running"
    PUBLISHED = "published"
    BLOCKED = "blocked"
    FAILED = "failed"


class State(StrEnum):
    """Where an alarm stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    FOLLOWED = "followed"  # to a cluster of cases
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RunFact:
    """One run. ``as_of``: nothing recorded later is in it. ``reason`` (of a blocked or failed one) is a code of
    :mod:`lachan.forecasting.sentences`, ``params`` fill it. ``seal``: sha256 in hex, empty until it is made. ``parts``:
    how many it will have; ``released_reason``: of one that was blocked and that somebody published."""

    id: UUID
    source: str
    as_of: date
    status: Status
    reason: str
    params: dict[str, Any]
    begun_at: datetime
    made_at: datetime | None
    published_at: datetime | None
    engine: str
    inputs: str
    seal: str
    of_map: str
    parts: int = 0
    released_reason: str = ""


class Progress(NamedTuple):
    """A part of a run that is done: ``inputs``, ``nowcast:cases``, ``rt``, ``forecast:deaths``, ``alarms`` …"""

    part: str
    done_at: datetime
    rows: int
    seconds: float


class Band(NamedTuple):
    """One day or week of a fan; the interval of 50 % is q25 to q75, of 90 % q05 to q95."""

    day: date
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


@dataclass(frozen=True, slots=True)
class Horizon:
    """One week ahead: quantiles at :data:`LEVELS`, and what the baseline said."""

    horizon: int
    target_end: date
    quantiles: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def band(self) -> Band:
        return band(self.target_end, self.quantiles)

    @property
    def baseline_band(self) -> Band:
        return band(self.target_end, self.baseline)


def band(day: date, quantiles: tuple[float, ...]) -> Band:
    """The five quantiles a fan is drawn from."""
    return Band(day, *(quantiles[LEVELS.index(level)] for level in (0.05, 0.25, 0.5, 0.75, 0.95)))


@dataclass(frozen=True, slots=True)
class Published:
    """A published forecast of one place and measure.

    ``history``: weeks by the day they end on, as they stood on ``run.as_of``, None: nothing was known. ``notes``: codes
    of what was done for this place (``fell_back``, ``capped``, ``short_history``, ``share_of_province``). ``weights``:
    of the members of the ensemble. ``assumed``: what beds rest on, as the model card has it; of other measures empty.
    """

    run: RunFact
    area_id: int
    disease: str
    measure: str
    history: tuple[tuple[date, float | None], ...]
    horizons: tuple[Horizon, ...]
    notes: tuple[str, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    assumed: dict[str, Any] = field(default_factory=dict)

    @property
    def bands(self) -> tuple[Band, ...]:
        return tuple(entry.band for entry in self.horizons)


@dataclass(frozen=True, slots=True)
class CannotSay:
    """No forecast for this place, and why: ``nothing_published``, ``too_few`` (counts of a small place),
    ``not_reporting``, ``not_measured``, ``not_on_map``; codes of :mod:`lachan.forecasting.sentences`."""

    reason: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastForecast:
    """What was said of a week, and what came. ``truth`` None: not known yet, and so are the scores."""

    run_id: UUID
    as_of: date
    horizon: int
    band: Band
    baseline: Band
    truth: float | None
    wis: float | None
    wis_base: float | None
    inside50: bool | None
    inside90: bool | None


@dataclass(frozen=True, slots=True)
class Past:
    """Forecasts of past weeks at one horizon, oldest first: for each week the first that was published.

    ``inside50`` and ``inside90`` of ``known`` weeks: "in the last 20 weeks the truth lay inside x of 20".
    """

    area_id: int
    disease: str
    measure: str
    horizon: int
    weeks: tuple[PastForecast, ...]

    @property
    def known(self) -> int:
        return sum(week.truth is not None for week in self.weeks)

    @property
    def inside50(self) -> int:
        return sum(bool(week.inside50) for week in self.weeks)

    @property
    def inside90(self) -> int:
        return sum(bool(week.inside90) for week in self.weeks)

    @property
    def misses(self) -> tuple[PastForecast, ...]:
        """Weeks whose truth lay outside the interval of 90 %."""
        return tuple(week for week in self.weeks if week.inside90 is False)

    @property
    def against_baseline(self) -> float | None:
        """Mean WIS as a share of the baseline's: below 1 is better; None: nothing to compare."""
        scored = [(week.wis, week.wis_base) for week in self.weeks if week.wis is not None]
        base = sum(entry[1] or 0.0 for entry in scored)
        return sum(entry[0] for entry in scored) / base if base > 0 else None


class Record(NamedTuple):
    """How forecasts of a place did at one horizon: how many were scored, mean WIS, the baseline's, and in how many the
    truth lay inside the interval."""

    horizon: int
    scored: int
    wis: float
    wis_base: float
    inside50: int
    inside90: int


class RtDay(NamedTuple):
    """A day's reproduction number with its interval of 90 %; all None: cannot be said."""

    day: date
    median: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RtFact:
    """Rt of a place by day. ``reason`` why nothing can be said of the last day, else empty."""

    run: RunFact
    area_id: int
    disease: str
    days: tuple[RtDay, ...]
    reason: str = ""

    @property
    def now(self) -> RtDay | None:
        """The last day something could be said of."""
        return next((day for day in reversed(self.days) if day.median is not None), None)


@dataclass(frozen=True, slots=True)
class NowcastFact:
    """What will be known of the last days once late reports are in. ``reported`` [days]: what is known now.

    ``reporter``: regular, weekly, broken or silent. ``shifted``: the delay has changed ``since`` that day.
    """

    run: RunFact
    area_id: int
    disease: str
    measure: str
    reported: tuple[tuple[date, float | None], ...]
    bands: tuple[Band, ...]
    reporter: str
    shifted: bool
    since: date | None


@dataclass(frozen=True, slots=True)
class AlarmFact:
    """One alarm a place, disease and measure, whatever methods raise it (``methods``).

    ``strength``: how many independent families of methods agree, 1 to 4. ``ratio``: the largest count over what was
    expected on such a day, None: not known. ``observed``: counted in the seven days that end on ``last_on``.
    ``beside``: areas of the same cluster in space and time, to be followed up together.
    """

    id: UUID
    source: str
    area_id: int
    disease: str
    measure: str
    opened_on: date
    last_on: date
    methods: tuple[str, ...]
    strength: int
    ratio: float | None
    observed: float
    beside: tuple[int, ...]
    state: State
    changed_at: datetime
    by: UUID | None
    reason: str
    cluster: str
    outcome: str
    run_id: UUID


class AlarmStep(NamedTuple):
    """What somebody did about an alarm."""

    at: datetime
    by: UUID
    state: State
    reason: str
    cluster: str
    outcome: str


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """Alarms of a place and below it, the latest first; ``counts`` by state, over all pages."""

    items: tuple[AlarmFact, ...]
    counts: dict[State, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Card:
    """The model card of a run: ``data`` as :func:`lachan.forecasting.card.make` writes it, codes and figures only; its
    texts are the faces', in both languages."""

    run: RunFact
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands: the run whose forecasts are shown, and the last attempt, which may have been blocked since."""

    shown: RunFact | None
    last: RunFact | None

    @property
    def blocked(self) -> bool:
        return self.last is not None and self.last.status in (Status.BLOCKED, Status.FAILED)


class Glimpse(NamedTuple):
    """One place on a map or in a list: the last known week, the forecast two weeks on, and Rt with its interval."""

    area_id: int
    last_week: float | None
    ahead: Band | None
    rt: RtDay | None
