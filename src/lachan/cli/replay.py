"""``lachan replay``: an epidemic that was, walked through again with what was known on each day."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lachan.cli.house import house

if TYPE_CHECKING:
    from lachan.forecasting.replay.walk import Line

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Epidemics that were, walked through again.")

FIRST_STEP = datetime(2021, 7, 4)  # nine whole weeks are known by then, from which the engine can learn  # noqa: DTZ001
LAST_STEP = datetime(2021, 11, 14)  # noqa: DTZ001


@app.callback()
def replay() -> None:
    """Epidemics that were, walked through again with what was known on each day."""


@app.command("vietnam-2021")
def vietnam_2021(
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")] = FIRST_STEP,
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last day")] = LAST_STEP,
    every: Annotated[int, typer.Option("--every", min=1, max=60, help="days between two steps")] = 7,
    output: Annotated[
        Path | None, typer.Option("--output", help="into this folder instead of the database: forecasts and scores")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="of a walk into files")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print what was made as JSON")] = False,
) -> None:
    """Vietnam's fourth wave, 62 provinces by day of 2021, as it was announced.

    Without --output each step day becomes a run in the database, sealed and scored as the nightly ones are, and the
    screens show it under the source replay:vietnam-2021. What was made before is not made again. A day whose run fails
    is told and left behind; the command then ends with 1."""
    from lachan.forecasting.replay import series

    try:
        days = series.step_days(since.date(), until.date(), every)
    except series.OutOfRecord as fault:
        raise typer.BadParameter(str(fault)) from None
    if output is None:
        _into_database(days, as_json)
    else:
        _into_files(days, output, seed, as_json)


def _into_files(days: Sequence[date], output: Path, seed: int, as_json: bool) -> None:
    from dataclasses import asdict

    from lachan.forecasting.engines.hub import BadTask
    from lachan.forecasting.replay.walk import walk

    try:
        with _bar() as bar:
            task = bar.add_task("walking", total=len(days))
            done = walk(
                output, days, seed=seed,
                progress=lambda day, at, of: bar.update(task, completed=at, total=of, description=f"{day}"),
            )  # fmt: skip
    except (BadTask, OSError) as fault:
        raise typer.BadParameter(str(fault)) from None
    if as_json:
        lines = [asdict(line) for line in done.lines]
        typer.echo(json.dumps({"made": done.answered, "there": done.before, "scores": lines}))
        return
    typer.echo(f"{done.answered} days forecast, {done.before} there already; {output}")
    _table(done.lines)
    codes = [code for *_, code in done.notes]
    for code in sorted(set(codes)):
        typer.echo(f"note: {code} in {codes.count(code):,} forecasts of a place")


def _table(lines: Sequence[Line]) -> None:
    """Scores in lines; a ratio below 1 is better than the baseline."""
    typer.echo("target  places     weeks      n      WIS  baseline  ratio  ratio(log)   50 %   90 %   95 %")
    for line in lines:
        ratio, log = ("    -" if one is None else f"{one:5.2f}" for one in (line.ratio, line.ratio_log))
        weeks = "all" if line.horizon is None else str(line.horizon)
        typer.echo(
            f"{line.target:7} {line.places:10} {weeks:>5} {line.forecasts:6,} {line.wis:8,.1f} {line.baseline:9,.1f}"
            f"  {ratio} {log:>11}  {line.inside50:5.2f}  {line.inside90:5.2f}  {line.inside95:5.2f}"
        )


def _into_database(days: Sequence[date], as_json: bool) -> None:
    made: list[dict[str, Any]] = []
    with house(), _bar() as bar:
        from django.utils import timezone

        from lachan.forecasting import operations
        from lachan.forecasting.facts import REPLAY
        from lachan.kernel.errors import Problem

        task = bar.add_task("walking", total=len(days))

        def telling(day: date, at: int) -> Callable[[str, int, int], None]:
            return lambda part, done, of: bar.update(
                task, completed=at + done / max(of, 1), description=f"{day} {part}"
            )

        for at, day in enumerate(days):
            try:
                fact = operations.run(REPLAY, day, now=timezone.now(), say=telling(day, at))
            except Problem:
                raise
            except (
                Exception
            ) as fault:  # the run is kept as failed, its error is in the log: other days do not wait for it
                made.append({"as_of": day.isoformat(), "status": "failed", "reason": type(fault).__name__, "seal": ""})
            else:
                made.append(
                    {"as_of": day.isoformat(), "status": str(fact.status), "reason": fact.reason, "seal": fact.seal}
                )
            bar.update(task, completed=at + 1)
    if as_json:
        typer.echo(json.dumps({"source": REPLAY, "runs": made}))
    else:
        for one in made:
            typer.echo(f"{one['as_of']}  {one['status']:10} {one['reason']:20} {one['seal'][:16]}")
    if any(one["status"] == "failed" for one in made):
        raise typer.Exit(1)


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip
