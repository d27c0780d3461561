"""What ``lachan user`` and ``lachan api-key`` share: places by code, refusals in words, tables or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NoReturn

import typer
from django.utils import translation
from rich.console import Console
from rich.table import Table

from lachan.access.actors import Actor
from lachan.access.messages import MESSAGES
from lachan.access.queries import GrantRow
from lachan.access.scopes import NATION
from lachan.kernel.outcomes import REFUSED, Outcome
from lachan.places import queries as places

_LEVEL_OF_CODE = {2: 1, 3: 2, 5: 3}  # digits of an area code -> level: province, district, commune

# Whoever has a shell on the server may do everything; the journal names the way they came.
OPERATOR = Actor.system("command line")


def fail(message: str) -> NoReturn:
    """One line on standard error and exit code 2."""
    typer.echo(f"lachan: {message}", err=True)
    raise typer.Exit(2)


def accepted(outcome: Outcome) -> Outcome:
    """The outcome, unless it is a refusal: then its sentence and exit code 2."""
    if outcome.status is REFUSED:
        reason = outcome.reason or "refused"
        with translation.override("en"):  # the command line speaks English, screens speak the user's language
            fail(str(MESSAGES.get(reason, reason)) % (outcome.params or {}))
    return outcome


def day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option} takes a date as 2021-10-16, not {text!r}")


def facility_id(code: str) -> int:
    """The id of a facility's code, or exit code 2."""
    found = places.facilities_by_code([code])
    if code not in found:
        fail(f"no facility has the code {code!r}")
    return found[code].id


def area_id(code: str, on: date) -> int:
    """The id of the area that bears ``code`` on that day (``nation`` for the country), or exit code 2."""
    if code == "nation":
        return NATION
    level = _LEVEL_OF_CODE.get(len(code))
    if level is None or not code.isdigit():
        fail(f"an area code has 2, 3 or 5 digits (province, district, commune) or is 'nation', not {code!r}")
    area = places.area_at(code, level, on)
    if area is None:
        fail(f"no area has the code {code} on {on}; say another day with --on")
    return area.id


def place_name(grant: GrantRow) -> str:
    if grant.facility_id is not None:
        row = places.facility(grant.facility_id)
        return f"{row.code} {row.name}" if row else f"facility {grant.facility_id}"
    area = places.area(grant.area_id or 0)
    return area.full_name if area else f"area {grant.area_id}"


def show_grants(grants: Sequence[GrantRow], today: date) -> str:
    """The grants in force, one a line."""
    return "\n".join(
        f"{grant.role} · {place_name(grant)}" + (f" · to {grant.valid_to}" if grant.valid_to else "")
        for grant in grants
        if grant.in_force(today)
    )


def grant_data(grant: GrantRow, today: date) -> dict[str, Any]:
    return {
        "id": str(grant.id),
        "role": grant.role.value,
        "facility_id": grant.facility_id,
        "area_id": grant.area_id,
        "place": place_name(grant),
        "from": grant.valid_from.isoformat(),
        "to": grant.valid_to.isoformat() if grant.valid_to else None,
        "in_force": grant.in_force(today),
    }


def answer(as_json: bool, data: dict[str, Any], sentence: str) -> None:
    """One JSON object for machines, one sentence for people."""
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else sentence)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
    if not rows:
        typer.echo(empty)
        return
    grid = Table(*columns, show_lines=any("\n" in cell for row in rows for cell in row))
    for row in rows:
        grid.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console.width = 200  # into a file or another program: nobody wants folded cells
    console.print(grid)


def pages(read: Callable[[Any], list[Any]], key: Callable[[Any], Any], first: Any) -> list[Any]:
    """Every row of a paged query."""
    rows: list[Any] = []
    after = first
    while page := read(after):
        rows += page
        after = key(page[-1])
    return rows
