"""Nowcasts of a task in files: its reporting triangles in, hubverse rows out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from lachan.forecasting.engines.hub import (
    BadTask,
    Task,
    Triangle,
    Vintages,
    answered,
    read_task,
    read_vintages,
    write_answer,
)
from lachan.forecasting.engines.nowcast.engine import Nowcast, nowcast

LONGEST = 120  # days; a later report is a correction of history, not a delay


def is_nowcast(task: Task) -> bool:
    """Whether a task asks for days that are past on its reference dates."""
    return all(task.offset_days + task.step_days * horizon <= 0 for horizon in task.horizons)


def triangle_of(vintages: Vintages, reference: date, target: str) -> Triangle:
    """The triangle of a reference date, as long as the longest delay seen until then."""
    try:
        whole = vintages.triangle(reference, target, LONGEST)
    except KeyError:
        raise BadTask(
            f"the file of {reference} lacks column report_date: a nowcast needs a reporting triangle"
        ) from None
    seen = np.flatnonzero(~np.isnan(whole.counts).all(axis=(0, 1)))
    return Triangle(whole.target, whole.locations, whole.days, whole.counts[:, :, : max(int(seen[-1]) + 1, 2)])


def answer(vintages: Vintages, reference: date, *, seed: int = 0) -> dict[str, Nowcast]:
    """Every target of one reference date, from what was known on it."""
    task, levels = vintages.task, np.array(vintages.task.quantiles)
    made: dict[str, Nowcast] = {}
    for target in task.targets:
        try:
            made[target] = nowcast(
                triangle_of(vintages.until(reference), reference, target), task.ends(reference), levels, seed=seed
            )
        except BadTask:
            raise
        except ValueError as fault:
            raise BadTask(f"{reference}, {target}: {fault}") from None
    return made


def run(given: Path, output: Path, *, seed: int = 0) -> Iterator[tuple[date, dict[str, Nowcast] | None]]:
    """Answer every reference date, oldest first; None for one whose answer is there already. BadTask as hub.py."""
    task = read_task(given)
    if not is_nowcast(task):
        raise BadTask(f"{given / 'task.json'}: horizons reach past the reference date; lachan forecast run answers it")
    vintages = read_vintages(given, task)
    for reference in task.dates:
        if answered(output, reference):
            yield reference, None
            continue
        made = answer(vintages, reference, seed=seed)
        write_answer(output, task, reference, {target: one.quantiles for target, one in made.items()})
        yield reference, made
