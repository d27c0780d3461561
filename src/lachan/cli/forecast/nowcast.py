"""``lachan forecast nowcast``: what of the latest days is still to be reported; files in, files out, no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from lachan.forecasting.engines.nowcast import Nowcast


def add(app: typer.Typer) -> None:
    @app.command()
    def nowcast(
        given: Annotated[Path, typer.Option("--input", help="folder with task.json and truth-as-of/ (report_date)")],
        output: Annotated[Path, typer.Option("--output", help="folder for the answers, one Parquet file a date")],
        seed: Annotated[int, typer.Option("--seed", help="the same seed gives the same figures")] = 0,
        as_json: Annotated[bool, typer.Option("--json", help="print what was found as JSON")] = False,
    ) -> None:
        """Estimate the final counts of the latest days from what has been reported of them so far.

        Says which places report once a week, in fits and starts or not at all, and whether the delay has changed.
        What is written already is not made again."""
        from rich.progress import Progress

        from lachan.forecasting.engines.hub import BadTask, read_task
        from lachan.forecasting.engines.nowcast.files import run

        found: dict[str, Any] = {}
        try:
            task = read_task(given)
            with Progress(disable=as_json) as progress:
                bar = progress.add_task("nowcast", total=len(task.dates))
                for reference, made in run(given, output, seed=seed):
                    progress.advance(bar)
                    for target, one in (made or {}).items():
                        found.setdefault(reference.isoformat(), {})[target] = _said(one, task.locations[target])
        except BadTask as fault:
            raise typer.BadParameter(str(fault)) from None
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False))
            return
        for day, targets in found.items():
            for target, said in targets.items():
                if said["delay"] or said["reporters"]:
                    typer.echo(f"{day} {target}: {_line(said)}")
        typer.echo(f"{len(found)} made, {len(task.dates) - len(found)} there already; {output}")


def _said(made: Nowcast, places: tuple[str, ...]) -> dict[str, Any]:
    delay = made.delay
    return {
        "delay": list(delay.said),
        "since": None if delay.since is None else str(delay.since),
        "late": round(delay.late, 3),
        "mean_days": [round(delay.before_days, 2), round(delay.now_days, 2)],
        "unseen": round(delay.unseen, 4),
        "places": [places[row] for row in delay.rows],
        "batches": [[places[row], str(day)] for row, day in delay.batches],
        "reporters": {
            place: one.kind for place, one in zip(places, made.reporters, strict=True) if one.kind != "regular"
        },
    }


def _line(said: dict[str, Any]) -> str:
    since = f"since {said['since']} (mean delay {said['mean_days'][0]} days before, {said['mean_days'][1]} now)"
    words = {
        "delay_longer": f"reports come later {since}",
        "delay_shorter": f"reports come sooner {since}",
        "delay_changed_in_places": f"the delay changed in {', '.join(said['places'])}",
        "beyond_triangle": f"{said['unseen']:.1%} more is expected after the triangle's longest delay",
        "batch": f"backlogs came: {', '.join(' '.join(one) for one in said['batches'][-3:])}",
    }
    told = [words[code] for code in said["delay"]]
    return "; ".join(told + [f"{place} reports: {kind}" for place, kind in said["reporters"].items()])
