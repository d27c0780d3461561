"""``lachan trace store``: the sealed columns that answer who was where with whom."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from lachan.cli.house import house

store_app = typer.Typer(no_args_is_help=True, help="The answer store: status, verify, rebuild, seal.")

Json = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
Days = Annotated[list[datetime] | None, typer.Argument(formats=["%Y-%m-%d"], help="days (UTC); without any: all")]


def add(app: typer.Typer) -> None:
    app.add_typer(store_app, name="store")


@store_app.command()
def status(as_json: Json = False) -> None:
    """Days sealed, visits and bytes, what waits in memory, days that PostgreSQL answers for the time being."""
    with house():
        from lachan.tracing import answers
        from lachan.tracing.answers.truth import date_of

        current = answers.store()
        current.refresh(at_least_every=0)
        sealed = current.store.manifest.days
        rows = sum(day.rows for day in sealed.values())
        size = sum(path.stat().st_size for path in answers.folder().iterdir()) if sealed else 0
        facts = {
            "folder": str(answers.folder()), "days": len(sealed), "visits": rows, "bytes": size,
            "bytes_per_visit": round(size / rows, 2) if rows else 0.0, "waiting": current.store.tail_rows,
            "not_answered_from_segments": {str(date_of(day)): why for day, why in current.store.damaged.items()},
        }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        typer.echo(f"{name:28} {value:,}" if isinstance(value, int) else f"{name:28} {value}")


@store_app.command()
def verify(
    truth: Annotated[bool, typer.Option("--truth", help="recount every day against PostgreSQL as well")] = False,
    as_json: Json = False,
) -> None:
    """Read every segment whole; ends with 1 when one is damaged. The worker makes damaged days again."""
    with house():
        from lachan.tracing import answers
        from lachan.tracing.answers import truth as true

        wrong = [str(corrupt) for corrupt in answers.verify()]
        current = answers.store().store
        if truth:
            for day in sorted(current.manifest.days.keys() - current.damaged.keys()):
                found = answers.equal_to_truth(true.date_of(day))
                if found.differing:
                    wrong.append(f"{found.day}: {found.differing} visits differ from PostgreSQL")
        days = len(current.manifest.days)
    if as_json:
        typer.echo(json.dumps({"whole": not wrong, "days": days, "wrong": wrong}))
    else:
        typer.echo("\n".join(wrong) if wrong else f"{days} days are whole")
    if wrong:
        sys.exit(1)


@store_app.command()
def rebuild(days: Days = None, as_json: Json = False) -> None:
    """Make days anew from PostgreSQL; without any day the whole store, with new numbers for everybody."""
    with house():
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        from lachan.tracing import answers

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("reading")
            visits = answers.rebuild(
                [day.date() for day in days] if days else None,
                said=lambda day, rows: progress.update(task, description=f"{day}: {rows:,} visits"),
            )
    typer.echo(json.dumps({"visits": visits}) if as_json else f"{visits:,} visits are sealed")


@store_app.command()
def seal(as_json: Json = False) -> None:
    """What the worker does every five minutes: seal what gained visits, is missing or damaged; forget what is over."""
    with house():
        from lachan.tracing import answers

        done = answers.keep(datetime.now(UTC))._asdict()
    if as_json:
        typer.echo(json.dumps(done))
    else:
        typer.echo(", ".join(f"{value} {name}" for name, value in done.items()))
