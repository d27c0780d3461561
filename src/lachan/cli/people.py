"""``lachan people``: the matcher as a filter, and the search of the door on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lachan.cli.duplicates import duplicates
from lachan.cli.house import house

if TYPE_CHECKING:
    from lachan.people.search import Asked

app = typer.Typer(no_args_is_help=True, add_completion=False, help="People: match records, find them, find doubles.")
app.command()(duplicates)


@app.command()
def match(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="the only form there is: one JSON object a line")] = False,
) -> None:
    """Read pairs {"id", "a", "b"} from standard input, write {"id", "decision", "score"} for each.

    Decisions: match (one person), possible (a person has to look), no. Needs neither settings nor a database.
    """
    if not jsonl:
        raise typer.BadParameter("say --jsonl: pairs come one JSON object a line", param_hint="--jsonl")
    from lachan.people.matching.jsonl import run  # nothing above is loaded for it: the filter starts at once

    unusable = run(sys.stdin.buffer, sys.stdout.buffer)
    if unusable:
        typer.echo(f"{unusable} lines could not be used; each was answered with an error", err=True)


@app.command()
def search(
    born: Annotated[str, typer.Option(help="year, month or day of birth: 1980, 1980-05, 1980-05-17")] = "",
    commune: Annotated[str, typer.Option(help="name of the commune, district or province")] = "",
    most: Annotated[int, typer.Option(min=1, max=50, help="how many to show")] = 20,
) -> None:
    """Find people by what is typed or piped in: a number, a card's code, or a name.

    It is asked for, not given as an argument: arguments stay in the history of the shell. Numbers are shown masked; a
    search by number is logged as a look of the command line.
    """
    text = typer.prompt("Number, card or name") if sys.stdin.isatty() else sys.stdin.readline()
    with house():
        from lachan.people.search import read

        _show(read(text), born, commune, most)


def _show(asked: Asked, born: str, commune: str, most: int) -> None:
    from dataclasses import replace

    from django.utils import timezone

    from lachan.cli._access import OPERATOR, fail, table
    from lachan.people import search as people
    from lachan.people.queries import identifiers_of
    from lachan.people.records import written_birth
    from lachan.places import queries as places

    area_id = None
    if commune:
        areas = people.areas_named(commune, today=timezone.localdate(), levels=(1, 2, 3), limit=1)
        area_id = areas[0].id if areas else fail(f"no area is called {commune!r}")
    if asked.kind in ("unreadable", "empty"):
        fail(f"this is no number, card or name ({asked.reason or 'nothing was typed'})")
    if asked.kind == "name":
        wanted = replace(asked.wanted, born=born or asked.wanted.born, area_id=area_id)
        found = people.by_name(OPERATOR, wanted, limit=most).persons
    else:
        found = people.by_number(OPERATOR, asked.numbers, now=timezone.now())
    numbers = identifiers_of([person.id for person in found])
    rows = [
        (
            str(person.id), person.name, written_birth(person), person.sex, places.address(person.residence_id or 0),
            ", ".join(f"{number.system} {number.masked}" for number in numbers.get(person.id, [])),
        )
        for person in found
    ]  # fmt: skip
    table(("id", "name", "born", "sex", "residence", "numbers"), rows, "nobody was found")
