"""``lachan trace run`` and ``lachan trace rules``: contacts of cases, files in, a file out, no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lachan.cli.trace._told import ran, say


def add(app: typer.Typer) -> None:
    @app.command()
    def run(
        visits: Annotated[Path, typer.Option("--visits", help="person,place,t_in,t_out[,closed]")],
        encounters: Annotated[Path, typer.Option("--encounters", help="person_a,person_b,t_start,t_end[,distance_m]")],
        cases: Annotated[Path, typer.Option("--cases", help="person,anchor_kind,anchor_time[,isolated_at]")],
        rule: Annotated[str, typer.Option("--rule", help="id of a rule (lachan trace rules), or a JSON file of one")],
        out: Annotated[Path, typer.Option("--out", help="file to write, .csv or .parquet")],
        oracle: Annotated[
            bool, typer.Option("--oracle", help="by brute force, and compare: 1 on a difference")
        ] = False,
        skip_bad: Annotated[bool, typer.Option("--skip-bad", help="leave malformed rows out and go on")] = False,
    ) -> None:
        """List the contacts (F1, and F2 where the rule says so) of every case. CSV or Parquet; times ISO 8601, UTC
        without a zone, or UNIX seconds."""
        from lachan.tracing.engine.running import run as run_files

        done = ran(lambda: run_files(visits, encounters, cases, rule, out, by_force=oracle, skip_bad=skip_bad, say=say))
        if done.wrong_rows:
            say(f"{done.wrong_rows:,} malformed rows left out")
        raise typer.Exit(1 if done.different else 0)

    @app.command()
    def rules(
        as_json: Annotated[bool, typer.Option("--json", help="whole, with the parametric rule of each anchor")] = False,
    ) -> None:
        """List the dated legal rules."""
        from msgspec import to_builtins

        from lachan.tracing.engine.rules import catalogue, compiled

        if as_json:
            whole = [
                to_builtins(legal) | {"compiled": {kind: to_builtins(compiled(legal, kind)) for kind in legal.anchors}}
                for legal in catalogue()
            ]
            typer.echo(json.dumps(whole, ensure_ascii=False, indent=1))
            return
        for legal in catalogue():
            until = legal.valid_to.isoformat() if legal.valid_to else "today"
            mark = f"  (from memory: {', '.join(legal.from_memory)})" if legal.from_memory else ""
            mark = mark if legal.verified else "  (not checked against the text)"
            typer.echo(f"{legal.id:22} {legal.disease:9} {legal.valid_from} to {until:10}  {legal.reference}{mark}")
