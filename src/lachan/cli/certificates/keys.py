"""``lachan certificates keys``: signing keys are made, follow each other, and end."""

from __future__ import annotations

import base64
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from lachan.cli.house import house

Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]
Place = Annotated[str, typer.Option(help="where the key lives: disk or pkcs11")]
Which = Annotated[str, typer.Argument(help="key id in hexadecimal, or its beginning")]
Reason = Annotated[str, typer.Option(help="why, as the journal keeps it")]


def add(app: typer.Typer) -> None:
    """Register the commands."""
    own = typer.Typer(no_args_is_help=True, help="Signing keys: list, create, rotate, retire, check, move.")
    own.command("list")(list_keys)
    own.command()(create)
    own.command()(rotate)
    own.command()(retire)
    own.command()(check)
    own.command()(export)
    own.command("import")(import_key)
    own.command()(relock)
    app.add_typer(own, name="keys")


def list_keys(as_json: Json = False) -> None:
    """Every key of ours: for what, since when, until when, where."""
    with house():
        from lachan.certificates.keys import ring

        now, rows = datetime.now(UTC), ring.rows()
        if as_json:
            typer.echo(json.dumps([data(row, now) for row in rows], ensure_ascii=False))
            return
        from lachan.cli._access import table

        table(
            ("Key id", "Purpose", "State", "Signs from", "Signs until", "Verifies until", "Place", "Name"),
            [
                (
                    row.kid.hex(), row.purpose, state(row, now), f"{row.signs_from:%d/%m/%Y}",
                    f"{row.signs_until:%d/%m/%Y}", f"{row.not_after:%d/%m/%Y}", row.place, row.label,
                )
                for row in rows
            ],
            "No keys yet. Begin with: lachan certificates keys create authority",
        )  # fmt: skip


def create(
    purpose: Annotated[str, typer.Argument(help="authority, hcert, shc, domestic, list; or all that are missing: all")],
    place: Place = "disk",
    algorithm: Annotated[str, typer.Option(help="ES256, or PS256 for hcert and domestic")] = "ES256",
    kinds: Annotated[str, typer.Option(help="of v, t, r: what an hcert key is restricted to; empty: no limit")] = "",
    ahead: Annotated[float, typer.Option(min=0, max=8_760, help="hours it is published before it signs")] = 0.0,
    as_json: Json = False,
) -> None:
    """Make a key and its certificate. The country's authority comes first: it signs the certificates of the others."""
    _check_place(place)
    if algorithm not in ("ES256", "PS256"):
        raise typer.BadParameter(f"ES256 or PS256, not {algorithm!r}", param_hint="--algorithm")
    with house():
        from lachan.certificates.keys import making, ring
        from lachan.certificates.keys.facts import AUTHORITY, PURPOSES
        from lachan.cli._access import OPERATOR

        now = datetime.now(UTC)
        begins = now + timedelta(hours=ahead) if ahead else None
        purposes: list[str] = [purpose]
        if purpose == "all":
            signing = {row.purpose for row in ring.rows() if row.signs_at(now)}
            purposes = [name for name in (AUTHORITY, *PURPOSES) if name not in signing]
        wanted = [making.NewKey(name, place, algorithm, tuple(kinds), begins) for name in purposes]  # type: ignore[arg-type]
        made = making.create(wanted, actor=OPERATOR, now=now)
    _told(made, now, as_json, "Every key there must be is there" if purpose == "all" else "")


def rotate(
    purpose: Annotated[str, typer.Argument(help="authority, hcert, shc, domestic or list")],
    place: Place = "",
    ahead: Annotated[
        float, typer.Option(min=0, max=8_760, help="hours the successor is published before it signs")
    ] = 48.0,
    as_json: Json = False,
) -> None:
    """Make the successor of the key that signs now: on the trust list at once, signing when verifiers know it. The key
    before it verifies to the end of its certificate."""
    with house():
        from lachan.certificates.keys import making, ring
        from lachan.cli._access import OPERATOR

        now = datetime.now(UTC)
        before = next((row for row in ring.rows() if row.purpose == purpose and row.signs_at(now)), None)
        chosen = place or (before.place if before else "disk")
        _check_place(chosen)
        made = making.rotate(purpose, place=chosen, actor=OPERATOR, now=now, ahead=timedelta(hours=ahead))  # type: ignore[arg-type]
    _told([made], now, as_json, "")


def retire(
    key: Which,
    reason: Reason,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="it fell into wrong hands: nothing it signed is believed any more")
    ] = False,
    as_json: Json = False,
) -> None:
    """End a key. It signs no more; what it signed is believed until its certificate ends. ``--compromised``: nothing it
    signed is believed, and every card of it is made anew."""
    with house():
        from lachan.certificates.keys import making
        from lachan.certificates.operations.compromise import compromise
        from lachan.cli._access import OPERATOR

        row, now = _row(key), datetime.now(UTC)
        people = 0
        if compromised:
            fallen, people = compromise(row.id, reason=reason, actor=OPERATOR, now=now)
        else:
            fallen = [making.retire(row.id, compromised=False, reason=reason, actor=OPERATOR, now=now)]
    if as_json:
        typer.echo(json.dumps({"keys": [data(each, now) for each in fallen], "people": people}, ensure_ascii=False))
        return
    for each in fallen:
        typer.echo(f"{each.label} ({each.kid.hex()}) is {each.state}")
    if compromised:
        typer.echo(f"{people:,} people hold cards of it; they are being made anew: lachan certificates follow")
        typer.echo("Verifiers learn it with their next list. If no other key signs: lachan certificates keys create")


def check(as_json: Json = False) -> None:
    """Whether every key that must be there is there and opens; what ends soon. Ends with 1 when something is wrong."""
    with house():
        from lachan.certificates.keys.findings import findings

        found = findings(datetime.now(UTC))
    wrong = any(entry.state == "wrong" for entry in found)
    if as_json:
        rows = [
            {"code": entry.code, "state": entry.state, "detail": entry.sentence, "remedy": entry.remedy}
            for entry in found
        ]
        typer.echo(json.dumps({"good": not wrong, "findings": rows}, ensure_ascii=False))
    else:
        for entry in found:
            typer.echo(f"{entry.state:5}  {entry.sentence}\n       {entry.remedy}")
        if not found:
            typer.echo("Every key is there and opens")
    if wrong:
        sys.exit(1)


def export(
    key: Which,
    form: Annotated[str, typer.Option(help="pem (certificate and authority), der, jwk")] = "pem",
    private: Annotated[
        Path | None,
        typer.Option(help="also write the private key, still encrypted, to this new file: to move a server"),
    ] = None,
) -> None:
    """Print a key's certificate. Keys inside a module never leave it."""
    with house():
        from lachan.certificates.keys import forms, publish, ring, trust

        row = _row(key)
        chain = publish.chain(row)
        jwk = forms.jwk(trust.public_key_of(row.certificate))
        source = ring.vault().path(row.id)
    if private is not None:
        if row.place != "disk":
            raise SystemExit(f"{row.label} lives inside the module and does not leave it")
        _write_new(private, source)
    if form == "der":
        sys.stdout.buffer.write(row.certificate)
    elif form == "jwk":
        typer.echo(json.dumps(jwk))
    elif form == "pem":
        typer.echo("".join(_pem(certificate) for certificate in chain), nl=False)
    else:
        raise typer.BadParameter(f"pem, der or jwk, not {form!r}", param_hint="--form")


def import_key(
    purpose: Annotated[str, typer.Argument(help="hcert, shc, domestic or list")],
    key: Annotated[Path, typer.Option(help="private key, PEM or DER (PKCS#8), encrypted or not", exists=True)],
    cert: Annotated[Path, typer.Option(help="its certificate, PEM or DER", exists=True)],
    authority: Annotated[
        Path | None, typer.Option(help="the root that signed it, PEM or DER; checked", exists=True)
    ] = None,
    as_json: Json = False,
) -> None:
    """Take over a signer made elsewhere. The key's own passphrase is asked for, not taken from the command line."""
    with house():
        from lachan.certificates.codecs.x509 import der_of
        from lachan.certificates.keys import making, vault
        from lachan.cli._access import OPERATOR

        def certificate(path: Path) -> bytes:
            content = path.read_bytes()[: vault.LARGEST]
            return content if content[:1] == b"\x30" else der_of(content.decode("ascii", "replace"))

        content = key.read_bytes()[: vault.LARGEST]
        try:
            found = vault.opened(content, _passphrase(content))
            chain = [certificate(path) for path in (cert, authority) if path is not None]
        except (vault.VaultError, ValueError) as error:
            raise SystemExit(f"cannot be read: {error}") from None
        now, root = datetime.now(UTC), chain[1] if authority else None
        made = making.take_over(purpose, found, chain[0], root, actor=OPERATOR, now=now)
    _told([made], now, as_json, "")


def relock() -> None:
    """Lock this server's key files by a new passphrase, which is asked for (or read from standard input). Set
    signing_passphrase to it afterwards and start again; what runs meanwhile has its keys open."""
    with house():
        from lachan.certificates.keys import ring, vault

        if sys.stdin.isatty():
            said = str(typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True))
        else:
            said = sys.stdin.readline().rstrip("\n")
        if len(said) < 16:
            raise SystemExit("the passphrase needs 16 or more characters")
        held = ring.vault()
        here = [row.id for row in ring.rows() if row.place == "disk" and held.path(row.id).exists()]
        try:
            count = held.relock(here, said)
        except vault.VaultError as error:
            raise SystemExit(f"nothing was changed: {error}") from None
    typer.echo(
        f"{count} key files are locked anew. Now set signing_passphrase to the new one, here and on every server"
    )


def data(row: Any, now: datetime) -> dict[str, Any]:
    """A key as JSON."""
    return {
        "id": str(row.id), "kid": row.kid.hex(), "kid_base64": base64.b64encode(row.kid).decode(),
        "purpose": row.purpose, "state": state(row, now), "signs_from": row.signs_from.isoformat(),
        "signs_until": row.signs_until.isoformat(), "not_after": row.not_after.isoformat(), "place": row.place,
        "label": row.label, "reason": row.reason,
    }  # fmt: skip


def state(row: Any, now: datetime) -> str:
    """signs, waits, verifies, ended, retired or compromised."""
    if row.state == "active":
        if now >= row.not_after:
            return "ended"
        return "signs" if row.signs_at(now) else "waits" if row.waits_at(now) else "verifies"
    return str(row.state)


def _row(text: str) -> Any:
    from lachan.certificates.keys import ring

    wanted = text.lower().replace(":", "")
    found = [row for row in ring.rows() if row.kid.hex().startswith(wanted) or str(row.id) == wanted]
    if len(found) != 1 or len(wanted) < 4:
        known = ", ".join(row.kid.hex() for row in found) or "lachan certificates keys list shows them"
        raise SystemExit(f"{len(found)} keys have an id that begins with {text!r}: {known}")
    return found[0]


def _told(made: list[Any], now: datetime, as_json: bool, nothing: str) -> None:
    if as_json:
        typer.echo(json.dumps([data(row, now) for row in made], ensure_ascii=False))
        return
    for row in made:
        typer.echo(
            f"{row.label} ({row.kid.hex()}): signs from {row.signs_from:%d/%m/%Y %H:%M} UTC to "
            f"{row.signs_until:%d/%m/%Y}, verifies until {row.not_after:%d/%m/%Y}"
        )
    if not made and nothing:
        typer.echo(nothing)
    if any(row.place == "disk" for row in made):
        typer.echo("Copy the new files of data_dir/keys to your other servers and into the backup now.")


def _check_place(place: str) -> None:
    if place not in ("disk", "pkcs11"):
        raise typer.BadParameter(f"disk or pkcs11, not {place!r}", param_hint="--place")


def _passphrase(content: bytes) -> str | None:
    if b"ENCRYPTED" not in content and b"-----BEGIN" in content:
        return None
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n") or None
    said = typer.prompt("Passphrase of the key (empty: none)", hide_input=True, default="", show_default=False)
    return str(said) or None


def _write_new(path: Path, source: Path) -> None:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as stream:
            stream.write(source.read_bytes())
    except OSError as error:
        raise SystemExit(f"{error.filename}: {error.strerror}") from None


def _pem(certificate: bytes) -> str:
    text = base64.b64encode(certificate).decode()
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
