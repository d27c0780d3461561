"""``lachan people duplicates``: search all records for people who are there twice."""

from __future__ import annotations

import json
import sys
import time
from typing import Annotated

import typer

from lachan.cli.house import house


def duplicates(
    as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False,
) -> None:
    """Search all records for people who are there twice; the pairs stand on the screen of duplicates afterwards.

    A search that was stopped goes on where it was. What somebody settled before stays settled.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("comparing people"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip
    with house(), bar:
        from django.utils import timezone

        from lachan.cli._access import OPERATOR
        from lachan.people.duplicates.scan import scan

        task = bar.add_task("", total=None)
        began = time.perf_counter()
        result = scan(
            actor_id=OPERATOR.id,
            now=timezone.now(),
            progress=lambda read, total: bar.update(task, completed=read, total=total),
        )
    seconds = time.perf_counter() - began
    if as_json:
        typer.echo(json.dumps({**result._asdict(), "seconds": round(seconds, 2)}))
        return
    typer.echo(
        f"{result.persons:,} persons searched in {seconds:.1f} s ({result.slices} parts, {result.resumed} of them "
        f"before): {result.pairs:,} pairs to look at"
    )
