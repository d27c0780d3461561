"""``lachan certificates verify``: JSON lines in, a verdict on each health certificate out."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, Final

import typer

HELP: Final = """Check health certificates (EU DCC, WHO GDHCN): JSON lines in, JSON lines out, in the same order.

In: {"id", "qr", "certificate_pem_or_b64", "validation_clock"}; "qr_png_b64" in place of "qr" gives a picture. The clock
is ISO 8601, UTC without a zone (or seconds since 1970), now when null. Without a certificate the signature cannot be
checked: everything else is, and "SIGNATURE" is among the errors.

Out: {"id", "ok", "error", "errors", "payload"}; for a picture also "qr", the text read, null if none. Errors: PREFIX,
BASE45, ZLIB, COSE, CBOR, SIGNATURE, EXPIRED, KEYUSAGE, SCHEMA."""


def add(app: typer.Typer) -> None:
    """Register the command."""

    @app.command(help=HELP)
    def verify(
        jsonl: bool = typer.Option(False, "--jsonl", help="JSON lines from standard input to standard output"),
        jobs: int = typer.Option(1, min=1, max=64, help="processes"),
    ) -> None:
        from lachan.cli.jsonl import run

        if not jsonl:
            typer.echo("say --jsonl: certificates are read as JSON lines from standard input", err=True)
            raise typer.Exit(2)
        run(answer, refuse, jobs=jobs)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The verdict on one line."""
    from lachan.certificates.codecs import hcert

    said: dict[str, Any] = {"id": asked.get("id")}
    text = asked.get("qr")
    if text is None and asked.get("qr_png_b64") is not None:
        text = said["qr"] = _text_in(asked["qr_png_b64"])
    clock, clock_known = _clock(asked.get("validation_clock"))
    verdict = hcert.check(text if isinstance(text, str) else "", certificate=_certificate(asked), clock=clock)
    errors = list(verdict.errors)
    if not clock_known and verdict.payload is not None and "EXPIRED" not in errors:
        errors = [word for word in hcert.WORDS if word in (*errors, "EXPIRED")]  # nobody can say that it is in time
    said |= {"ok": not errors, "error": errors[0] if errors else None, "errors": errors, "payload": verdict.payload}
    return said


def refuse(identifier: Any, sentence: str) -> dict[str, Any]:
    """A line that holds nothing to check. ``refused`` says why."""
    return {
        "id": identifier,
        "ok": False,
        "error": "PREFIX",
        "errors": ["PREFIX"],
        "payload": None,
        "refused": sentence,
    }


def _certificate(asked: dict[str, Any]) -> bytes | None:
    """DER of the signer's certificate; empty when what is given cannot be read: then SIGNATURE fails."""
    from lachan.certificates.codecs.x509 import der_of

    given = asked.get("certificate_pem_or_b64")
    if not given:
        return None
    try:
        return der_of(given) if isinstance(given, str) else b""
    except ValueError:
        return b""


def _text_in(picture: Any) -> str | None:
    """The first health certificate in the picture, else the first code of any kind."""
    from lachan.certificates.codecs.pictures import texts_in

    if not isinstance(picture, str):
        return None
    held = picture.partition(";base64,")[2] if picture.startswith("data:") else picture
    try:
        texts = texts_in(base64.b64decode("".join(held.split())))
    except (binascii.Error, ValueError):
        return None
    return next((text for text in texts if text.startswith("HC1:")), texts[0] if texts else None)


def _clock(given: Any) -> tuple[datetime | None, bool]:
    """The instant to judge by (None: now), and whether the line's was understood."""
    from lachan.cli.jsonl import instant

    if given is None:
        return None, True
    try:
        return instant(given), True
    except ValueError:
        return None, False
