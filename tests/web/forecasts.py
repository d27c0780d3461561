"""Runs as the nightly job leaves them, with courses made here: what the pages of forecasts are looked at with."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from lachan.forecasting.facts import LEVELS
from lachan.forecasting.models import Alarm, Forecast, Input, Nowcast, Rt, Run, Score
from lachan.kernel.ids import new_id

SUNDAY = date(2021, 10, 10)
WEEKS = 30
DISEASE = "covid-19"
CARD: dict[str, Any] = {
    "format": 1, "seed": 0, "lag_days": 1,
    "inputs": {"cases": {
        "first_week": "2021-03-21", "last_week": "2021-10-10", "places": 64,
        "revised": {"median": 0.93, "least": 0.85, "most": 1.0, "weeks": 11}, "doubtful": [],
    }},
    "delays": {"cases": {
        "measure": "cases", "shifted": False, "since": None, "before_days": 2.1, "now_days": 2.2, "said": [],
        "reporters": {"weekly": [], "broken": [], "silent": []},
    }},
    "rt_cannot_say": 4, "excluded": [],
    "targets": {f"{DISEASE}:cases": {
        "weights": {"ridge-root": 0.5, "persistence": 0.5}, "notes": {"capped": 2},
        "coverage": {"1": {"scored": 20, "inside50": 0.5, "inside90": 0.9, "against_baseline": 0.8}},
    }},
    "blocked": None,
}  # fmt: skip


def middle(week: int) -> float:
    """Cases of a week counted from the last one known: up to eleven thousand, then down."""
    return 11_000 * math.exp(-(((week + 4) / 9) ** 2))


def quantiles(center: float, spread: float) -> list[float]:
    return [max(center * (1 + spread * (level - 0.5) * 2), 0.0) for level in LEVELS]


def run(as_of: date = SUNDAY + timedelta(days=1), **changes: Any) -> Run:
    """A published run of a Monday."""
    made = datetime(as_of.year, as_of.month, as_of.day, 2, tzinfo=UTC)
    facts: dict[str, Any] = {
        "id": new_id(), "source": "register", "as_of": as_of, "of_map": "2021", "status": "published",
        "begun_at": made, "made_at": made, "published_at": made, "engine": "test", "inputs": "ab" * 32, "card": CARD,
        "seal": "cd" * 32,
    }  # fmt: skip
    return Run.objects.create(**{**facts, **changes})


def said(of: Run, areas: Iterable[int], *, back: int = 0, measures: Iterable[str] = ("cases",)) -> None:
    """What a run said of places ``back`` weeks ago, with its history, Rt and nowcast."""
    end = SUNDAY - timedelta(weeks=back)
    for area in areas:
        for measure in measures:
            key = {"run_id": of.id, "area_id": area, "disease": DISEASE, "measure": measure}
            values = [middle(week - back) for week in range(-WEEKS + 1, 1)]
            Input.objects.create(**key, ends_on=end, values=values)
            for horizon in (1, 2, 3, 4):
                center = middle(horizon - back)
                Forecast.objects.create(
                    **key, horizon=horizon, target_end=end + timedelta(weeks=horizon),
                    quantiles=quantiles(center, 0.25 * horizon), baseline=quantiles(values[-1], 0.5 * horizon),
                )  # fmt: skip
            days = [values[-2] / 7] * 7 + [values[-1] / 7 * (1 - 0.1 * day) for day in range(7)]
            spread = {f"q{level:02}": [v * (0.9 + level / 500) for v in days] for level in (5, 25, 50, 75, 95)}
            Nowcast.objects.create(
                **key, first_day=end - timedelta(days=13), reported=days, **spread, reporter="regular", shifted=False
            )
        Rt.objects.create(
            run_id=of.id, area_id=area, disease=DISEASE, first_day=end - timedelta(days=55),
            median=[1.4 - day / 100 for day in range(56)], low=[1.2 - day / 100 for day in range(56)],
            high=[1.6 - day / 100 for day in range(56)],
        )  # fmt: skip


def scored(of: Run, area: int, *, back: int, truth: float, inside: bool) -> None:
    """How what was said two weeks ahead did."""
    Score.objects.create(
        run_id=of.id, area_id=area, disease=DISEASE, measure="cases", horizon=2,
        target_end=SUNDAY - timedelta(weeks=back - 2), truth=truth, truth_as_of=SUNDAY, wis=100.0, wis_base=160.0,
        covered50=inside, covered90=inside,
    )  # fmt: skip


def season(areas: Iterable[int], *, weeks: int = 14, misses: Iterable[int] = (5,)) -> Run:
    """Runs of ``weeks`` Mondays; in the week ``back`` of ``misses`` far more came than was said."""
    areas = list(areas)
    last = None
    for back in range(weeks, -1, -1):
        last = run(SUNDAY - timedelta(weeks=back) + timedelta(days=1))
        said(last, areas, back=back)
        if back >= 2:
            for area in areas:
                missed = back in misses
                scored(last, area, back=back, truth=middle(2 - back) * (2 if missed else 1), inside=not missed)
    assert last is not None
    return last


def alarm(area: int, of: UUID, **changes: Any) -> Alarm:
    facts: dict[str, Any] = {
        "id": new_id(), "source": "register", "area_id": area, "disease": DISEASE, "measure": "cases",
        "opened_on": SUNDAY - timedelta(days=5), "last_on": SUNDAY, "methods": ["ears_c1", "cusum"], "strength": 2,
        "ratio": 3.2, "observed": 41.0, "run_id": of, "state": "open",
        "changed_at": datetime(2021, 10, 11, 2, tzinfo=UTC),
    }  # fmt: skip
    return Alarm.objects.create(**{**facts, **changes})
