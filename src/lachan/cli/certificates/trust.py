"""``lachan certificates trust``: whose signatures are believed; lists of others in, ours out."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lachan.cli.house import house

Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]
Kid = Annotated[str, typer.Argument(help="key id, hexadecimal or base64")]
FORMS = ("trust-list", "dcc", "did", "jwks")


def add(app: typer.Typer) -> None:
    """Register the commands."""
    own = typer.Typer(no_args_is_help=True, help="Trusted keys: list, import lists of others, refuse one, export ours.")
    own.command("list")(list_trusted)
    own.command("import")(import_list)
    own.command()(refuse)
    own.command()(allow)
    own.command()(export)
    app.add_typer(own, name="trust")


def list_trusted(
    country: Annotated[str, typer.Option(help="two letters: only this country's")] = "", as_json: Json = False
) -> None:
    """Every key that is believed now, with its source, age and end."""
    with house():
        from lachan.certificates.keys import trust

        now = datetime.now(UTC)
        found = [entry for entry in trust.believed(now) if not country or entry.country == country.upper()]
    if as_json:
        typer.echo(json.dumps([_data(entry) for entry in found], ensure_ascii=False))
        return
    from lachan.cli._access import table

    table(
        ("Country", "Key id", "May sign", "Ends", "Last seen", "Source"),
        [
            (
                entry.country or "–", entry.kid.hex(), entry.usage,
                f"{entry.not_after:%d/%m/%Y}" if entry.not_after else "–",
                f"{entry.fetched_at:%d/%m/%Y %H:%M}", entry.source,
            )
            for entry in found
        ],
        "No keys are trusted. Take in a list with: lachan certificates trust import FILE --source ADDRESS",
    )  # fmt: skip


def import_list(
    file: Annotated[Path, typer.Argument(help="the list as fetched; - for standard input")],
    source: Annotated[str, typer.Option(help="its name or address, the same every time")],
    country: Annotated[str, typer.Option(help="two letters: whose keys, where the list does not say")] = "",
    issuer: Annotated[str, typer.Option(help="for a JWKS: the issuer's address as it stands in the cards")] = "",
    shrink: Annotated[bool, typer.Option("--shrink", help="believe that more than half of the keys are gone")] = False,
    as_json: Json = False,
) -> None:
    """Take in the list of a gateway, of GDHCN, of an app, a PEM bundle or a JWKS, in place of this source's earlier.
    Ends with 1 when an entry could not be read; the others came in."""
    if country and not (len(country) == 2 and country.isalpha()):
        raise typer.BadParameter(f"two letters as VN, not {country!r}", param_hint="--country")
    try:
        content = sys.stdin.buffer.read(64 * 2**20) if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise SystemExit(f"{file}: {error.strerror}") from None
    with house():
        from lachan.certificates.keys import taking
        from lachan.cli._access import OPERATOR

        taken = taking.take(
            content, source=source, actor=OPERATOR, now=datetime.now(UTC), country=country.upper(), issuer=issuer,
            shrink=shrink,
        )  # fmt: skip
    if as_json:
        answer = {
            "source": taken.source, "form": taken.form, "came": [_data(entry) for entry in taken.came],
            "went": [_data(entry) for entry in taken.went], "stayed": taken.stayed, "expired": taken.expired,
            "faults": [fault._asdict() for fault in taken.faults],
        }  # fmt: skip
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for sign, entries in (("+", taken.came), ("-", taken.went)):
            for entry in entries:
                typer.echo(f"{sign} {entry.country or '??'} {entry.kid.hex()} {entry.usage}")
        typer.echo(
            f"{taken.form}: {len(taken.came)} came, {len(taken.went)} went, {taken.stayed} stayed, "
            f"{taken.expired} of them have ended"
        )
        for fault in taken.faults:
            typer.echo(f"{fault.place}: {fault.reason}", err=True)
    if taken.faults:
        sys.exit(1)


def refuse(kid: Kid, reason: Annotated[str, typer.Option(help="why, as the journal keeps it")]) -> None:
    """Believe a key of others no more, whoever lists it."""
    with house():
        from lachan.certificates.keys import taking
        from lachan.cli._access import OPERATOR

        count = taking.refuse(_kid(kid), reason=reason, actor=OPERATOR, now=datetime.now(UTC))
    typer.echo(f"Refused, on {count} lists")


def allow(kid: Kid) -> None:
    """Take a refusal back."""
    with house():
        from lachan.certificates.keys import taking
        from lachan.cli._access import OPERATOR

        count = taking.allow(_kid(kid), actor=OPERATOR, now=datetime.now(UTC))
    typer.echo(f"Believed again, on {count} lists")


def export(
    form: Annotated[str, typer.Argument(help="trust-list, dcc, did or jwks")] = "trust-list",
    signed: Annotated[bool, typer.Option("--signed", help="as compact JWS by our list key; trust-list only")] = False,
) -> None:
    """Print what we publish."""
    if form not in FORMS:
        raise typer.BadParameter(f"one of {', '.join(FORMS)}, not {form!r}", param_hint="FORM")
    if signed and form != "trust-list":
        raise typer.BadParameter("only the trust list is signed as a whole", param_hint="--signed")
    with house():
        from lachan.certificates.keys import publish

        now = datetime.now(UTC)
        makers = (publish.trust_list, publish.dcc_gateway, publish.did_document, publish.jwks)
        made: Any = dict(zip(FORMS, makers, strict=True))[form](now)
        text = publish.sign_list(made, now) if signed else json.dumps(made, ensure_ascii=False, indent=1)
    typer.echo(text)


def _data(entry: Any) -> dict[str, Any]:
    return {
        "kid": entry.kid.hex(), "country": entry.country, "usage": entry.usage, "source": entry.source,
        "fetched_at": entry.fetched_at.isoformat(),
        "not_after": entry.not_after.isoformat() if entry.not_after else None, "state": entry.state,
    }  # fmt: skip


def _kid(text: str) -> bytes:
    import base64
    import binascii

    try:
        return bytes.fromhex(text)
    except ValueError:
        pass
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise typer.BadParameter(f"hexadecimal or base64, not {text!r}", param_hint="KID") from None
