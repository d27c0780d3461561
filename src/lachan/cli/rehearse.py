"""``lachan rehearse``: a national day through the real door, then the audit."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lachan.bench import house
from lachan.rehearsal import run
from lachan.synth.run import target

app = typer.Typer(
    help="Play a vaccination day through the front door, then audit it. Ends with 1 when the audit fails."
)


@app.command()
def rehearse(
    doses: Annotated[int, typer.Option(min=10, help="people who come for a dose")] = 20_000,
    stations: Annotated[int, typer.Option(min=1, max=5_000, help="stations, each with a key of its own")] = 100,
    batch: Annotated[int, typer.Option(min=1, max=1_000, help="commands a call")] = 200,
    seed: Annotated[int | None, typer.Option(min=0, help="draws the script; another each time when not given")] = None,
    faults: Annotated[bool, typer.Option("--faults", help="kill web workers and PostgreSQL meanwhile")] = False,
    connections: Annotated[int, typer.Option(min=1, max=256, help="stations sending at the same time")] = 12,
    url: Annotated[
        str, typer.Option(help="the running server; empty: this installation's, started if it is down")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """Known people and walk-ins, cards scanned, stations that send at night, calls sent twice, clocks that run ahead,
    other content under an old id, wrong lots, corrections; only where invented people are allowed."""
    if not settings.LACHAN_DEMO:
        raise SystemExit("a rehearsal writes invented doses: it is for a demonstration only (setting demo)")
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip
    with _door(url) as (address, data_dir), bar:
        if faults and data_dir is None:
            raise SystemExit("--faults needs the house on this machine with its embedded database")
        task = bar.add_task("doses", total=doses)
        wanted = run.Wanted(
            doses, stations, batch, int(time.time()) if seed is None else seed, connections, address.rstrip("/")
        )

        def say(text: str) -> None:
            if sys.stderr.isatty():
                bar.console.print(text, style="dim", highlight=False)

        played = run.rehearse(
            wanted, target(), demonstration=settings.LACHAN_DEMO, faults_in=data_dir if faults else None,
            say=say, progress=lambda count: bar.advance(task, count),
        )  # fmt: skip
    result = run.report(played, wanted)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _show(result)
    if not result["good"]:
        sys.exit(1)


def _show(result: dict[str, object]) -> None:
    checks, surprises = result.pop("checks"), result.pop("surprises")
    assert isinstance(checks, dict)
    assert isinstance(surprises, list)
    for name, finding in checks.items():
        typer.echo(f"{'good ' if finding['good'] else 'WRONG'} {name}: {finding['detail']}")
    for surprise in surprises:
        typer.echo(f"      {surprise['count']} x {surprise['what']}")
    for name, value in result.items():
        typer.echo(f"  {name}: {value}")


@contextmanager
def _door(url: str) -> Iterator[tuple[str, Path | None]]:
    """(address, data directory of a house on this machine) of the server to play against."""
    embedded = settings.EMBEDDED is not None
    data_dir = settings.CONF.data_dir.resolve() if embedded else None
    if url:
        yield url, data_dir
        return
    here = f"http://{settings.CONF.address}:{settings.CONF.port}"
    with suppress(OSError):
        if house.ready(here):
            yield here, data_dir
            return
    with house.running(settings.CONF.data_dir.resolve()) as started:
        yield started.url, data_dir
