"""``lachan trace retention``: how long visits are kept, what is due, the proofs of what was deleted."""

from __future__ import annotations

import json
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]


def add(app: typer.Typer) -> None:
    @app.command()
    def retention(
        drop: Annotated[bool, typer.Option("--drop", help="drop now every day that is due")] = False,
        as_json: Json = False,
    ) -> None:
        """Days of visits that are kept, that are due, and the chain of proofs. Exit code 1: the chain is broken."""
        from lachan.cli.house import database, set_up

        set_up()
        with database():
            raise typer.Exit(_show(drop, as_json))


def _show(drop: bool, as_json: bool) -> int:
    from django.utils import timezone

    from lachan.access.actors import Actor
    from lachan.tracing.visits import retention

    now = timezone.now()
    dropped = retention.drop_due(now, actor=Actor.system("retention")) if drop else []
    days, proofs, checked = retention.status(now), retention.proofs(), retention.check()
    whole = checked.broken is None and not checked.standing
    if as_json:
        told = {
            "days": [{"day": str(d.day), "rows": d.rows, "until": str(d.until), "due": d.due} for d in days],
            "dropped": [str(row.day) for row in dropped],
            "proofs": [
                {
                    "day": str(row.day), "rows": row.rows, "venues": row.venues, "digest": bytes(row.digest).hex(),
                    "dropped_at": row.dropped_at.isoformat(), "by": row.actor_label, "rule": row.rule,
                    "proof": bytes(row.proof).hex(),
                }
                for row in proofs
            ],
            "whole": whole,
        }  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0 if whole else 1
    for day in days:
        due = "DUE" if day.due else f"until {day.until:%d/%m/%Y}"
        typer.echo(f"{day.day:%d/%m/%Y}  {day.rows:>12,} visits  {due}")
    for row in proofs[:10]:
        typer.echo(
            f"gone {row.day:%d/%m/%Y}  {row.rows:>12,} visits at {row.venues:,} venues, "
            f"{row.dropped_at:%d/%m/%Y %H:%M} by {row.actor_label}  proof {bytes(row.proof).hex()[:16]}"
        )
    if checked.broken is not None:
        typer.echo(f"The chain of proofs is broken at {checked.broken:%d/%m/%Y}.", err=True)
    for standing in checked.standing:
        typer.echo(f"{standing:%d/%m/%Y} is said to be gone and is there.", err=True)
    typer.echo(f"{checked.proofs} proofs, {'whole' if whole else 'NOT whole'}.")
    return 0 if whole else 1
