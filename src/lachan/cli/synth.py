"""``lachan synth``: an invented population for the demonstration, trials and benchmarks; an outbreak among it."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lachan.cli.house import house

if TYPE_CHECKING:
    from lachan.synth.epidemic.plan import Outbreak

app = typer.Typer(
    invoke_without_command=True, help="Invent a population with the real one's names, ages, places and faulty records."
)


@app.callback()
def synth(
    context: typer.Context,
    people: Annotated[int, typer.Option(min=1, help="how many persons there shall be")] = 50_000,
    seed: Annotated[int, typer.Option(min=0, help="another seed, other people")] = 1,
    province: Annotated[str, typer.Option(help="two-digit code: everybody lives there; empty: the whole country")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False,
) -> None:
    """The same seed always gives the same people; those already there are left alone, so a stopped run goes on.

    The journal gets one row for every 10,000 persons, not one for each.
    """
    if context.invoked_subcommand is not None:
        return
    with house():
        _population(people, seed, province, as_json)


@app.command()
def epidemic(
    out: Annotated[Path | None, typer.Option("--out", help="folder for the files")] = None,
    record: Annotated[
        bool, typer.Option("--record", help="into the database, its last day today: venues, visits, results")
    ] = False,
    people: Annotated[int, typer.Option(min=100, max=5_000_000, help="first persons of the population")] = 20_000,
    days: Annotated[int, typer.Option(min=1, max=120, help="days from the first imported infection")] = 28,
    seeds: Annotated[int, typer.Option(min=0, max=100_000, help="imported infections, all on the first day")] = 20,
    visits: Annotated[float, typer.Option(min=0.01, max=4, help="scanned visits a person and day")] = 1.0,
    r: Annotated[
        float, typer.Option("--r", min=0, max=20, help="people a case infects, with tests and isolation")
    ] = 2.0,
    k: Annotated[float, typer.Option("--k", min=0.05, max=1000, help="the smaller, the fewer infect many")] = 0.5,
    compliance: Annotated[float, typer.Option(min=0.05, max=1, help="share of visits that are scanned")] = 0.7,
    app_share: Annotated[
        float, typer.Option("--app", min=0, max=1, help="people with a telephone that notes others")
    ] = 0.5,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="first day")] = datetime(2021, 6, 1),  # noqa: DTZ001
    seed: Annotated[int, typer.Option(min=0, help="another seed, another outbreak")] = 1,
    province: Annotated[str, typer.Option(help="two-digit code: everybody lives there; empty: the whole country")] = "",
    form: Annotated[str, typer.Option("--format", help="csv or parquet")] = "csv",
    as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False,
) -> None:
    """Play an outbreak with true chains over the invented population, into files: visits, encounters, cases, tests,
    people, places, and the truth. Without --record no database. The same seed gives the same files."""
    from lachan.synth.epidemic.plan import Outbreak

    if form not in ("csv", "parquet"):
        raise typer.BadParameter("csv or parquet", param_hint="--format")
    if out is None and not record:
        raise typer.BadParameter("a folder for the files, or --record", param_hint="--out")
    _known(province)
    plan = Outbreak(
        people=people, days=days, seeds=seeds, visits=visits, seed=seed, province=province, start=start.date(), r=r,
        k=k, compliance=compliance, app=app_share,
    )  # fmt: skip
    if record:
        with house():
            plan = _recorded(plan, as_json)
    if out is not None:
        _files(plan, out, form, as_json)


def _files(plan: Outbreak, out: Path, form: str, as_json: bool) -> None:
    from lachan.synth.epidemic.files import lay

    begun = time.monotonic()
    written = lay(plan, out, "csv" if form == "csv" else "parquet")
    facts = written._asdict() | {"r": round(written.r, 3) if written.r == written.r else None}
    facts |= {"seconds": round(time.monotonic() - begun, 2)}
    if as_json:
        typer.echo(json.dumps(facts))
        return
    typer.echo(
        f"{written.visits:,} visits of {written.people:,} people at {written.places:,} places in {plan.days} days, "
        f"{written.encounters:,} encounters; {written.infected:,} infected, {written.cases:,} found, "
        f"R {written.r:.2f} of those whose time was over; {facts['seconds']:.1f} s"
    )


def _recorded(plan: Outbreak, as_json: bool) -> Outbreak:
    """Into the database of this installation; the plan as it was played, with its last day today."""
    from django.conf import settings

    from lachan.synth import run
    from lachan.synth.epidemic.record import put, until_today
    from lachan.synth.plan import Plan

    begun, now = time.monotonic(), datetime.now(UTC)
    plan = until_today(plan, now)
    run.invent(Plan(plan.seed, plan.province), plan.people, run.target(), demonstration=settings.LACHAN_DEMO)
    done = put(plan, now=now, say=lambda text: typer.echo(text, err=True))
    if as_json:
        typer.echo(json.dumps(done._asdict() | {"seconds": round(time.monotonic() - begun, 2)}))
    else:
        typer.echo(
            f"recorded {done.visits:,} visits at {done.venues:,} venues and {done.results:,} results of "
            f"{done.people:,} people, {done.found:,} of them positive; {done.refused:,} refused; "
            f"{time.monotonic() - begun:.1f} s"
        )
    return plan


def _known(province: str) -> None:
    from lachan.synth import tables

    try:
        tables.places(province)
    except KeyError:
        raise typer.BadParameter(f"no province had the code {province!r} in 2021", param_hint="--province") from None


def _population(people: int, seed: int, province: str, as_json: bool) -> None:
    """Into the database of this installation."""
    from django.conf import settings

    from lachan.synth import run
    from lachan.synth.plan import Plan

    _known(province)
    bar = Progress(
        TextColumn("inventing people"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=people)
        result = run.invent(
            Plan(seed, province),
            people,
            run.target(),
            demonstration=settings.LACHAN_DEMO,
            progress=lambda count: bar.advance(task, count),
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
