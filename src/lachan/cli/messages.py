"""``lachan messages``: what is waiting to be told, and sending it by hand."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.conf import settings
from django.db import connection
from django.utils import timezone

from lachan.cli._access import OPERATOR
from lachan.immunization.messaging import transport
from lachan.immunization.operations.messages import send_due
from lachan.immunization.operations.recalls import queue_waiting_recalls
from lachan.kernel.statements import load

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Messages to people: how many wait, send them.")

Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]


@app.command()
def status(as_json: Json = False) -> None:
    """How many messages are in which state."""
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "message_states"))
        found = dict(cursor.fetchall())
    typer.echo(json.dumps(found) if as_json else ", ".join(f"{n} {state}" for state, n in found.items()) or "none")


@app.command()
def send(
    most: Annotated[int, typer.Option(help="no more than these; 0: a minute's share by the settings")] = 0,
    as_json: Json = False,
) -> None:
    """Send what is due now, as the worker does every minute; nothing at night."""
    now = timezone.now()
    queue_waiting_recalls(actor_id=OPERATOR.id, now=now)
    done = dict(send_due(transport(), now=now, most=most or settings.CONF.message_rate))
    typer.echo(
        json.dumps(done) if as_json else ", ".join(f"{n} {state}" for state, n in done.items()) or "nothing is due"
    )
