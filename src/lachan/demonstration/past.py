"""What the demonstration looks back on: the weeks of the epidemic before its day, their forecasts and reports.

Made behind the first page, not before it: whoever starts the demonstration waits for none of it. A note in the data
directory says of which day the past is, so that a start that was cut off, or one on another day, adds nothing twice.
A step that fails is said in the log and tried again at the next start; the others do not wait for it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import connections
from django.utils import timezone

from lachan.access.operations.demo import COMMUNE, DEMO_DAY
from lachan.analytics.epidemic import projection
from lachan.demonstration.demand import seed_demand
from lachan.demonstration.earlier import seed_earlier
from lachan.demonstration.plan import Country
from lachan.demonstration.seed import run_commands
from lachan.demonstration.signing import seed_signatures
from lachan.forecasting import operations as forecasts
from lachan.forecasting.effectiveness import operations as effectiveness
from lachan.forecasting.facts import REGISTER
from lachan.forecasting.report import jobs as reports
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID
from lachan.synth.epidemic import record

log = structlog.get_logger("lachan.demonstration")
RUNS: Final = 4  # forecasts of as many ends of weeks before yesterday: what came can be held against them
WEEK: Final = 7
EVENINGS: Final = 2  # with a situation report


def make_past(land: Country, stop: threading.Event) -> None:
    """Everything that is still missing, step by step; leaves between two steps when told to stop."""
    note = Path(settings.CONF.data_dir) / "demonstration.json"
    if not note.exists():
        _write(note, timezone.localdate(), [])
    known = json.loads(note.read_text(encoding="utf-8"))
    today, done = date.fromisoformat(known["today"]), list(known.get("made", []))
    for name, step in _steps(land, today).items():
        if stop.is_set():
            return
        if name not in done and _succeeded(name, step):
            done.append(name)
            _write(note, today, done)


def _succeeded(name: str, step: Callable[[], object]) -> bool:
    try:
        step()
    except Exception:
        log.exception("a part of the past failed: tried again at the next start", part=name)
        connections.close_all()
        return False
    return True


def _write(note: Path, today: date, done: list[str]) -> None:
    note.write_text(json.dumps({"today": today.isoformat(), "made": done}), encoding="utf-8")


def _steps(land: Country, today: date) -> dict[str, Callable[[], object]]:
    yesterday = today - timedelta(days=1)
    sunday = yesterday - timedelta(days=(yesterday.weekday() + 1) % WEEK)
    stations = [station for station in land.stations.values() if station.id != land.story.id]
    before = {sunday - timedelta(days=WEEK * back) for back in range(RUNS)}
    return {
        "earlier": lambda: seed_earlier(land, today, record.ACTOR),
        "figures": projection.run,
        "forecast of yesterday": partial(_forecast, yesterday),
        "reports": lambda: _report(today),
        "demand": lambda: seed_demand(land, run_commands, timezone.localtime()),
        "signatures": lambda: seed_signatures(stations, record.ACTOR, timezone.localtime()),
        **{f"forecast of {day}": partial(_forecast, day) for day in sorted(before - {yesterday})},
        "scores": lambda: forecasts.score_due(REGISTER, timezone.now()),
        # the doses were entered today: at the end of Sunday none of them was known
        "effectiveness": lambda: effectiveness.make(today, now=timezone.now()),
    }


def _forecast(day: date) -> None:
    """With what was known on that day, as every night."""
    forecasts.run(REGISTER, day, now=timezone.now())


def _report(today: date) -> None:
    """The last evenings' reports of the nation, the story's province and its commune."""
    commune = places.area_at(COMMUNE, 3, DEMO_DAY)
    assert commune is not None
    found = {area.id: area for area in (places.area(COUNTRY_ID), *places.path(commune.id)) if area is not None}
    now: datetime = timezone.now()
    for back in range(EVENINGS, 0, -1):
        reports.make(today - timedelta(days=back), now=now, areas=list(found.values()))
