"""``lachan forecast run``: a task of a forecast hub answered, files in, files out, no database."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer


def add(app: typer.Typer) -> None:
    @app.command()
    def run(
        given: Annotated[Path, typer.Option("--input", help="folder with task.json and truth-as-of/<date>.parquet")],
        output: Annotated[Path, typer.Option("--output", help="folder for <date>.parquet, hubverse rows")],
        jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="processes")] = 1,
        seed: Annotated[int, typer.Option("--seed", help="the same seed gives the same figures")] = 0,
        as_json: Annotated[bool, typer.Option("--json", help="print what was done as JSON")] = False,
    ) -> None:
        """Answer every target, place and horizon of every reference date; each date sees its own and earlier files.

        A file that is written already is not made again: a run that was cut goes on."""
        from lachan.forecasting.engines.threads import single

        single()  # before numpy
        from rich.console import Console
        from rich.progress import Progress, TaskID

        from lachan.forecasting.engines.hub import BadTask
        from lachan.forecasting.engines.running import run as run_task

        bars: dict[str, TaskID] = {}
        with Progress(console=Console(stderr=True), disable=as_json) as progress:

            def tell(what: str, done: int, of: int) -> None:
                if what not in bars:
                    bars[what] = progress.add_task(what, total=of)
                progress.update(bars[what], completed=done)

            try:
                done = run_task(given, output, jobs=jobs, seed=seed, progress=tell)
            except BadTask as fault:
                raise typer.BadParameter(str(fault)) from None
        if as_json:
            names = ("reference_date", "target", "place", "note")
            notes = [dict(zip(names, note, strict=True)) for note in done.notes]
            told = {"answered": done.answered, "before": done.before, "without_trees": done.without_trees}
            typer.echo(json.dumps(told | {"notes": notes}))
            return
        typer.echo(f"{done.answered} dates answered, {done.before} were there already; {output}")
        for code, count in sorted(Counter(note[3] for note in done.notes).items()):
            typer.echo(f"  {code}: {count:,} series (--json names them)")
        if done.without_trees:
            typer.echo("  boosted trees were left out: the system lacks libgomp.so.1 (apt install libgomp1)", err=True)
