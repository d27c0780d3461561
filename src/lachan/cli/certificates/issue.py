"""``lachan certificates issue``: JSON lines in, signed health certificates out."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

if TYPE_CHECKING:
    from lachan.certificates.codecs.signing import LocalSigner

HELP: Final = """Sign health certificates (EU DCC, WHO GDHCN): JSON lines in, JSON lines out, in the same order.

In: {"id", "payload", "issuer", "issued_at", "expires_at"}; times are ISO 8601, UTC without a zone, or
seconds since 1970. Out: {"id", "qr",
"certificate_pem_or_b64"}, or {"id", "error"} with the member that is wrong and the remedy. The key is EC P-256 (ES256)
or RSA of 2,048 bits or more (PS256), unencrypted; a ministry's keys are used through `lachan certificates keys`."""
_USES: Final = ("1.3.6.1.4.1.1847.2021.1.1", "1.3.6.1.4.1.1847.2021.1.2", "1.3.6.1.4.1.1847.2021.1.3")


def add(app: typer.Typer) -> None:
    """Register the command."""

    @app.command(help=HELP)
    def issue(
        jsonl: bool = typer.Option(False, "--jsonl", help="JSON lines from standard input to standard output"),
        key: Annotated[Path | None, typer.Option(help="private key, PEM")] = None,
        cert: Annotated[Path | None, typer.Option(help="its certificate, PEM or DER")] = None,
        throwaway_key: bool = typer.Option(False, "--throwaway-key", help="sign with a key made for this run only"),
        jobs: int = typer.Option(1, min=1, max=64, help="processes"),
    ) -> None:
        from lachan.cli.jsonl import run

        if not jsonl:
            _stop("say --jsonl: certificates to sign are read as JSON lines from standard input")
        if throwaway_key == bool(key or cert) or bool(key) != bool(cert):
            _stop("give --key and --cert, or --throwaway-key for a trial")
        private, certificate = _throwaway() if key is None or cert is None else _files(key, cert)
        run(partial(answer, private, certificate), refuse, jobs=jobs)


def answer(private: bytes, certificate: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    """One line's certificate, or why there is none. ``private`` is PKCS#8 and ``certificate`` is in DER."""
    from lachan.certificates.codecs import hcert

    payload: Any = asked.get("payload")
    issuer: Any = asked.get("issuer")
    try:
        text = hcert.issue(
            payload,
            signer=_signer(private, certificate),
            issuer=issuer,
            issued_at=_moment(asked, "issued_at"),
            expires_at=_moment(asked, "expires_at"),
        )
    except hcert.Refused as refused:
        return {"id": asked.get("id"), "error": str(refused)}
    return {"id": asked.get("id"), "qr": text, "certificate_pem_or_b64": base64.b64encode(certificate).decode()}


def refuse(identifier: Any, sentence: str) -> dict[str, Any]:
    """A line that asks for nothing that could be signed."""
    return {"id": identifier, "error": sentence}


def _moment(asked: dict[str, Any], field: str) -> datetime:
    from lachan.certificates.codecs.hcert import Refused
    from lachan.cli.jsonl import instant

    try:
        return instant(asked.get(field))
    except ValueError:
        raise Refused(field, "is no instant", "write it as 2026-01-31T08:00:00Z") from None


@lru_cache(maxsize=1)
def _signer(private: bytes, certificate: bytes) -> LocalSigner:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    from lachan.certificates.codecs.signing import LocalSigner

    return LocalSigner(load_der_private_key(private, None), certificate)  # type: ignore[arg-type]  # it refuses others


def _files(key: Path, cert: Path) -> tuple[bytes, bytes]:
    """Key and certificate from their files. Exit 2 with one line when they do not serve."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from lachan.certificates.codecs.x509 import der_of

    try:
        private = _pkcs8(load_pem_private_key(key.read_bytes(), None))
        held = cert.read_bytes()
        certificate = held if held[:1] == b"\x30" else der_of(held.decode("ascii", "replace"))
        _signer(private, certificate)
    except OSError as error:
        _stop(f"cannot read {error.filename}: {error.strerror}")
    except TypeError:
        _stop(f"{key} is encrypted: give an unencrypted key, or sign through `lachan certificates keys`")
    except Exception as error:  # whatever is in the files: one line says so
        _stop(f"{key} and {cert} do not serve to sign: {error}")
    return private, certificate


def _throwaway() -> tuple[bytes, bytes]:
    """A key of this run and a certificate that no trust list holds; valid for long, so that old dates can be tried."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throwaway key, trust nothing it signs")])
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime.now(UTC) + timedelta(days=20 * 365))
        .add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(use) for use in _USES]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pkcs8(key), certificate.public_bytes(Encoding.DER)


def _pkcs8(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return bytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
