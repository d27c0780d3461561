"""``lachan synth``: an invented population for the demonstration, trials and benchmarks."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lachan.kernel.sealing import sealer
from lachan.synth import run, tables
from lachan.synth.plan import Plan

app = typer.Typer(help="Invent a population with the real one's names, ages, places and faulty records.")


def target() -> run.Target:
    """The installation's database and keys."""
    database = settings.DATABASES["default"]
    parts = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    from psycopg.conninfo import make_conninfo

    dsn = make_conninfo(**{key: str(database[name]) for key, name in parts.items() if database[name]})
    keys = sealer()
    return run.Target(dsn, keys.ring, keys.blind_key)


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
