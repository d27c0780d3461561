"""Making the estimates of a day: counted once for the whole nation, estimated place by place, kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

import structlog
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.analytics.maps import map_on
from lachan.forecasting.effectiveness import cells, estimating
from lachan.forecasting.effectiveness.facts import CODES, WEEKS, Span, span_of
from lachan.forecasting.engines.effectiveness.answer import Effectiveness
from lachan.forecasting.facts import DISEASE
from lachan.forecasting.sealing import canonical, code_version
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

VERB: Final = "forecast.run"
FIRST: Final = date(2020, 1, 23)  # first cases in Việt Nam
_BESIDE: Final = ("effectiveness/cells.py", "effectiveness/estimating.py", "sql/effectiveness.sql")
Told = Callable[[int, int], None]  # places done, of how many
log = structlog.get_logger("lachan.forecasting")


@cache
def version() -> str:
    """The version of the engines, and the first 8 digits of the hash of what counts and chooses here."""
    root = resources.files("lachan.forecasting")
    made = sha256(b"".join(root.joinpath(name).read_bytes() for name in _BESIDE))
    return f"{code_version()}/{made.hexdigest()[:8]}"


def make(
    as_of: date, *, now: datetime, disease: str = DISEASE, told: Told = lambda done, of: None, weeks: int = WEEKS
) -> int:
    """Estimate nation and provinces from what was known at the end of a day; how many estimates were kept.

    Made again for the same day they replace themselves. Two statements read the register; the estimates are written in
    one. ValueError for a day that is not come, or before the epidemic.
    """
    if not FIRST <= as_of <= timezone.localtime(now).date():
        raise ValueError(f"{as_of}: a day from {FIRST} to today is needed")
    span = span_of(as_of, weeks)
    wanted = cells.asked(disease, as_of, span, map_on(as_of))
    with hot_cursor() as cursor:
        for name in ("effectiveness_patience", "effectiveness_memory"):
            cursor.execute(load("forecasting", name))
        tests, cohort = cells.tested(cursor, wanted), cells.followed(cursor, wanted)
    spots: list[tuple[int, estimating.Place]] = [(COUNTRY_ID, estimating.EVERYWHERE)]
    spots += [(area_id, [col]) for col, area_id in enumerate(wanted.area_ids)]
    rows = []
    for at, (area_id, spot) in enumerate(spots):
        told(at, len(spots))
        area = places.area(area_id)
        people = area.population if area is not None else None
        for outcome, made, used in estimating.of_place(tests, cohort, spot, people=people):
            inputs = cells.digest(used, (disease, as_of, *span, area_id, made.design, outcome))
            rows.append(_row(area_id, disease, outcome, as_of, span, now, inputs, made, used))
    with hot_cursor() as cursor:
        cursor.executemany(load("forecasting", "keep_effectiveness"), rows)
    told(len(spots), len(spots))
    log.info("effectiveness is estimated", as_of=str(as_of), disease=disease, estimates=len(rows))
    return len(rows)


def _row(
    area_id: int, disease: str, outcome: str, as_of: date, span: Span, now: datetime, inputs: str,
    made: Effectiveness, used: tuple[cells.Floats, cells.Floats],
) -> list[Any]:  # fmt: skip
    """A row of ``keep_effectiveness``: the unvaccinated first, of whom only the counts are said."""
    events, trials = ([float(count) for count in part.sum(axis=(0, 1, 2))] for part in used)
    effects = made.effects
    biases = [[bias.code, bias.direction, bias.measured] for bias in made.biases]
    return [
        area_id, disease, made.design, outcome, as_of, span.since, span.until, now, version(), inputs,
        list(CODES), events, trials,
        [None, *(effect.estimate for effect in effects)], [None, *(effect.low for effect in effects)],
        [None, *(effect.high for effect in effects)], ["", *(effect.interval for effect in effects)],
        ["", *(effect.unsaid or "" for effect in effects)], canonical(biases).decode(), made.dispersion, made.waning,
    ]  # fmt: skip


def ask(as_of: date, *, actor: Actor) -> None:
    """Let the worker make the estimates of a day; once while it waits. Forbidden without the right."""
    from lachan.forecasting.effectiveness.jobs import ask_day

    if not may(actor, VERB):
        raise Forbidden("Asking for an estimate is not within your grants.")
    ask_day(as_of)
