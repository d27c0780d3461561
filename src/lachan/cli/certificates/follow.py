"""``lachan certificates follow``: bring cards up to date now, of everybody if asked; the worker does it by itself."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from lachan.cli.house import house


def add(app: typer.Typer) -> None:
    app.command()(follow)


def follow(
    everybody: Annotated[
        bool, typer.Option("--everybody", help="look at everyone with a dose, not only at what is new")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """Bring cards up to date with the facts. May be stopped at any time and run again: nothing is issued twice."""
    with house():
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        from lachan.certificates import follower

        total: dict[str, Any] = {}
        columns = (SpinnerColumn(), TextColumn("{task.completed:,} people"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("")
            rounds = follower.everybody() if everybody else iter([follower.follow_once()])
            for done in rounds:
                for name, value in done._asdict().items():
                    total[name] = total.get(name, 0) + value
                progress.update(task, completed=total["people"])
        if as_json:
            typer.echo(json.dumps(total))
        else:
            typer.echo(
                f"{total['people']:,} people looked at: {total['issued']:,} cards issued, "
                f"{total['superseded']:,} superseded, {total['revoked']:,} revoked"
            )
