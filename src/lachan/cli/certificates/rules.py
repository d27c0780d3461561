"""``lachan certificates rules``: evaluate CertLogic expressions, JSON lines in, JSON lines out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

MOST_FILE: Final = 16 * 1024 * 1024  # bytes of a file of rules


def add(app: typer.Typer) -> None:
    @app.command()
    def rules(
        jsonl: Annotated[bool, typer.Option("--jsonl", help="read lines of JSON, answer each with one")] = False,
        check: Annotated[Path | None, typer.Option("--check", help="a file of rules: is their form right?")] = None,
        jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="processes")] = 1,
    ) -> None:
        """Evaluate rules: in {"id", "logic", "data"}, out {"id", "result"} or {"id", "error"}."""
        from lachan.cli import jsonl as lines

        if check is not None:
            raise typer.Exit(_check(check))
        if not jsonl:
            typer.echo("say --jsonl, and send one object per line: {id, logic, data}; or --check FILE", err=True)
            raise typer.Exit(2)
        lines.run(answer, refuse, jobs=jobs)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The value of ``asked["logic"]`` over ``asked["data"]``, or an error: a word of ``certlogic`` and a sentence."""
    from lachan.certificates.certlogic import LogicError, evaluate

    if "logic" not in asked:
        return refuse(asked.get("id"), "OPERATION: the line has no member logic")
    try:
        return {"id": asked.get("id"), "result": evaluate(asked["logic"], asked.get("data"))}
    except LogicError as fault:
        return refuse(asked.get("id"), str(fault))


def _check(path: Path) -> int:
    from lachan.certificates.certlogic import LogicError
    from lachan.certificates.certlogic.validation import check_rules

    if path.stat().st_size > MOST_FILE:
        typer.echo(f"{path.name} is longer than {MOST_FILE} bytes", err=True)
        return 1
    try:
        check_rules(json.loads(path.read_bytes()))
    except LogicError as fault:
        typer.echo(str(fault), err=True)
        return 1
    except (ValueError, RecursionError):
        typer.echo(f"{path.name} is not JSON", err=True)
        return 1
    typer.echo("every rule has the right form")
    return 0


def refuse(identifier: Any, sentence: str) -> dict[str, Any]:
    return {"id": identifier, "error": sentence}
