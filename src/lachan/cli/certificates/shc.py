"""``lachan certificates shc``: JSON lines in, a verdict on each SMART Health Card out."""

from __future__ import annotations

from typing import Any, Final

import typer

HELP: Final = """Check SMART Health Cards: JSON lines in, JSON lines out, in the same order.

In: {"id", "qr", "jws", "jwks", "crl", "validation_clock"}: "qr" the texts of the card's codes (shc:/…) in any order,
or "jws" the card itself; "jwks" the issuer's keys, "crl" its revocation lists by key id. The clock is ISO 8601, UTC
without a zone (or seconds since 1970), now when null; with one that is neither, no card is in time.

Out: {"id", "ok", "error", "errors", "payload", "notes"}. Errors: QR, JWS, HEADER, KEY, SIGNATURE, DEFLATE, JSON, TYPE,
NOTYET, EXPIRED, REVOKED; "error" is the first of them."""


def add(app: typer.Typer) -> None:
    """Register the command."""

    @app.command(help=HELP)
    def shc(
        jsonl: bool = typer.Option(False, "--jsonl", help="JSON lines from standard input to standard output"),
        jobs: int = typer.Option(1, min=1, max=64, help="processes"),
    ) -> None:
        from lachan.cli.jsonl import run

        if not jsonl:
            typer.echo("say --jsonl: cards are read as JSON lines from standard input", err=True)
            raise typer.Exit(2)
        run(answer, refuse, jobs=jobs)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The verdict on one line."""
    from lachan.certificates.codecs import shc
    from lachan.cli.jsonl import instant

    given, clock, known = asked.get("validation_clock"), None, True
    try:
        clock = None if given is None else instant(given)
    except ValueError:
        known = False
    verdict = shc.check(_card(asked), jwks=_object(asked.get("jwks")), crl=_object(asked.get("crl")), clock=clock)
    errors = list(verdict.errors)
    if not known and verdict.payload is not None:  # nobody can say that it is in time
        errors = [word for word in shc.WORDS if word in (*errors, "EXPIRED")]
    return {
        "id": asked.get("id"),
        "ok": not errors,
        "error": errors[0] if errors else None,
        "errors": errors,
        "payload": verdict.payload,
        "notes": list(verdict.notes),
    }


def refuse(identifier: Any, sentence: str) -> dict[str, Any]:
    """A line that holds nothing to check; the note says why."""
    return {"id": identifier, "ok": False, "error": "QR", "errors": ["QR"], "payload": None, "notes": [sentence]}


def _card(asked: dict[str, Any]) -> str | list[str]:
    codes, jws = asked.get("qr"), asked.get("jws")
    if not codes and isinstance(jws, str):
        return jws
    texts = [codes] if isinstance(codes, str) else codes if isinstance(codes, list) else []
    return [text if isinstance(text, str) else "" for text in texts]


def _object(given: Any) -> dict[str, Any] | None:
    return given if isinstance(given, dict) else None
