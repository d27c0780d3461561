"""``lachan seal``: the keys that seal what is secret."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from lachan.kernel.rotation import rotate as rotate_all
from lachan.kernel.sealing import SealError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keys that seal what is secret.")


@app.callback()
def _seal() -> None:
    """Keys that seal what is secret."""


@app.command()
def rotate(as_json: Annotated[bool, typer.Option("--json", help="answer in JSON")] = False) -> None:
    """Seal every secret again with the newest key (the first in seal_keys). May be stopped and run again.

    Put the new key first in seal_keys, restart, run this, then take the old key out.
    """
    console = Console(stderr=True)
    with console.status("rotating", spinner="line") as status:

        def progress(column: str, seen: int, changed: int) -> None:
            if sys.stderr.isatty():
                status.update(f"{column}: {seen:,} looked at, {changed:,} sealed anew")

        try:
            done = rotate_all(progress)
        except SealError as error:
            typer.echo(f"not finished: {error}; add that key to seal_keys and run again", err=True)
            raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps([entry._asdict() for entry in done]))
        return
    for entry in done:
        typer.echo(f"{entry.column}: {entry.seen:,} looked at, {entry.changed:,} sealed anew")
