"""``lachan bench analytics``: the night, the day, the evening's report and the screens of the epidemic.

Two houses beside the installation's, kept between runs: ``bench-analytics`` (three years of 3,321 communes) and
``bench-national`` (three years of 63 provinces). Each measure in a process of its own; the database alone, so that no
worker's jobs are measured with it, and for the screens the web server beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from lachan.cli._processes import in_a_process

Say = Callable[[str], None]
COUNTRY: Final = "bench-analytics"
NATIONAL: Final = "bench-national"
PARTS: Final = ("national", "day", "report", "screens")
DATA: Final = Path("..") / "shared" / "forecast-data"


def measure(
    say: Say, parts: tuple[str, ...] = PARTS, *, facts: int | None = None, tracks: bool = True
) -> dict[str, Any]:
    """The parts in turn, and the four tracks; figures under their names."""
    found: dict[str, Any] = {}
    for name in parts:
        say(f"measuring {name}")
        found |= in_a_process("analytics-part", name, *(["--facts", str(facts)] if facts is not None else []))
    if tracks:
        from lachan.bench import analytics_tracks

        found |= analytics_tracks.measure(DATA, say)
    return found


def part(name: str, folder: Path, say: Say, facts: int | None = None) -> Mapping[str, Any]:
    """One part, in this process: it knows one house only. ``folder``: where the installation lives."""
    from lachan.forecasting.engines import threads

    threads.single()  # before numpy, as the worker does
    from lachan.bench import house

    data_dir = folder / (NATIONAL if name == "national" else COUNTRY)
    data_dir.mkdir(parents=True, exist_ok=True)
    port = house.free_port()
    os.environ["LACHAN_PORT"] = str(port)
    house.prepare(data_dir)
    import logging

    logging.getLogger().setLevel("WARNING")
    from lachan.cli.db import bring_up_to_date
    from lachan.cli.house import database

    with database():
        bring_up_to_date(say)
        house.durable()
        return _measured(name, say, facts, data_dir, port)


def _measured(name: str, say: Say, facts: int | None, data_dir: Path, port: int) -> Mapping[str, Any]:
    from django.utils import timezone

    from lachan.bench import (
        analytics_day,
        analytics_fill,
        analytics_national,
        analytics_report,
        analytics_screens,
        house,
    )

    if name == "national":
        return analytics_national.measure(say)
    last = analytics_fill.country(timezone.localdate(), say, forget=name == "day")
    if name == "day":
        return analytics_day.measure(say, facts or analytics_day.FACTS)
    analytics_fill.runs(last, say)
    if name == "report":
        return analytics_report.measure()
    if name != "screens":
        raise SystemExit(f"there is no part {name!r}: {', '.join(PARTS)}")
    from django.conf import settings

    from lachan.cli.up import web_command

    analytics_screens.report_to_look_at(timezone.now())
    with house.serving(web_command(settings.CONF), data_dir, port) as started:
        return analytics_screens.measure(started)
