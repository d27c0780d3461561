"""``lachan certificates read``: the codes in pictures and PDFs, and what each of them is worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from lachan.cli.house import set_up

if TYPE_CHECKING:
    from lachan.certificates.judging import Trust

Revoked = Callable[[str], bool]

HELP: Final = """Find the codes in pictures (PNG, JPEG, WebP) and PDFs, and check the certificates among them.

Signatures are checked against the certificates of --cert (PEM or DER) and the keys of --jwks; without either, against
the trust list and revocation list of this installation where its database runs; else "signature not checked" is said.

Ends with 0 when every file holds a certificate and every certificate is good, with 1 when one is refused, its signature
could not be checked, or a file holds none, with 2 when a file is no picture."""

# of one file: who types a command has chosen the file and waits for it; a station's day is a PDF of hundreds of pages
MOST_PAGES: Final = 1_000
MOST_SECONDS: Final = 300.0


class Found(NamedTuple):
    """A certificate, or another code. ``verdict``: good, refused, not checked (its signature), other (none at all);
    ``advice``: of each error, what it means and what to do."""

    kind: str
    texts: list[str]
    verdict: str
    errors: list[str]
    advice: list[str]
    holder: str
    payload: Any


def add(app: typer.Typer) -> None:
    """Register the command."""

    @app.command(help=HELP)
    def read(
        files: Annotated[list[Path], typer.Argument(help="pictures or PDFs", metavar="IMAGE|PDF…")],
        cert: Annotated[list[Path] | None, typer.Option(help="certificate of a signer, PEM or DER; repeatable")] = None,
        jwks: Annotated[Path | None, typer.Option(help="keys of SMART Health Cards, a JWKS file")] = None,
        at: Annotated[str, typer.Option(help="judge as of this moment, ISO 8601; empty: now")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
    ) -> None:
        now = _moment(at)
        pages = [(path, _texts(path)) for path in files]  # all of them first: a wrong file is said before any work
        trust, revoked = _given(cert or [], jwks) if cert or jwks else _of_the_house(now)
        results = [(path, [_judge(card, trust, revoked, now) for card in _cards(texts)]) for path, texts in pages]
        if as_json:
            typer.echo(json.dumps({"files": [_plain(path, found) for path, found in results]}, ensure_ascii=False))
        else:
            for path, found in results:
                _show(path, found)
        if not all(_all_good(found) for _, found in results):
            raise typer.Exit(1)


def _all_good(found: list[Found]) -> bool:
    certificates = [entry for entry in found if entry.kind != "other"]
    return bool(certificates) and all(entry.verdict == "good" for entry in certificates)


def _texts(path: Path) -> list[str]:
    from lachan.certificates.codecs import pictures

    try:
        with path.open("rb") as file:
            data = file.read(pictures.MOST_BYTES + 1)
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror or 'cannot be read'}") from None
    try:
        return pictures.texts_in(data, most_pages=MOST_PAGES, most_seconds=MOST_SECONDS)
    except ValueError as error:
        raise SystemExit(f"{path}: {error}") from None


def _cards(texts: list[str]) -> Iterator[list[str]]:
    """Texts that make one card: chunks of a SMART Health Card belong together, ``shc:/1/3/`` begins one."""
    chunks: list[str] = []
    for text in texts:
        if text.startswith("shc:/") and text.count("/") == 3:
            if chunks and text.startswith("shc:/1/"):
                yield chunks
                chunks = []
            chunks.append(text)
        else:
            yield [text]
    if chunks:
        yield chunks


def _judge(texts: list[str], trust: Trust, revoked: Revoked, now: datetime | None) -> Found:
    from lachan.certificates.advice import sentence
    from lachan.certificates.judging import judge

    one = judge([text.strip() for text in texts], trust, now)
    if one.kind is None:
        return Found("other", texts, "other", [], [], "", None)
    checked = {"hcert": trust.hcert, "domestic": trust.domestic, "shc": trust.jwks}[one.kind] is not None
    unknown = () if checked else ("SIGNATURE", "KEY", "KEYUSAGE")
    kept = [word for word in one.errors if word not in unknown]
    if one.signed and "REVOKED" not in kept and one.identifier and revoked(one.identifier):
        kept.append("REVOKED")
    verdict = "refused" if kept else "good" if checked else "not checked"
    holder = f"{one.name}, {one.birth}" if one.payload is not None else ""
    said = [sentence(word, one.notes).en for word in kept]
    return Found(one.kind, texts, verdict, kept, said, holder, one.payload)


def _given(files: Sequence[Path], jwks: Path | None) -> tuple[Trust, Revoked]:
    """Keys from files. A domestic card may be signed by any of the certificates given: whoever names them knows why."""
    from lachan.certificates.codecs import x509
    from lachan.certificates.judging import Trust

    by_id: dict[bytes, list[bytes]] = {}
    for path in files:
        data = _bytes(path)
        try:
            der = data if data[:1] == b"\x30" else x509.der_of(data.decode("ascii"))
            by_id.setdefault(x509.read(der).key_id, []).append(der)
        except (ValueError, UnicodeDecodeError):
            raise SystemExit(f"{path}: no certificate (PEM or DER)") from None
    keys = None
    if jwks is not None:
        try:
            keys = json.loads(_bytes(jwks))
        except (ValueError, RecursionError):
            keys = None
        if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
            raise SystemExit(f"{jwks}: no JWKS, that is JSON with a list of keys")
    known = (lambda kid: by_id.get(kid, ())) if files else None
    return Trust(known, known, keys), _unknown


def _of_the_house(now: datetime | None) -> tuple[Trust, Revoked]:
    """The trust list and revocations of this installation, where its database runs; it is not started for this."""
    set_up()
    from django.conf import settings
    from django.db import DatabaseError

    from lachan.certificates.judging import Trust

    nobody = Trust(None, None, None)
    if settings.EMBEDDED is not None and not settings.EMBEDDED.is_running():
        return nobody, _unknown
    from lachan.certificates.queries.revocations import revoked
    from lachan.certificates.queries.verifying import trust_of_house

    try:
        return trust_of_house(now or datetime.now(UTC)), lambda identifier: bool(revoked([identifier]))
    except DatabaseError:  # a database of another age, or none that answers
        return nobody, _unknown


def _unknown(_: str) -> bool:
    return False


def _bytes(path: Path, most: int = 4 * 1024 * 1024) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror or 'cannot be read'}") from None
    if len(data) > most:
        raise SystemExit(f"{path}: larger than {most // 2**20} MB")
    return data


def _moment(given: str) -> datetime | None:
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"an ISO 8601 moment, not {given!r}", param_hint="--at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _plain(path: Path, found: list[Found]) -> dict[str, Any]:
    return {"file": str(path), "codes": [entry._asdict() for entry in found]}


def _show(path: Path, found: list[Found]) -> None:
    kinds = {"hcert": "health certificate", "shc": "SMART Health Card", "domestic": "domestic card"}
    typer.echo(f"{path}:" if found else f"{path}: no code found")
    for entry in found:
        if entry.kind == "other":
            shown = "".join(letter if letter.isprintable() else "?" for letter in entry.texts[0][:60])
            typer.echo(f"  other code: {shown}")
            continue
        words = {"good": "good", "not checked": "signature not checked (no trusted keys at hand)", "refused": "REFUSED"}
        holder = "".join(letter for letter in entry.holder if letter.isprintable())
        typer.echo(f"  {kinds[entry.kind]}: {words[entry.verdict]}{f' – {holder}' if holder else ''}")
        for word, said in zip(entry.errors, entry.advice, strict=True):
            typer.echo(f"    {word}: {said}")
