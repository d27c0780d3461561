"""``lachan db``: bring the database up to date, spread it over a cluster, check that the counts are right."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from lachan.certificates.keys import ensure
from lachan.kernel import distribution
from lachan.kernel.checks import Finding, check_all

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The database: migrate, distribute, check.")

Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]
CHECKED = (
    "people", "immunization", "surveillance", "tracing", "certificates", "analytics", "forecasting", "exchange",
)  # fmt: skip


def bring_up_to_date(say: Callable[[str], None]) -> None:
    """Run waiting migrations and load the reference data that came with this version; quick when nothing waits."""
    if waiting := migrations_waiting():
        begun = time.monotonic()
        say(f"Bringing the tables up to date ({waiting} migrations)")
        call_command("migrate", interactive=False, verbosity=0)
        say(f"  done in {time.monotonic() - begun:.1f} s")
    if waiting or not _has_reference():
        _load_reference(say)
    if made := ensure(timezone.now()):
        say(f"Made {made} signing keys of the demonstration")


def migrations_waiting() -> int:
    """How many migrations the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _has_reference() -> bool:
    from lachan.places import queries as places

    return bool(places.facility_table())


def _load_reference(say: Callable[[str], None]) -> None:
    from lachan.immunization.reference import load_products
    from lachan.places.operations import load_reference

    begun = time.monotonic()
    say("Loading products, areas and facilities")
    load_products()
    people = settings.CONF.demo_people if settings.LACHAN_DEMO else None
    load_reference(people=people)  # the larger one at the end: where it is, everything is
    say(f"  done in {time.monotonic() - begun:.1f} s")


@app.command()
def migrate() -> None:
    """Bring tables and reference data up to date; safe to repeat."""
    bring_up_to_date(typer.echo)
    typer.echo("The database is up to date")


@app.command()
def distribute(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="print the statements, change nothing")] = False,
) -> None:
    """Spread the tables over the nodes of a Citus cluster (14 or newer); tables placed before are left alone."""
    try:
        places = distribution.placements()
        done = set() if dry_run else distribution.already_placed()
    except distribution.DistributionError as error:
        raise SystemExit(str(error)) from None
    for entry in places:
        statement = entry.statement()
        if statement is None or entry.table in done:
            continue
        typer.echo(f"{statement};" if dry_run else f"{entry.table}: {entry.kind}")
        if not dry_run:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")  # moving a full table takes its time
                cursor.execute(statement)
    if not dry_run:
        typer.echo(f"{len(places)} tables are in place, {sum(entry.kind == 'local' for entry in places)} of them local")


@app.command()
def check(as_json: Json = False) -> None:
    """Recount what is kept as a sum; says equal or where not, and ends with 1 when something is not equal."""
    findings: list[Finding] = check_all()
    for room in CHECKED:
        if find_spec(f"lachan.{room}.checks"):
            findings += import_module(f"lachan.{room}.checks").check_all()
    wrong = [entry for entry in findings if not entry.good]
    if as_json:
        typer.echo(json.dumps({"equal": not wrong, "checks": [_data(entry) for entry in findings]}, ensure_ascii=False))
    else:
        for entry in findings:
            typer.echo(f"{'equal' if entry.good else 'WRONG':6} {entry.name}: {entry.detail}")
    if wrong:
        sys.exit(1)


def _data(entry: Finding) -> dict[str, Any]:
    return {"name": entry.name, "good": entry.good, "detail": entry.detail}
