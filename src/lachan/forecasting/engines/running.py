"""A task in files answered: every reference date, on some processes, going on where a run was cut."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from lachan.forecasting.engines import hub
from lachan.forecasting.engines.forecast import forecast, members_of
from lachan.forecasting.engines.hub import Floats, Task, Vintages
from lachan.forecasting.engines.members.regression import trees_available
from lachan.forecasting.engines.nowcast import files as nowcasts
from lachan.forecasting.engines.threads import single

KEPT = ".members"  # folder beside the answers: what the members said, so that a run that was cut goes on
SAMPLES = 2  # paths are not written

Progress = Callable[[str, int, int], None]  # what is being done, how much is done, of how much


@dataclass(frozen=True)
class Done:
    """What a run made: dates answered now, dates answered before, notes (date, target, place, code), trees left out."""

    answered: int
    before: int
    notes: tuple[tuple[str, str, str, str], ...]
    without_trees: bool


def run(source: Path, target: Path, *, jobs: int = 1, seed: int = 0, progress: Progress | None = None) -> Done:
    """Answer every reference date of the task in `source` into `target`, one Parquet file a date.

    Raises BadTask where the files cannot be used. Nothing of a later file enters an earlier date, whatever `jobs`.
    """
    task = hub.read_task(source)
    history = hub.read_vintages(source, task)
    due = [day for day in task.dates if not hub.answered(target, day)]
    tell = progress or (lambda what, done, of: None)
    if due and nowcasts.is_nowcast(task):
        _nowcasts(task, history, target, due, seed, tell)
        return Done(len(due), len(task.dates) - len(due), (), False)
    notes: list[tuple[str, str, str, str]] = []
    if due:
        asked = [day for day in history.dates if day in set(task.dates) and day <= due[-1]]
        _members(source, target, [day for day in asked if not _kept(target, day, seed).exists()], jobs, seed, tell)
        past = {day: _read(_kept(target, day, seed), task) for day in asked}
        for at, day in enumerate(due):
            made = forecast(history, day, seed=seed, past=past, samples=SAMPLES)
            hub.write_answer(target, task, day, {name: one.quantiles for name, one in made.items()})
            notes += [
                (day.isoformat(), name, place, code)
                for name, one in made.items()
                for place, codes in one.notes.items()
                for code in codes
            ]
            tell("forecasts", at + 1, len(due))
    return Done(len(due), len(task.dates) - len(due), tuple(notes), not trees_available())


def _nowcasts(task: Task, history: Vintages, target: Path, due: Sequence[date], seed: int, tell: Progress) -> None:
    for at, day in enumerate(due):
        made = nowcasts.answer(history, day, seed=seed)
        hub.write_answer(target, task, day, {name: one.quantiles for name, one in made.items()})
        tell("nowcasts", at + 1, len(due))


def _members(source: Path, target: Path, days: list[date], jobs: int, seed: int, tell: Progress) -> None:
    (target / KEPT).mkdir(parents=True, exist_ok=True)
    _read_source.cache_clear()  # the folder may have changed since a run of this process
    if jobs <= 1 or len(days) <= 1:
        for at, day in enumerate(days):
            _make(source, target, day, seed)
            tell("members", at + 1, len(days))
        return
    single()  # what is spawned inherits it
    # spawned, not forked: LightGBM's threads do not survive a fork
    pool = ProcessPoolExecutor(min(jobs, len(days)), mp_context=get_context("spawn"), initializer=_undisturbed)
    try:
        waiting = [pool.submit(_make, source, target, day, seed) for day in days]
        for at, future in enumerate(as_completed(waiting)):
            future.result()
            tell("members", at + 1, len(days))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _undisturbed() -> None:
    """Ctrl-C is for the one who started the run: a worker ends the date it is at, whole."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_not_alone, args=(os.getppid(),), daemon=True).start()


def _not_alone(parent: int) -> None:
    """End with a parent that was killed: a worker holds both ends of its queue and would wait there for ever."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


@lru_cache(maxsize=1)
def _read_source(source: Path) -> tuple[Task, Vintages]:
    task = hub.read_task(source)
    return task, hub.read_vintages(source, task)


def _make(source: Path, target: Path, day: date, seed: int) -> None:
    task, history = _read_source(source)
    made = members_of(history, day, seed=seed)
    path = _kept(target, day, seed)
    draft = path.with_suffix(".part")
    with draft.open("wb") as handle:
        cubes: dict[str, Any] = {
            f"{task.targets.index(name)}/{who}": cube for name, said in made.items() for who, cube in said.items()
        }
        np.savez(handle, **cubes)
    os.replace(draft, path)


def _kept(target: Path, day: date, seed: int) -> Path:
    return target / KEPT / f"{day}-{seed}.npz"


def _read(path: Path, task: Task) -> dict[str, dict[str, Floats]]:
    out: dict[str, dict[str, Floats]] = {name: {} for name in task.targets}
    with np.load(path) as kept:
        for key in kept.files:
            at, who = key.split("/", 1)
            out[task.targets[int(at)]][who] = kept[key]
    return out
