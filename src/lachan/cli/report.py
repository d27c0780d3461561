"""``lachan report``: the situation report of a day, made by hand where the evening's was missed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.progress import Progress

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Situation reports: make those of a day.")


@app.callback()
def report() -> None:
    """Situation reports: make those of a day."""


@app.command("make")
def make(
    day: Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="the day; today if none")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print how many were made as JSON")] = False,
) -> None:
    """Make the reports of a day that are not there yet: nation, provinces, communes.

    Those that stand are left as they are. Stopped with Ctrl-C, the next call goes on where this one was."""
    from django.utils import timezone

    from lachan.forecasting.report import jobs

    now = timezone.now()
    wanted = day.date() if day else timezone.localdate()
    if wanted > timezone.localdate():
        raise typer.BadParameter(f"{wanted} is not come yet; a report says what is known of a day that is over")
    with Progress(transient=True, disable=as_json) as bar:
        task = bar.add_task("reports", total=None)
        made = jobs.make(wanted, now=now, told=lambda done, of: bar.update(task, completed=done, total=of))
    typer.echo(json.dumps({"day": str(wanted), "made": made}) if as_json else f"{wanted}: {made} reports made")
