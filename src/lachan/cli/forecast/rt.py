"""``lachan forecast rt``: Rt of daily counts, files in, files out, no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def add(app: typer.Typer) -> None:
    @app.command()
    def rt(
        given: Annotated[Path, typer.Option("--input", help="folder with meta.json and <name>.csv (date,cases)")],
        output: Annotated[Path, typer.Option("--output", help="folder for <name>.csv (date,median,lower90,upper90)")],
        seed: Annotated[int, typer.Option("--seed", help="the same seed gives the same figures")] = 0,
        as_json: Annotated[bool, typer.Option("--json", help="print what was done as JSON")] = False,
    ) -> None:
        """Estimate how many people one infected person infects, by day, with a 90 % interval.

        A day the data do not allow to speak of is left empty. What is written already is not made again."""
        from rich.progress import track

        from lachan.forecasting.engines.hub import BadTask
        from lachan.forecasting.engines.rt.files import answer, missing, open_folder

        try:
            folder = open_folder(given)
            todo = missing(folder, output)
            unknown: dict[str, int] = {}
            for name in track(todo, description="Rt", disable=as_json):
                unknown[name] = int((~answer(folder, name, output, seed=seed).known).sum())
        except BadTask as fault:
            raise typer.BadParameter(str(fault)) from None
        if as_json:
            typer.echo(json.dumps({"made": len(todo), "there": len(folder.paths) - len(todo), "unknown": unknown}))
        else:
            typer.echo(f"{len(todo)} made, {len(folder.paths) - len(todo)} there already; {output}")
