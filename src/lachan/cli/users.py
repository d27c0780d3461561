"""``lachan user``: who signs in, and what they may do where."""

from __future__ import annotations

import json
import secrets
import sys
from typing import Annotated
from uuid import UUID

import typer
from django.utils import timezone

from lachan.access import operations, queries
from lachan.access.rules import STAFF_ROLES
from lachan.cli import _user_more
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
    place_name,
    show_grants,
    table,
)
from lachan.kernel.outcomes import DUPLICATE

app = typer.Typer(no_args_is_help=True, help="People who sign in: add, grant, list, disable, recover.")
app.command()(_user_more.recover)
app.command()(_user_more.expiring)
app.command("sign-out")(_user_more.sign_out)

Username = Annotated[str, typer.Argument(help="user name, in any case")]
Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="read the password from standard input")]
_ROLES = ", ".join(sorted(STAFF_ROLES))


def _user(username: str) -> queries.UserFact:
    found = queries.user_by_name(username)
    if found is None:
        fail(f"there is no user {username!r}")
    return found


def _password(from_stdin: bool) -> tuple[str, bool]:
    """(password, whether it was made here and must be shown once)."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n"), False
    if sys.stdin.isatty():
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True), False
    return secrets.token_urlsafe(12), True


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="the name people read")],
    language: Annotated[str, typer.Option(help="vi or en")] = "vi",
    email: Annotated[str, typer.Option(help="address for the administrator's use")] = "",
    password_stdin: PasswordStdin = False,
    as_json: Json = False,
) -> None:
    """Open an account. Without a terminal and without --password-stdin a password is made and shown once."""
    password, made = _password(password_stdin)
    item = operations.NewUser(username, name, password, email, language)
    [outcome] = operations.create_users([item], actor=OPERATOR, now=timezone.now())
    accepted(outcome)
    data = {"id": str(outcome.id), "username": username.lower()} | ({"password": password} if made else {})
    answer(as_json, data, f"{username.lower()} may sign in" + (f" with the password {password}" if made else ""))


@app.command()
def grant(
    username: Username,
    role: Annotated[str, typer.Argument(help=_ROLES)],
    facility: Annotated[str | None, typer.Option(help="code of the facility")] = None,
    area: Annotated[str | None, typer.Option(help="code of the province, district or commune, or 'nation'")] = None,
    valid_from: Annotated[str | None, typer.Option("--from", help="first day; today when not given")] = None,
    valid_to: Annotated[str | None, typer.Option("--to", help="last day; open when not given")] = None,
    on: Annotated[str | None, typer.Option(help="day whose map the area code is of; today when not given")] = None,
    as_json: Json = False,
) -> None:
    """Give a role at a facility or in an area."""
    now = timezone.now()
    item = operations.NewGrant(
        role,
        user_id=_user(username).id,
        facility_id=None if facility is None else facility_id(facility),
        area_id=None if area is None else area_id(area, day(on, "--on") or timezone.localdate(now)),
        valid_from=day(valid_from, "--from"),
        valid_to=day(valid_to, "--to"),
    )
    [outcome] = operations.grant([item], actor=OPERATOR, now=now)
    again = accepted(outcome).status is DUPLICATE
    data = {"id": None if outcome.id is None else str(outcome.id), "status": outcome.status.value}
    answer(as_json, data, f"{username.lower()} {'already holds' if again else 'now holds'} {role}")


@app.command()
def revoke(
    username: Username, grant_id: Annotated[UUID, typer.Argument(help="id of the grant")], as_json: Json = False
) -> None:
    """Take a grant back, at once. `lachan user list --json` shows the ids."""
    if grant_id not in {held.id for held in _user(username).grants}:
        fail(f"{username} holds no grant {grant_id}")
    [outcome] = operations.revoke_grants([grant_id], actor=OPERATOR, now=timezone.now())
    accepted(outcome)
    answer(as_json, {"id": str(grant_id), "status": outcome.status.value}, f"{username.lower()} no longer holds it")


@app.command("list")
def list_users(as_json: Json = False) -> None:
    """All users with the roles in force today."""
    today = timezone.localdate()
    users = pages(lambda after: queries.users_in_scope(OPERATOR, after=after), lambda user: user.username, "")
    if as_json:
        rows = [
            {
                "id": str(user.id),
                "username": user.username,
                "name": user.display_name,
                "language": user.language,
                "active": user.active,
                "latest_sign_in": user.latest_sign_in.isoformat() if user.latest_sign_in else None,
                "grants": [grant_data(held, today) for held in user.grants],
            }
            for user in users
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table(
        ("User", "Name", "Signs in", "Latest sign-in", "Roles"),
        [
            (
                user.username,
                user.display_name,
                "yes" if user.active else "no",
                f"{timezone.localtime(user.latest_sign_in):%d/%m/%Y %H:%M}" if user.latest_sign_in else "never",
                show_grants(user.grants, today),
            )
            for user in users
        ],
        "No users yet. Add one with: lachan user add",
    )


@app.command()
def show(username: Username) -> None:
    """One user with every grant, past ones too."""
    user = _user(username)
    today = timezone.localdate()
    table(
        ("Grant", "Role", "Place", "From", "To", "In force"),
        [
            (
                str(held.id),
                held.role.value,
                place_name(held),
                str(held.valid_from),
                str(held.valid_to or ""),
                "yes" if held.in_force(today) else "no",
            )
            for held in user.grants
        ],
        f"{user.username} ({user.display_name}) holds no grant. Give one with: lachan user grant",
    )


@app.command()
def disable(username: Username, as_json: Json = False) -> None:
    """Close an account; an open session ends at its next click."""
    _set_active(username, False, as_json)


@app.command()
def enable(username: Username, as_json: Json = False) -> None:
    """Open a closed account again."""
    _set_active(username, True, as_json)


def _set_active(username: str, active: bool, as_json: bool) -> None:
    user = _user(username)
    [outcome] = operations.set_active([(user.id, active)], actor=OPERATOR, now=timezone.now())
    accepted(outcome)
    sentence = f"{user.username} {'may sign in' if active else 'can no longer sign in'}"
    answer(as_json, {"id": str(user.id), "active": active, "status": outcome.status.value}, sentence)


@app.command()
def password(username: Username, password_stdin: PasswordStdin = False, as_json: Json = False) -> None:
    """Set a new password; open sessions of the user end."""
    user = _user(username)
    new, made = _password(password_stdin)
    [outcome] = operations.set_passwords([(user.id, new)], actor=OPERATOR, now=timezone.now())
    accepted(outcome)
    data = {"id": str(user.id)} | ({"password": new} if made else {})
    answer(as_json, data, f"{user.username} has a new password" + (f": {new}" if made else ""))
