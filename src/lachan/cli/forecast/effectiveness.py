"""``lachan forecast effectiveness``: vaccine effectiveness from this installation's register."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer

from lachan.cli.house import house


def add(app: typer.Typer) -> None:
    """Put the command into ``lachan forecast``."""
    app.command("effectiveness")(effectiveness)


def effectiveness(
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="what was known on that day; today if none")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print how many were made as JSON")] = False,
) -> None:
    """Estimate vaccine effectiveness of nation and provinces from the register's doses, tests and cases.

    As the worker does on Monday mornings: the last 26 whole weeks, test-negative and cohort. Estimates of the same day
    are replaced."""
    from rich.progress import Progress

    with house():
        from django.utils import timezone

        from lachan.forecasting.effectiveness.operations import FIRST, make

        day = as_of.date() if as_of else timezone.localdate()
        if not FIRST <= day <= timezone.localdate():
            raise typer.BadParameter(f"{day}: a day from {FIRST} to today is needed")
        with Progress(transient=True, disable=as_json) as bar:
            task = bar.add_task("estimating", total=None)
            made = make(day, now=timezone.now(), told=lambda done, of: bar.update(task, completed=done, total=of))
        typer.echo(json.dumps({"as_of": str(day), "made": made}) if as_json else f"{day}: {made} estimates made")
