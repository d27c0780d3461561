"""Runs: made part by part, judged, sealed, published or blocked; never edited afterwards.

A run is what a source knew on a day, through every engine. The same source and day is made once: a published run is
answered as it is; an interrupted one goes on; a blocked one is judged again only when its data or the code changed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import numpy as np
import structlog

from lachan.access import reach
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.forecasting import alarms, card, parts, rules, scores, sealing, store
from lachan.forecasting.facts import RunFact, Status
from lachan.forecasting.rules import Blocked, Delay, Silent
from lachan.forecasting.sources import SOURCES, Known, known_on
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.statements import load
from lachan.places.rules import COUNTRY_ID

VERB: Final = "forecast.run"
HOUSE: Final = Actor.system("forecasting")
MOST_RUNS: Final = 100  # published at once
CAUGHT_UP: Final = 14  # days back that the night makes up for, when nobody was at work
LEAST_REASON: Final = 5  # letters
Progress = Callable[[str, int, int], None]  # part, parts done, of how many
log = structlog.get_logger("lachan.forecasting")


def run(source: str, as_of: date, *, now: datetime, say: Progress | None = None) -> RunFact:
    """Make the run of a source and day, judge and seal it; a published one is answered as it is.

    LookupError for an unknown source, Problem 409 while another process makes it. An error of an engine leaves the run
    ``failed``, with what is done kept; the next call goes on behind it.
    """
    if source not in SOURCES:
        raise LookupError(f"no source {source!r}: there are {', '.join(SOURCES)}")
    with store.alone(source, as_of):
        before = _before(source, as_of)
        if before is not None and before.status is Status.PUBLISHED:
            return before
        known = known_on(source, as_of)
        engine, inputs = sealing.code_version(), known.digest() if known is not None else ""
        if before is not None and (before.engine, before.inputs) == (engine, inputs):
            if before.status is Status.BLOCKED:
                return before
            run_id = _resume(before.id)
        else:
            run_id = _begin(source, as_of, known, engine, inputs, now)
        if known is None:
            return _block_empty(run_id, source, as_of, now)
        try:
            _make(run_id, known, engine, now, say)
        except Exception as error:
            _fail(run_id, error)
            raise
        return store.run_fact(run_id)


def _before(source: str, as_of: date) -> RunFact | None:
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "run_of_day"), [source, as_of])
        row = cursor.fetchone()
    return store.run_fact(row[0]) if row else None


def _begin(source: str, as_of: date, known: Known | None, engine: str, inputs: str, now: datetime) -> UUID:
    of_map, of = (known.of_map.value, len(parts.names(known))) if known is not None else ("", 0)
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "begin_run"), [new_id(), source, as_of, of_map, now, engine, inputs, of])
        [run_id] = cursor.fetchone() or (None,)
        assert isinstance(run_id, UUID), "a published run was answered before"
        store.clear(cursor, run_id)
    return run_id


def _resume(run_id: UUID) -> UUID:
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "resume_run"), [run_id])
    return run_id


def _block_empty(run_id: UUID, source: str, as_of: date, now: datetime) -> RunFact:
    with hot_cursor() as cursor:
        seal = sealing.seal_of(cursor, run_id, {})
        verdict = [Status.BLOCKED, "no_data", "{}", now, None, "{}", seal, run_id]
        cursor.execute(load("forecasting", "close_run"), verdict)
        _tell(cursor, "forecast.blocked", run_id, now, source, as_of, seal, "no_data")
    return store.run_fact(run_id)


def _make(run_id: UUID, known: Known, engine: str, now: datetime, say: Progress | None) -> None:
    tell = say or (lambda part, done, of: None)
    silent = _silent(known)
    excluded: dict[str, set[int]] = {measure: {entry.area_id for entry in silent} for measure in known.measures}
    memory = store.Memory(known.source, _version(known, engine))
    found = store.done(run_id)
    every = parts.names(known)
    for at, name in enumerate(every):
        tell(name, at, len(every))
        if name not in found:
            begun = time.monotonic()
            part = parts.make(name, known, memory.recall, excluded)
            if part.keep:
                memory.remember(name.partition(":")[2], part.keep)
            store.keep(run_id, name, part, now, time.monotonic() - begun)
            found[name] = part.found
    tell("seal", len(every), len(every))
    published = _close(run_id, known, engine, found, silent, now)
    memory.forget(known.as_of)
    if published:
        scores.score(known.source, run_id, known.as_of)


def _version(known: Known, engine: str) -> str:
    """Members' words of another version of the code, or of other places, say nothing here."""
    places = json.dumps({name: list(ids) for name, ids in sorted(known.vintages.task.locations.items())})
    return f"{engine}/{sha256(places.encode()).hexdigest()[:12]}"


def _silent(known: Known) -> tuple[Silent, ...]:
    entry = known.daily.get("cases")
    return rules.silent_places(entry.area_ids[1:], entry.days, entry.values[1:]) if entry is not None else ()


def _judged(known: Known, found: dict[str, Any], silent: Sequence[Silent]) -> Blocked | None:
    entry = known.daily.get("cases")
    if entry is None:
        return Blocked("no_data", {})
    delays = [
        Delay(part["measure"], part["shifted"], date.fromisoformat(part["since"]) if part["since"] else None)
        for name, part in found.items()
        if name.startswith("nowcast:")
    ]
    return rules.judge(known.as_of, known.lag_days, entry.days, np.asarray(entry.values[0]), silent, delays)


def _close(
    run_id: UUID, known: Known, engine: str, found: dict[str, Any], silent: Sequence[Silent], now: datetime
) -> bool:
    """Verdict, card, seal, alarms and the journal's word, in one transaction; True: published."""
    blocked = _judged(known, found, silent)
    wide = list(known.daily["cases"].area_ids) if "cases" in known.daily else []
    coverage = scores.coverage(known.source, known.as_of, wide)
    made = card.make(known, engine, known.digest(), found, silent, coverage, blocked)
    status = Status.BLOCKED if blocked else Status.PUBLISHED
    reason, params = blocked or ("", {})
    with hot_cursor() as cursor:
        seal = sealing.seal_of(cursor, run_id, made)
        cursor.execute(
            load("forecasting", "close_run"),
            [
                status, reason, json.dumps(params), now, None if blocked else now,
                json.dumps(made, allow_nan=False), seal, run_id,
            ],
        )  # fmt: skip
        if blocked is None:
            alarms.follow(cursor, run_id, known.source, now)
        verb = "forecast.blocked" if blocked else "forecast.published"
        _tell(cursor, verb, run_id, now, known.source, known.as_of, seal, reason)
    log.info("a forecast run is made", source=known.source, as_of=str(known.as_of), status=status, reason=reason)
    return blocked is None


def _tell(
    cursor: Any, verb: str, run_id: UUID, now: datetime, source: str, as_of: date, seal: str, reason: str,
    actor: UUID = HOUSE.id,
) -> None:  # fmt: skip
    body = {"run": str(run_id), "source": source, "as_of": as_of.isoformat(), "seal": seal, "reason": reason}
    journal.append(cursor, [journal.Entry(verb, run_id, now, actor, json.dumps(body))])


def _fail(run_id: UUID, error: Exception) -> None:
    log.exception("a forecast run failed", run_id=str(run_id))
    with hot_cursor() as cursor:
        cursor.execute(
            load("forecasting", "fail_run"), ["engine_failed", json.dumps({"error": type(error).__name__}), run_id]
        )


def publish(run_ids: Sequence[UUID], *, actor: Actor, reason: str, now: datetime) -> list[Outcome]:
    """Publish blocked runs as they were made: somebody answers for it, with a reason that stays with the run.

    One outcome each, in order. Forbidden without the right in the nation, for which a run speaks. Their seals were
    made when they were blocked and stand.
    """
    if not reach.may_see(actor, VERB, COUNTRY_ID):
        raise Forbidden("Publishing a forecast is not within your grants: it is the whole nation's.")
    if len(run_ids) > MOST_RUNS:
        raise ValueError(f"{len(run_ids)} runs: at most {MOST_RUNS} at once")
    said = reason.strip()
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "runs_of_ids"), [list(run_ids)])
        rows = {row[0]: row for row in cursor.fetchall()}
        outcomes = [_release(rows.get(run_id), said) for run_id in run_ids]
        good = [run_id for run_id, outcome in zip(run_ids, outcomes, strict=True) if outcome.status is ACCEPTED]
        cursor.execute(load("forecasting", "release_runs"), [now, actor.id, said, good])
        for run_id in good:
            _, source, as_of, _, seal = rows[run_id]
            _tell(cursor, "forecast.published", run_id, now, source, as_of, seal, "released", actor.id)
            alarms.follow(cursor, run_id, source, now)
    return outcomes


def _release(row: tuple[Any, ...] | None, reason: str) -> Outcome:
    if row is None:
        return Outcome(REFUSED, "run_unknown")
    if row[3] == Status.PUBLISHED:
        return Outcome(DUPLICATE, None, row[0])
    if row[3] != Status.BLOCKED or not row[4]:
        return Outcome(REFUSED, "run_not_blocked", row[0])
    if len(reason) < LEAST_REASON:
        return Outcome(REFUSED, "release_reason_missing", row[0])
    return Outcome(ACCEPTED, None, row[0])


def score_due(source: str, now: datetime) -> int:
    """Score every published forecast against the newest published run's series; returns how many were new."""
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "run_shown"), {"source": source, "until": now.date()})
        row = cursor.fetchone()
    return scores.score(source, row[0], row[2]) if row else 0


def due(source: str, until: date, *, again: bool) -> tuple[date, ...]:
    """Days up to one (yesterday) behind the last run of a source, ``CAUGHT_UP`` of them at most, the oldest first.

    A run of an earlier day is the same whenever it is made: the register keeps what was known when. A gap further back
    was left on purpose or is filled by who asks. ``again``: those that were cut or failed too, and the last day's when
    it was blocked, for data come late. One statement.
    """
    asked = {"source": source, "since": until - timedelta(days=CAUGHT_UP - 1), "until": until, "again": again}
    with hot_cursor() as cursor:
        cursor.execute(load("forecasting", "days_due"), asked)
        return tuple(row[0] for row in cursor.fetchall())


def ask(source: str, as_of: date, *, actor: Actor, today: date) -> None:
    """Let the worker make a run; once while it waits. Forbidden without the right; ValueError for a day not over."""
    from lachan.forecasting.jobs import ask_run

    if not may(actor, VERB):
        raise Forbidden("Asking for a forecast is not within your grants.")
    if source not in SOURCES:
        raise LookupError(f"no source {source!r}")
    if as_of > today - timedelta(days=1):
        raise ValueError(f"{as_of} is not over: a run is made of whole days")
    ask_run(source, as_of)
