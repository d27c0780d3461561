"""Runs of demand: what is known is counted anew, then province by province; a cut run goes on behind what is done.

Every night and when asked for. Answers are of what the register knows as it stands, doses up to the evening before.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import structlog
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.forecasting import sealing, store
from lachan.forecasting.demand import rows, source
from lachan.forecasting.demand.cohorts import Cohorts, Floats, Ints
from lachan.forecasting.demand.facts import AHEAD, COVERED, LEVEL, PAST
from lachan.forecasting.demand.ground import Ground, ground_of
from lachan.forecasting.demand.supply import Bools, Shelf
from lachan.forecasting.engines.demand.plan import SAMPLES, plan
from lachan.forecasting.engines.demand.uptake import Uptake, drift, uptake
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places.rules import COUNTRY_ID, PROVINCE

VERB: Final = "forecast.run"
NOTHING: Final = "demand_no_past"
KEPT: Final = 14  # runs made that are kept
GIVEN_UP: Final = timedelta(hours=6)  # after which a cut run is not gone on with: the register has changed
Progress = Callable[[str, int, int], None]  # step, done, of how many
log = structlog.get_logger("lachan.forecasting")


class Known(NamedTuple):
    """What every province is worked out from. ``common`` [S, H]: what all places will feel at once; ``waiting``
    [A, J, U]: who is in line; ``given`` [A, P, W]: doses of past weeks."""

    ground: Ground
    cohorts: Cohorts
    uptake: Uptake
    common: Floats
    waiting: Floats
    shelf: Shelf
    given: Ints


def run(as_of: date, *, now: datetime, say: Progress | None = None) -> UUID:
    """Work out demand from doses up to a day and the stock as it is; the run's id.

    Problem 409 while another process does. An error leaves the run ``failed`` with what is done; the next call of the
    day goes on behind it.
    """
    with store.alone("demand", as_of):
        run_id = _begin(as_of, now)
        begun = time.monotonic()
        try:
            found, reason = _make(run_id, as_of, now, say or (lambda step, done, of: None))
        except Exception as error:
            log.exception("a demand run failed", run_id=str(run_id))
            _close(run_id, "failed", "engine_failed", None, {"error": type(error).__name__})
            raise
        found["seconds"] = round(time.monotonic() - begun, 1)
        _close(run_id, "made", reason, now, found)
        _forget_old()
    log.info("demand is worked out", as_of=str(as_of), reason=reason, **found)
    return run_id


def ask(*, actor: Actor, today: date) -> None:
    """Let the worker do it; once while it waits. Forbidden without the right."""
    from lachan.forecasting.demand.jobs import ask_demand

    if not may(actor, VERB):
        raise Forbidden("Asking for a forecast is not within your grants.")
    ask_demand(today - timedelta(days=1))


def _begin(as_of: date, now: datetime) -> UUID:
    version = code_version()
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "demand_unfinished"), [as_of, version, now - GIVEN_UP])
        row = cursor.fetchone()
        if row is not None:
            cursor.execute(load("forecasting", "demand_resume"), [row[0]])
            return UUID(str(row[0]))
        run_id = new_id()
        of_map = ground_of(as_of).of_map.value
        cursor.execute(load("forecasting", "demand_begin"), [run_id, as_of, of_map, now, version])
    return run_id


def _make(run_id: UUID, as_of: date, now: datetime, say: Progress) -> tuple[dict[str, Any], str]:
    schedule, vials = source.schedule_on(as_of)
    ground = source.served_ground(ground_of(as_of), as_of)
    cohorts = Cohorts(schedule, len(ground.area_ids))
    unplaced = 0
    for number, (_province, residences) in enumerate(ground.residences.items()):
        say("count", number, len(ground.residences))
        unplaced += source.count(cohorts, ground, residences, as_of, timezone.localtime(now).date())
    cohorts.divide(np.random.default_rng([as_of.toordinal(), 29]))
    given, raw = source.given_in(ground, schedule, as_of)
    shelf = source.shelf_on(ground, schedule, vials, as_of, now, raw)
    known = Known(ground, cohorts, *_uptake(cohorts, ground, as_of), shelf, given)
    found = {
        "people": int(known.waiting.sum()), "due": int(cohorts.ahead.sum()), "unplaced": unplaced,
        "products": list(schedule.products),
    }  # fmt: skip
    if not known.uptake.said:
        return found, NOTHING
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "demand_blocks"), [run_id])
        done = {province: bytes(paths) for province, paths in cursor.fetchall()}
    for number, (province, block) in enumerate(ground.provinces.items()):
        say("places", number, len(ground.provinces))
        if province not in done:
            done[province] = _block(run_id, province, block, known, as_of, now)
    say("sums", 0, 1)
    _sums(run_id, ground, schedule.products, done)
    return found, ""


def _uptake(cohorts: Cohorts, ground: Ground, as_of: date) -> tuple[Uptake, Floats, Floats]:
    """How soon people come, what all places will feel at once [S, H], and who is in line [A, J, U].

    Life tables are made block by block: what is in between is large. How much a week of one place varies is measured
    against what the whole country did in that week.
    """
    parts = [cohorts.tables(block, PAST) for block in ground.provinces.values()]
    taken, waited, waiting = (np.concatenate(part) for part in zip(*parts, strict=True))
    first = uptake(taken, waited)
    if not first.said:
        return first, np.ones((SAMPLES, AHEAD)), waiting
    doses, expected = cohorts.weekly(first)
    rng = np.random.default_rng([as_of.toordinal(), 31])
    common = drift(doses.sum(axis=0), expected.sum(axis=0), samples=SAMPLES, weeks=AHEAD, rng=rng)
    whole = doses.sum(axis=0) / np.maximum(expected.sum(axis=0), 1.0)
    return uptake(taken, waited, (doses, expected * whole)), common, waiting


def _block(run_id: UUID, province: int, block: slice, known: Known, as_of: date, now: datetime) -> bytes:
    """One province: rows of its places that have anything, and that it is done, in one transaction. Returns its packed
    paths."""
    cohorts, schedule, felt = known.cohorts, known.cohorts.schedule, known.uptake
    at = block.start + np.flatnonzero(_anything(block, known))
    mine = Uptake(felt.hazard, felt.pace[at], felt.known[at], felt.spread, felt.borrowed, True)
    here = known.shelf.of(at)
    seed = as_of.toordinal() * 100_000 + province
    made: list[Any] = []
    summed = np.zeros((SAMPLES, len(schedule.products), AHEAD))
    if len(at):
        line = cohorts.line(at, known.waiting)
        answer = plan(
            schedule.steps, line, mine, here.supply, level=LEVEL, covered=COVERED, samples=SAMPLES, seed=seed,
            common=known.common,
        )  # fmt: skip
        area_ids, summed = [known.ground.area_ids[place] for place in at.tolist()], answer.summed
        queue = cohorts.by_product(known.waiting[at].sum(axis=-1))
        made = list(rows.of_places(run_id, area_ids, schedule.products, answer, here, known.given[at], queue))
    paths = rows.packed(summed)
    with hot_cursor() as cursor:
        with cursor.copy(load("forecasting", "demand_copy")) as copy:
            for row in made:
                copy.write_row(row)
        cursor.execute(load("forecasting", "demand_keep_block"), [run_id, province, now, paths])
    return paths


def _anything(block: slice, known: Known) -> Bools:
    """Places of a block where somebody is in line, or something was given, is there or comes."""
    supply = known.shelf.supply
    parts = (known.waiting, known.cohorts.ahead, supply.stock, supply.deliveries, known.given)
    found = [part[block].any(axis=(1, 2)) for part in parts] + [known.shelf.below[block].any(axis=1)]
    return np.asarray(np.logical_or.reduce(found))


def _sums(run_id: UUID, ground: Ground, products: tuple[int, ...], done: dict[int, bytes]) -> None:
    """Provinces and the nation, from the rows and paths of their communes."""
    province_of = {
        area_id: province for province, block in ground.provinces.items() for area_id in ground.area_ids[block]
    }
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "demand_clear_sums"), [run_id])
        cursor.execute(load("forecasting", "demand_sums"), [run_id])
        communes = cursor.fetchall()
        below: dict[int, list[Any]] = {province: [] for province in ground.provinces}
        for row in communes:
            below[province_of[row[1]]].append(row)
        paths = {province: rows.unpacked(stored, len(products)) for province, stored in done.items()}
        whole = np.sum(list(paths.values()), axis=0)
        with cursor.copy(load("forecasting", "demand_copy")) as copy:
            for province, parts in below.items():
                for row in rows.of_sum(run_id, province, PROVINCE, products, paths[province], parts):
                    copy.write_row(row)
            for row in rows.of_sum(run_id, COUNTRY_ID, 0, products, whole, communes):
                copy.write_row(row)


def _close(run_id: UUID, status: str, reason: str, made: datetime | None, found: dict[str, Any]) -> None:
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "demand_close"), [status, reason, made, json.dumps(found), run_id])


def _forget_old() -> None:
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "demand_old"), {"kept": KEPT})
        old = [row[0] for row in cursor.fetchall()]
        for what in ("places", "blocks", "runs"):
            cursor.execute(load("forecasting", f"demand_forget_{what}"), [old])


@cache
def code_version() -> str:
    """The version of the engines and of everything here that shapes a figure."""
    made = sha256(sealing.code_version().encode())
    room = resources.files("lachan.forecasting")
    texts = [entry for entry in (room / "demand").iterdir() if entry.name.endswith(".py")]
    for entry in [*sorted(texts, key=lambda found: found.name), room / "sql" / "demand.sql"]:
        made.update(entry.read_bytes())
    return f"{sealing.code_version().split('+')[0]}+{made.hexdigest()[:12]}"
