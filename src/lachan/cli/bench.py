"""``lachan bench``: how near to bare PostgreSQL doses are recorded, and how quickly the house answers.

Measures a Lachan of its own, started in ``<data_dir>/bench`` and stopped afterwards; its people are kept for the next
run, everything else a measurement recorded is thrown away when the next begins.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(invoke_without_command=True, help="Measure doses a second, memory, reads; results in bench/results/.")

Json = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
People = Annotated[int, typer.Option(min=1_000, help="persons in the database")]
Doses = Annotated[int, typer.Option(min=200, help="doses recorded while the clock runs")]
Connections = Annotated[int, typer.Option(min=1, max=512, help="stations sending at the same time")]

RESULTS = Path("bench") / "results"


def _say(text: str) -> None:
    Console(stderr=True).print(text, style="dim", highlight=False)


def _at_house(people: int, measure: Callable[[Any], dict[str, Any]], folder: str = "bench") -> dict[str, Any]:
    """Start the house in ``<data_dir>/<folder>``, fill it, measure. A process knows one folder only."""
    from lachan.bench import house

    house.prepare(_home() / folder)
    import logging

    logging.getLogger().setLevel("WARNING")
    with house.running(_home() / folder) as started:
        from lachan.bench import stations

        found = stations.ensure_people(people, _say)
        return {**measure(started), "people": found}


@cache
def _home() -> Path:
    """The installation's data directory, before the environment is turned to a house of the bench."""
    from lachan.config import conf

    return conf.load().data_dir.resolve()


def _doses(people: int, doses: int, connections: int, batch: int = 200, folder: str = "bench") -> dict[str, Any]:
    def measure(started: Any) -> dict[str, Any]:
        from lachan.bench import doses as bench_doses
        from lachan.cli.synth import target

        return bench_doses.batches(started, doses=doses, size=batch, lines=connections, dsn=target().dsn)

    return _at_house(people, measure, folder)


def _single(people: int, doses: int, connections: int) -> dict[str, Any]:
    def measure(started: Any) -> dict[str, Any]:
        from lachan.bench import doses as bench_doses

        return bench_doses.single(started, doses=doses, lines=connections)

    return _at_house(people, measure)


def _answer(as_json: bool, name: str, result: dict[str, Any]) -> None:
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    _table({name: result})
    for key, value in result.items():
        typer.echo(f"  {key}: {value}")


def _table(results: dict[str, Any]) -> None:
    from lachan.bench import report

    table = Table("measure", "found", "must reach", "aim", "")
    for row in report.rows(results):
        table.add_row(*row, style="red" if row[-1] == "MISSED" else None)
    Console().print(table)


@app.command()
def doses(
    people: People = 200_000,
    doses: Doses = 60_000,
    connections: Connections = 8,
    batch: Annotated[int, typer.Option(min=1, max=1_000, help="doses a call")] = 200,
    house: Annotated[str, typer.Option(hidden=True, help="folder of the database measured")] = "bench",
    as_json: Json = False,
) -> None:
    """Doses a second through HTTP in batches, against bare psycopg in the same run; exit code 1 when any is lost."""
    result = _doses(people, doses, connections, batch, house)
    _answer(as_json, "doses", result)
    if result["lost"] or result["doubled"] or result["resent_counted_again"] or not result["counters_equal"]:
        sys.exit(1)


@app.command()
def single(
    people: People = 200_000, doses: Doses = 5_000, connections: Connections = 24, as_json: Json = False
) -> None:
    """Requests a second of one dose each."""
    result = _single(people, doses, connections)
    _answer(as_json, "single", result)
    if result["lost"] or result["doubled"]:
        sys.exit(1)


@app.callback()
def everything(context: typer.Context, as_json: Json = False) -> None:
    """Without a sub-command: every measure, one table, kept in bench/results/."""
    if context.invoked_subcommand is not None:
        return
    from lachan.bench import report

    facts = report.machine()
    results: dict[str, Any] = {
        "doses": _doses(200_000, 60_000, 8),
        "single": _single(200_000, 5_000, 24),
    }
    path = report.keep(RESULTS, results, facts, datetime.now().astimezone())
    if as_json:
        typer.echo(json.dumps({"machine": facts, **results}, ensure_ascii=False))
    else:
        _table(results)
        _say(f"kept in {path}")
