"""``lachan certificates rules``: evaluate CertLogic expressions, JSON lines in, JSON lines out."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def add(app: typer.Typer) -> None:
    @app.command()
    def rules(
        jsonl: Annotated[bool, typer.Option("--jsonl", help="read lines of JSON, answer each with one")] = False,
        jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="processes")] = 1,
    ) -> None:
        """Evaluate rules: in {"id", "logic", "data"}, out {"id", "result"} or {"id", "error"}."""
        from lachan.cli import jsonl as lines

        if not jsonl:
            typer.echo("say --jsonl, and send one object per line: {id, logic, data}", err=True)
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


def refuse(identifier: Any, sentence: str) -> dict[str, Any]:
    return {"id": identifier, "error": sentence}
