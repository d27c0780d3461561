"""``lachan certificates revocations``: what is revoked, made public, looked up, handed on."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from lachan.cli.house import house

Json = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
_ZONE_OF_DAYS = timedelta(hours=7)


def add(app: typer.Typer) -> None:
    """Register the commands."""
    own = typer.Typer(no_args_is_help=True, help="The list of revoked certificates: status, publish, check, export.")
    own.command()(status)
    own.command()(publish)
    own.command()(check)
    own.command()(revoke)
    own.command()(export)
    app.add_typer(own, name="revocations")


def status(as_json: Json = False) -> None:
    """The version that is public, its size, and what waits. Ends with 1 when nothing is public or it is out of date."""
    with house():
        from lachan.certificates.queries import revocations as queries

        found, counted = queries.latest(), queries.counted()
    waiting = sum(row[3] for row in counted if not row[2])
    index = json.loads(found.index) if found else None
    late = index is None or datetime.fromisoformat(index["expires_at"]) < datetime.now(UTC)
    if as_json:
        reasons = [{"kind": k, "reason": r, "published": p, "count": n} for k, r, p, n in counted]
        typer.echo(json.dumps({"index": index, "waiting": waiting, "out_of_date": late, "revoked": reasons}))
    elif index is None:
        typer.echo(f"Nothing is public yet; {waiting:,} wait. lachan certificates revocations publish makes a version")
    else:
        part = index["filter"]
        typer.echo(f"Version {index['version']} of {index['issued_at']}, to be believed until {index['expires_at']}")
        typer.echo(f"  {index['count']:,} hashes; filter of version {part['version']}: {part['bytes']:,} bytes")
        typer.echo(f"  {waiting:,} wait for the next version")
        for kind, reason, published, count in counted:
            typer.echo(f"  {kind:9} {reason:24} {count:>12,}{'' if published else '  waiting'}")
    if late:
        sys.exit(1)


def publish(as_json: Json = False) -> None:
    """Make a version now when something waits; the worker does the same twice a minute."""
    with house():
        from lachan.certificates.operations.publication import publish as publish_now
        from lachan.kernel.errors import Problem

        try:
            version = publish_now(datetime.now(UTC))
        except Problem as problem:
            _fail(problem.detail)
    if as_json:
        typer.echo(json.dumps({"version": version}))
    else:
        typer.echo("nothing new" if version is None else f"version {version} is public")


def check(
    identifier: Annotated[str, typer.Argument(help="UVCI, rid or number as it stands in the certificate")],
    as_json: Json = False,
) -> None:
    """Whether an identifier is revoked. Ends with 1 when it is."""
    with house():
        from lachan.certificates.lists import hash_of
        from lachan.certificates.queries.revocations import standing

        found = standing([identifier]).get(identifier)
    said: dict[str, Any] = {"revoked": found is not None, "hash": hash_of(identifier).hex()}
    if found is not None:
        said |= {"kind": found.kind, "reason": found.reason, "revoked_at": found.revoked_at.isoformat()}
        said |= {"version": found.version}
    if as_json:
        typer.echo(json.dumps(said))
    elif found is None:
        typer.echo("not revoked")
    else:
        where = f"public since version {found.version}" if found.version else "not public yet"
        typer.echo(f"revoked on {found.revoked_at:%Y-%m-%d %H:%M} UTC ({found.reason}), {where}")
    if found is not None:
        sys.exit(1)


def revoke(
    identifier: Annotated[str, typer.Argument(help="UVCI, rid or number as it stands in the certificate")],
    reason: Annotated[str, typer.Option(help="a code; a wrong one lists those there are")],
    kind: Annotated[str, typer.Option(help="hcert, shc or domestic")] = "hcert",
    key: Annotated[str, typer.Option(help="key id of the signer in hexadecimal; an shc needs it")] = "",
    until: Annotated[str, typer.Option(help="last day of the certificate, 2022-10-16; empty: it has no end")] = "",
    as_json: Json = False,
) -> None:
    """Revoke by hand. It cannot be taken back: whoever was revoked by mistake gets a new card. The holder is not told,
    and the card of a person registered here is not replaced: for that, correct the fact it rests on."""
    with house():
        from lachan.certificates.operations.revocations import KINDS, Revoked, revoke_by_hand
        from lachan.cli._access import OPERATOR

        known = next((one for one in KINDS if one == kind), None)
        if known is None:
            _fail(f"--kind is one of {', '.join(KINDS)}")
        if kind == "shc" and not key:
            _fail("the list of a SMART Health Card is that of its key: give --key")
        try:
            key_id = bytes.fromhex(key)
            ends = datetime.combine(datetime.fromisoformat(until), time(), UTC) if until else None
            if ends is not None:
                ends += timedelta(days=1) - _ZONE_OF_DAYS
            now = datetime.now(UTC)
            if ends is not None and ends <= now:
                _fail(f"it expired on {until}: every verifier refuses it by the clock")
            [new] = revoke_by_hand([Revoked(identifier, known, key_id, reason, ends)], actor_id=OPERATOR.id, now=now)
        except ValueError as error:
            _fail(str(error))
    if as_json:
        typer.echo(json.dumps({"new": new}))
    else:
        typer.echo("revoked; public with the next version" if new else "it was revoked before")


def export(
    folder: Annotated[Path, typer.Argument(help="where the batches go; made when it is not there")],
    as_json: Json = False,
) -> None:
    """Write what is public in batches of the DCC gateway: one signer and one month of expiry each, 1,000 at most."""
    with house():
        from django.conf import settings

        from lachan.certificates.queries.revocations import gateway_batches

        folder.mkdir(parents=True, exist_ok=True)
        files, entries = 0, 0
        for batch in gateway_batches(country=settings.CONF.country):
            (folder / f"{batch['batchId']}.json").write_text(json.dumps(batch, indent=1) + "\n", encoding="utf-8")
            files, entries = files + 1, entries + len(batch["entries"])
    if as_json:
        typer.echo(json.dumps({"batches": files, "entries": entries, "folder": str(folder)}))
    else:
        typer.echo(f"{entries:,} hashes in {files:,} batches in {folder}")


def _fail(message: str) -> NoReturn:
    typer.echo(f"lachan: {message}", err=True)
    raise typer.Exit(2)
