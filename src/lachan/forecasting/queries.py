"""What was forecast, what came, what stands. Every function asks first whether the actor may see the place.

``Forbidden`` outside the actor's grants (verb ``forecast.read``), Problem 404 for what is not there. Results are
frozen. The number of statements is fixed and tested. ``as_of``: only runs of data up to that day, "as known then".
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.analytics.maps import Map, on_map
from lachan.forecasting.facts import (
    BEDS,
    DISEASE,
    HORIZONS,
    REGISTER,
    AlarmFact,
    AlarmPage,
    AlarmStep,
    Band,
    CannotSay,
    Card,
    Glimpse,
    Horizon,
    NowcastFact,
    Past,
    PastForecast,
    Progress,
    Published,
    Record,
    RtDay,
    RtFact,
    RunFact,
    Standing,
    State,
    Status,
    band,
)
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, PROVINCE

VERB: Final = "forecast.read"
WEEK: Final = timedelta(days=7)
MOST_WEEKS: Final = 104
PAGE: Final = 50
MOST_PAGES: Final = 200  # of alarms: whoever looks further back narrows the list to a place


def may_see(actor: Actor, area_id: int) -> bool:
    """Whether forecasts of the area are the actor's to read; those of the nation need a grant for the nation."""
    return reach.may_see(actor, VERB, area_id)


# runs


def standing(actor: Actor, *, source: str = REGISTER, as_of: date | None = None) -> Standing:
    """The run that is shown and the last attempt, with its reason when it was blocked. Two statements."""
    _may(actor)
    asked = {"source": source, "until": as_of}
    return Standing(_run("run_shown", asked), _run("run_last", asked))


def runs(actor: Actor, *, source: str = REGISTER, page: int = 1) -> tuple[RunFact, ...]:
    """Runs of a source, the latest first, published or not; 50 a page. One statement."""
    _may(actor)
    return tuple(read_run(row) for row in _rows("runs_page", [source, PAGE, (max(page, 1) - 1) * PAGE]))


def progress(actor: Actor, run_ids: Collection[UUID]) -> dict[UUID, tuple[Progress, ...]]:
    """Parts of runs that are done, in the order they were made, of ``RunFact.parts``. One statement."""
    _may(actor)
    found: dict[UUID, list[Progress]] = {run_id: [] for run_id in run_ids}
    for run_id, *part in _rows("progress_of", [list(run_ids)]) if run_ids else []:
        found[run_id].append(Progress(*part))
    return {run_id: tuple(parts) for run_id, parts in found.items()}


def without_run(actor: Actor, until: date, *, source: str = REGISTER) -> tuple[date, ...]:
    """Days of the last four weeks up to one that have no run, the oldest first. One statement."""
    _may(actor)
    asked = {"source": source, "since": until - WEEK * 4, "until": until}
    return tuple(row[0] for row in _rows("days_without_run", asked))


def card(actor: Actor, run_id: UUID) -> Card:
    """The model card of a run; its places without figures are named, which is no secret. Two statements."""
    _may(actor)
    run = _run("run_of_id", [run_id])
    if run is None:
        raise Problem("not_found", "Not found", "There is no such run.", status=404)
    [[data]] = _rows("card_of_run", [run_id])
    return Card(run, json.loads(data) if data else {})


# forecasts


def latest(
    actor: Actor, area_id: int, measure: str = "cases", *,
    disease: str = DISEASE, source: str = REGISTER, as_of: date | None = None,
) -> Published | CannotSay:  # fmt: skip
    """The forecast that stands for a place, or why there is none. Three statements at most."""
    found = _shown(actor, area_id, source, as_of)
    if isinstance(found, CannotSay):
        return found
    run, drawn = found
    rows = _rows("forecast_of", [drawn.id, run.id, disease, measure])
    [[excluded, targets, beds]] = _rows("why_not", [run.id])
    if not rows:
        return why_not(drawn, measure, _json(excluded) or [])
    target = (_json(targets) or {}).get(f"{disease}:{measure}", {})
    ends_on, values = rows[0][5:7]
    return Published(
        run, drawn.id, disease, measure, weeks_of(ends_on, values or []),
        tuple(Horizon(row[0], row[1], tuple(row[2]), tuple(row[3])) for row in rows),
        tuple(rows[0][4]), dict(target.get("weights", {})), (_json(beds) or {}) if measure in BEDS else {},
    )  # fmt: skip


def past(
    actor: Actor, area_id: int, measure: str = "cases", *, horizon: int = 2, weeks: int = 20,
    disease: str = DISEASE, source: str = REGISTER, as_of: date | None = None,
) -> Past:  # fmt: skip
    """Forecasts of past weeks over what came, at one horizon; empty where there were none. Three statements."""
    weeks = min(max(weeks, 1), MOST_WEEKS)
    found = _shown(actor, area_id, source, as_of)
    if isinstance(found, CannotSay):
        return Past(area_id, disease, measure, horizon, ())
    run, drawn = found
    made = _rows("published_between", [source, run.as_of - WEEK * (weeks + max(HORIZONS) + 1), run.as_of])
    rows = _rows(
        "past_of",
        {
            "runs": [row[0] for row in made], "days": [row[1] for row in made], "area": drawn.id, "disease": disease,
            "measure": measure, "horizon": horizon, "until": run.as_of, "weeks": weeks,
        },
    )  # fmt: skip
    return Past(drawn.id, disease, measure, horizon, tuple(
        PastForecast(row[0], row[1], horizon, band(row[2], tuple(row[3])), band(row[2], tuple(row[4])), *row[5:10])
        for row in reversed(rows)
    ))  # fmt: skip


def record(
    actor: Actor, area_id: int, measure: str = "cases", *, weeks: int = 20,
    disease: str = DISEASE, source: str = REGISTER, as_of: date | None = None,
) -> tuple[Record, ...]:  # fmt: skip
    """Scores against the baseline by horizon, over every run of those weeks. Three statements."""
    shown = _shown(actor, area_id, source, as_of)
    if isinstance(shown, CannotSay):
        return ()
    run, drawn = shown
    made = _rows("published_between", [source, run.as_of - WEEK * min(max(weeks, 1), MOST_WEEKS), run.as_of])
    found = _rows("record_of", [drawn.id, [row[0] for row in made], disease, measure])
    return tuple(Record(*row) for row in found)


def rt(
    actor: Actor, area_id: int, *, disease: str = DISEASE, source: str = REGISTER, as_of: date | None = None
) -> RtFact | CannotSay:
    """Rt of a place by day with its interval of 90 %. Two statements."""
    found = _shown(actor, area_id, source, as_of)
    if isinstance(found, CannotSay):
        return found
    run, drawn = found
    rows = _rows("rt_of", [drawn.id, run.id, disease])
    if not rows:
        return CannotSay("by_province")
    first, median, low, high, reason = rows[0]
    days = (RtDay(first + timedelta(days=at), *day) for at, day in enumerate(zip(median, low, high, strict=True)))
    return RtFact(run, drawn.id, disease, tuple(days), reason)


def nowcast(
    actor: Actor, area_id: int, measure: str = "cases", *,
    disease: str = DISEASE, source: str = REGISTER, as_of: date | None = None,
) -> NowcastFact | CannotSay:  # fmt: skip
    """What the last days will come to once late reports are in. Two statements."""
    found = _shown(actor, area_id, source, as_of)
    if isinstance(found, CannotSay):
        return found
    run, drawn = found
    rows = _rows("nowcast_of", [drawn.id, run.id, disease, measure])
    if not rows:
        reason = "worked_out" if measure in BEDS else "not_measured"
        return CannotSay("by_province" if drawn.level > PROVINCE else reason)
    first, reported, *quantiles, reporter, shifted, since = rows[0]
    days = [first + timedelta(days=at) for at in range(len(reported))]
    bands = (
        Band(day, *values) for day, *values in zip(days, *quantiles, strict=True) if all(v is not None for v in values)
    )
    return NowcastFact(
        run, drawn.id, disease, measure, tuple(zip(days, reported, strict=True)), tuple(bands), reporter,
        shifted, since,
    )  # fmt: skip


def glimpses(
    actor: Actor, area_id: int, measure: str = "cases", *, horizon: int = 2,
    disease: str = DISEASE, source: str = REGISTER, as_of: date | None = None,
) -> tuple[RunFact | None, dict[int, Glimpse]]:  # fmt: skip
    """Every place directly below one (provinces of the nation, communes of a province), by id. Two statements."""
    area = _see(actor, area_id)
    run = _run("run_shown", {"source": source, "until": as_of})
    if run is None:
        return None, {}
    drawn = _drawn(actor, area, run) or area
    day = Map(run.of_map).day
    below = places.provinces(day) if drawn.level == 0 else places.communes(drawn.id, day)
    asked = {"areas": [entry.id for entry in below], "run": run.id, "disease": disease, "measure": measure}
    found = {}
    for place, last, end, quantiles, day_of_rt, *interval in _rows("glimpses", {**asked, "horizon": horizon}):
        ahead = band(end, tuple(quantiles)) if end is not None else None
        found[place] = Glimpse(place, last, ahead, RtDay(day_of_rt, *interval) if day_of_rt is not None else None)
    return run, found


# alarms


def alarms(
    actor: Actor, area_id: int, *, state: State | None = None, page: int = 1, source: str = REGISTER
) -> AlarmPage:
    """Alarms of a place and everything below it, 50 a page, at most 200 pages. Two statements."""
    area = _see(actor, area_id)
    within = None if area.level == 0 else sorted(places.areas_under(area.id) | {area.id})
    asked = {"source": source, "areas": within}
    counts = dict.fromkeys(State, 0) | {State(name): count for name, count in _rows("alarm_counts", asked)}
    wanted = sum(counts.values()) if state is None else counts[state]
    pages = min(max(-(-wanted // PAGE), 1), MOST_PAGES)
    page = min(max(page, 1), pages)
    states = list(State) if state is None else [state]  # those that nobody answered before the others
    rows = _rows("alarms_page", {**asked, "states": states, "limit": PAGE, "offset": (page - 1) * PAGE})
    return AlarmPage(tuple(read_alarm(row) for row in rows), counts, page, pages)


def alarm(actor: Actor, alarm_id: UUID) -> tuple[AlarmFact, tuple[AlarmStep, ...]]:
    """One alarm and what was done about it, in order; Problem 404 outside the actor's places. Two statements."""
    _may(actor)
    rows = _rows("alarms_of_ids", [[alarm_id]])
    if not rows or not may_see(actor, rows[0][2]):
        raise Problem("not_found", "Not found", "There is no such alarm within your grants.", status=404)
    steps = (AlarmStep(row[0], row[1], State(row[2]), *row[3:]) for row in _rows("steps_of_alarm", [alarm_id]))
    return read_alarm(rows[0]), tuple(steps)


def read_alarm(row: Sequence[Any]) -> AlarmFact:
    """A row of ``alarms_page`` or ``alarms_of_ids``."""
    values = [*row[:7], tuple(row[7]), *row[8:11], tuple(row[11]), State(row[12]), *row[13:]]
    return AlarmFact(*values)


# rows


def _may(actor: Actor) -> None:
    if not may(actor, VERB):
        raise Forbidden("Forecasts are not within your grants.")


def _see(actor: Actor, area_id: int) -> AreaFact:
    return reach.seen(actor, VERB, area_id, "The forecasts")


def _shown(actor: Actor, area_id: int, source: str, as_of: date | None) -> tuple[RunFact, AreaFact] | CannotSay:
    """The run that is shown and the place on its map, or why there is none. One statement."""
    area = _see(actor, area_id)
    run = _run("run_shown", {"source": source, "until": as_of})
    if run is None:
        return CannotSay("nothing_published")
    drawn = _drawn(actor, area, run)
    return (run, drawn) if drawn is not None else CannotSay("not_on_map")


def _drawn(actor: Actor, area: AreaFact, run: RunFact) -> AreaFact | None:
    """The area on the run's own map, as long as that is within the actor's grants too: a merged province is wider."""
    found = on_map(area.id, Map(run.of_map))
    return found if found is not None and may_see(actor, found.id) else None


def why_not(area: AreaFact, measure: str, excluded: list[dict[str, Any]]) -> CannotSay:
    """Why a run has no forecast of a place; ``excluded`` as its card has it."""
    for entry in excluded:
        if entry["area"] in (area.id, area.province_id) and (entry["measure"] == measure or measure in BEDS):
            return CannotSay(entry["reason"], {key: value for key, value in entry.items() if key == "since"})
    if area.level == COMMUNE:
        return CannotSay("by_province" if measure in BEDS else "too_few")
    return CannotSay("not_measured")


def weeks_of(ends_on: date | None, values: Sequence[float | None]) -> tuple[tuple[date, float | None], ...]:
    """Values by the week they end on, the last on ``ends_on``."""
    if ends_on is None:
        return ()
    return tuple((ends_on - WEEK * (len(values) - 1 - at), value) for at, value in enumerate(values))


def _run(name: str, asked: Any) -> RunFact | None:
    return next((read_run(row) for row in _rows(name, asked)), None)


def read_run(row: Sequence[Any]) -> RunFact:
    """A row of ``run_of_id`` and its sisters."""
    values = [*row[:3], Status(row[3]), row[4], _json(row[5]), *row[6:]]
    return RunFact(*values)


def _json(value: Any) -> Any:
    """Django's connection hands JSON over as text."""
    return json.loads(value) if isinstance(value, str) else value


def _rows(name: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", name), parameters)
        return list(cursor.fetchall())
