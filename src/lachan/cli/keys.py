"""``lachan api-key``: keys of station devices and partner systems."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer
from django.utils import timezone

from lachan.access import operations, queries
from lachan.cli._access import (
    OPERATOR,
    accepted,
    answer,
    area_id,
    day,
    facility_id,
    fail,
    grant_data,
    pages,
    show_grants,
    table,
)

app = typer.Typer(no_args_is_help=True, help="Keys of station devices and partner systems: create, list, revoke.")

Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]


@app.command()
def create(
    label: Annotated[str, typer.Argument(help="whose key it is, as people will read it")],
    kind: Annotated[str, typer.Option(help="device or partner")] = "device",
    facility: Annotated[list[str] | None, typer.Option(help="code of a facility it serves; may be repeated")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="code of an area it serves, or 'nation'; may be repeated")
    ] = None,
    days: Annotated[int, typer.Option(help="days until it expires, at most 400")] = 365,
    on: Annotated[str | None, typer.Option(help="day whose map the area codes are of; today when not given")] = None,
    as_json: Json = False,
) -> None:
    """Make a key. The token is shown once and kept nowhere."""
    now = timezone.now()
    when = day(on, "--on") or timezone.localdate(now)
    if not 1 <= days <= 400:
        fail(f"--days takes 1 to 400, not {days}")
    item = operations.NewApiKey(
        label,
        kind,
        now + timedelta(days=days),
        tuple(facility_id(code) for code in facility or ()),
        tuple(area_id(code, when) for code in area or ()),
    )
    [(outcome, token)] = operations.create_api_keys([item], actor=OPERATOR, now=now)
    accepted(outcome)
    data = {"id": str(outcome.id), "token": token, "expires_at": item.expires_at.isoformat()}
    answer(as_json, data, f"{token}\nThis is the only time it is shown. It expires on {item.expires_at:%d/%m/%Y}.")


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """All keys, without their secrets."""
    now = timezone.now()
    today = timezone.localdate(now)
    keys = pages(lambda after: queries.keys_in_scope(OPERATOR, after=after), lambda key: key.id, None)
    if as_json:
        rows = [
            {
                "id": str(key.id),
                "prefix": key.prefix,
                "label": key.label,
                "kind": key.kind,
                "state": _state(key, now),
                "expires_at": key.expires_at.isoformat(),
                "latest_used_at": key.latest_used_at.isoformat() if key.latest_used_at else None,
                "grants": [grant_data(held, today) for held in key.grants],
            }
            for key in keys
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table(
        ("Prefix", "Label", "Kind", "State", "Expires", "Latest use", "Serves"),
        [
            (
                key.prefix,
                key.label,
                key.kind,
                _state(key, now),
                f"{timezone.localtime(key.expires_at):%d/%m/%Y}",
                f"{timezone.localtime(key.latest_used_at):%d/%m/%Y %H:%M}" if key.latest_used_at else "never",
                show_grants(key.grants, today),
            )
            for key in keys
        ],
        "No keys yet. Make one with: lachan api-key create",
    )


@app.command()
def revoke(prefix: Annotated[str, typer.Argument(help="the ten letters after lk_")], as_json: Json = False) -> None:
    """End a key: nothing it sends is accepted after half a minute."""
    key = queries.key_by_prefix(prefix.removeprefix("lk_").partition("_")[0])
    if key is None:
        fail(f"there is no key {prefix!r}")
    [outcome] = operations.revoke_api_keys([key.id], actor=OPERATOR, now=timezone.now())
    accepted(outcome)
    answer(as_json, {"id": str(key.id), "status": outcome.status.value}, f"{key.label}: the key is revoked")


def _state(key: queries.KeyFact, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at <= now else "valid"
