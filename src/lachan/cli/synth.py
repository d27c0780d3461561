"""``lachan synth``: an invented population for the demonstration, trials and benchmarks."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lachan.synth import run, tables
from lachan.synth.plan import Plan
from lachan.synth.run import target

__all__ = ["app", "target"]

app = typer.Typer(help="Invent a population with the real one's names, ages, places and faulty records.")


@app.command()
def synth(
    people: Annotated[int, typer.Option(min=1, help="how many persons there shall be")] = 50_000,
    seed: Annotated[int, typer.Option(min=0, help="another seed, other people")] = 1,
    province: Annotated[str, typer.Option(help="two-digit code: everybody lives there; empty: the whole country")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False,
) -> None:
    """The same seed always gives the same people; those already there are left alone, so a stopped run goes on.

    The journal gets one row for every 10,000 persons, not one for each.
    """
    plan = Plan(seed, province)
    try:
        tables.places(province)
    except KeyError:
        raise typer.BadParameter(f"no province had the code {province!r} in 2021", param_hint="--province") from None
    bar = Progress(
        TextColumn("inventing people"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=people)
        result = run.invent(
            plan, people, target(), demonstration=settings.LACHAN_DEMO, progress=lambda count: bar.advance(task, count)
        )
    if as_json:
        facts = {"people": people, "seed": seed, "before": result.before, **result.written._asdict()}
        facts |= {"seconds": round(result.seconds, 2), "per_second": round(result.per_second)}
        typer.echo(json.dumps(facts))
    else:
        added = result.written
        typer.echo(
            f"{added.persons:,} persons ({added.identifiers:,} numbers, {added.contacts:,} telephones, "
            f"{added.guardians:,} guardians) in {result.seconds:.1f} s: {result.per_second:,.0f} a second; "
            f"{result.before:,} were there before"
        )
