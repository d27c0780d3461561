"""``lachan user recover``, ``expiring``, ``sign-out``: what whoever has a shell does for those locked out."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer
from django.utils import timezone

from lachan.access import operations, queries
from lachan.cli._access import OPERATOR, accepted, answer, fail, table
from lachan.places import queries as places

Username = Annotated[str, typer.Argument(help="user name, in any case")]
Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]


def _user(username: str) -> queries.UserFact:
    found = queries.user_by_name(username)
    if found is None:
        fail(f"there is no user {username!r}")
    return found


def recover(
    username: Username,
    factor: Annotated[bool, typer.Option("--factor", help="take the second factor off too")] = False,
    as_json: Json = False,
) -> None:
    """Let somebody in again: a one-time code, shown once and good for a day, with which they set a new password.

    The way out for a house with a single administrator; with two, the screens ask for both.
    """
    user = _user(username)
    outcome, code = operations.recover(user.id, factor=factor, actor=OPERATOR, now=timezone.now())
    accepted(outcome)
    sentence = f"{user.username} sets a new password at /accounts/code/ with the code {code}"
    answer(as_json, {"id": str(user.id), "code": code}, sentence + (", and a new second factor" if factor else ""))


def expiring(as_json: Json = False) -> None:
    """Roles that end within 14 days, the next to end first."""
    rows = queries.expiring(None, timezone.localdate())
    if as_json:
        found = [
            {"username": row.username, "role": row.role.value, "place": _place(row), "to": row.valid_to.isoformat()}
            for row in rows
        ]
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table(
        ("Ends", "User", "Name", "Role", "Place"),
        [(_day(row.valid_to), row.username, row.display_name, row.role.value, _place(row)) for row in rows],
        "No role ends within 14 days",
    )


def sign_out(username: Username, as_json: Json = False) -> None:
    """End every open session of a user, at once."""
    user = _user(username)
    [outcome] = operations.sign_out([user.id], actor=OPERATOR, now=timezone.now())
    accepted(outcome)
    answer(as_json, {"id": str(user.id)}, f"{user.username} is signed out everywhere")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _place(row: queries.ExpiringFact) -> str:
    if row.facility_id is not None:
        facility = places.facility(row.facility_id)
        return f"{facility.code} {facility.name}" if facility else f"facility {row.facility_id}"
    area = places.area(row.area_id or 0)
    return area.full_name if area else f"area {row.area_id}"
