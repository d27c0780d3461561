"""``lachan certificates verify`` and ``issue`` as a stranger runs them: JSON lines through pipes."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from lachan.certificates.codecs.x509 import read
from lachan.cli.certificates import verify
from tests.certificates.hcert import makers

WHEN = {"issued_at": makers.ISSUED_AT.isoformat(), "expires_at": makers.EXPIRES_AT.isoformat()}
ORDER = {"id": 1, "payload": makers.PAYLOAD, "issuer": "VN", **WHEN}
KEYS = {"id", "ok", "error", "errors", "payload"}


def _run(arguments: list[str], lines: list[Any]) -> tuple[int, list[dict[str, Any]], str]:
    sent = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    command = [sys.executable, "-c", "from lachan.cli.main import main; raise SystemExit(main())", "certificates"]
    done = subprocess.run([*command, *arguments], input=sent, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def _pem(data: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(data).decode()}-----END CERTIFICATE-----\n"


def _key_file(folder: Path, kind: str = "P-256", secret: bytes | None = None) -> Path:
    how: KeySerializationEncryption = BestAvailableEncryption(secret) if secret else NoEncryption()
    path = folder / f"{kind}.pem"
    path.write_bytes(makers.key(kind).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_is_issued_is_verified(jobs: str) -> None:
    """In order, over processes too; a refused line stops none."""
    wrong = {**ORDER, "payload": {**makers.PAYLOAD, "dob": 1983.1}}
    lines = [{**ORDER, "id": number} if number % 10 else {**wrong, "id": number} for number in range(150)]
    code, issued, _ = _run(["issue", "--jsonl", "--throwaway-key", "--jobs", jobs], [*lines, "no JSON", "[]"])
    assert (code, [line["id"] for line in issued]) == (0, [*range(150), None, None])
    good = [line for line in issued if "qr" in line]
    assert all(set(line) == {"id", "qr", "certificate_pem_or_b64"} for line in good)
    assert [line["id"] for line in issued if "error" in line] == [*range(0, 150, 10), None, None]
    assert len({line["certificate_pem_or_b64"] for line in good}) == 1, "one throwaway key a run"
    asked = [{**line, "validation_clock": makers.CLOCK.isoformat()} for line in good]
    code, verdicts, _ = _run(["verify", "--jsonl", "--jobs", jobs], asked)
    assert code == 0
    assert verdicts == [
        {"id": line["id"], "ok": True, "error": None, "errors": [], "payload": makers.PAYLOAD} for line in good
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "letters"), [("P-256", 620), ("RSA", 900)])
def test_a_key_from_files(tmp_path: Path, kind: str, letters: int) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(_pem(makers.certificate(kind)))
    arguments = ["issue", "--jsonl", "--key", str(_key_file(tmp_path, kind)), "--cert", str(certificate)]
    code, [line], _ = _run(arguments, [ORDER])
    assert code == 0
    assert base64.b64decode(line["certificate_pem_or_b64"]) == makers.certificate(kind)
    assert len(line["qr"]) < letters
    for given in (line["certificate_pem_or_b64"], certificate.read_text()):
        said = verify.answer(
            {"id": 1, "qr": line["qr"], "certificate_pem_or_b64": given, "validation_clock": "2026-03-01T00:00:00"}
        )
        assert said == {"id": 1, "ok": True, "error": None, "errors": [], "payload": makers.PAYLOAD}


@pytest.mark.slow
def test_wrong_keys_end_with_one_line(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(_pem(makers.certificate()))
    locked = _key_file(tmp_path, "P-256", b"secret")
    other = _key_file(tmp_path, "P-384")
    for arguments in (
        ["issue", "--jsonl"],
        ["issue", "--jsonl", "--key", str(other)],
        ["issue", "--jsonl", "--throwaway-key", "--key", str(other), "--cert", str(certificate)],
        ["issue", "--jsonl", "--key", str(other), "--cert", str(certificate)],
        ["issue", "--jsonl", "--key", str(locked), "--cert", str(certificate)],
        ["issue", "--jsonl", "--key", str(tmp_path / "none"), "--cert", str(certificate)],
        ["issue", "--throwaway-key"],
        ["verify"],
    ):
        code, lines, said = _run(arguments, [ORDER])
        assert (code, lines) == (2, []), arguments
        assert len(said.strip().splitlines()) == 1, said


def test_the_throwaway_certificate_serves_every_kind_of_entry() -> None:
    from lachan.cli.certificates.issue import _throwaway

    _, certificate = _throwaway()
    assert read(certificate).uses == {"v", "t", "r"}


B64 = base64.b64encode(makers.certificate()).decode()


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ({}, ["PREFIX"]),
        ({"qr": None}, ["PREFIX"]),
        ({"qr": 5}, ["PREFIX"]),
        ({"qr": ["HC1:"]}, ["PREFIX"]),
        ({"qr": makers.text(), "certificate_pem_or_b64": None}, ["SIGNATURE"]),
        ({"qr": makers.text(), "certificate_pem_or_b64": "no certificate"}, ["SIGNATURE"]),
        ({"qr": makers.text(), "certificate_pem_or_b64": 5}, ["SIGNATURE"]),
        ({"qr": makers.text(), "certificate_pem_or_b64": _pem(makers.certificate())}, []),
        ({"qr": makers.text(), "certificate_pem_or_b64": _pem(makers.certificate()).replace("N C", "N X509 C")}, []),
        ({"qr": makers.text(), "certificate_pem_or_b64": "\ufeff" + B64}, []),
        ({"qr": makers.text(), "certificate_pem_or_b64": B64.rstrip("=").translate(str.maketrans("+/", "-_"))}, []),
        ({"qr": makers.text(), "certificate_pem_or_b64": textwrap.fill(B64, 64) + "\r\n"}, []),
        ({"qr": makers.text(), "certificate_pem_or_b64": 2 * _pem(makers.certificate())}, []),  # a chain: the first
        (
            {"qr": makers.text(), "validation_clock": "2190-01-01", "certificate_pem_or_b64": None},
            ["SIGNATURE", "EXPIRED"],
        ),
        (
            {"qr": makers.text(), "validation_clock": "tomorrow", "certificate_pem_or_b64": None},
            ["SIGNATURE", "EXPIRED"],
        ),
        (
            {"qr": makers.text(), "validation_clock": True, "certificate_pem_or_b64": None},
            ["SIGNATURE", "EXPIRED"],
        ),
        ({"qr": makers.text(), "validation_clock": 1772323200, "certificate_pem_or_b64": None}, ["SIGNATURE"]),
        ({"qr": makers.text(), "validation_clock": 1e300, "certificate_pem_or_b64": None}, ["SIGNATURE", "EXPIRED"]),
    ],
)
def test_lines_that_lack_something(asked: dict[str, Any], errors: list[str]) -> None:
    said = verify.answer({"id": "x", "validation_clock": "2026-03-01T00:00:00Z", **asked})
    assert set(said) == KEYS
    assert said["errors"] == errors
    assert said["ok"] == (not errors)
    assert (said["payload"] is None) == (errors == ["PREFIX"])


@pytest.mark.parametrize("picture", ["", "no base64!", base64.b64encode(b"no picture").decode(), 5, "A" * 100_000])
def test_pictures_that_are_none(picture: Any) -> None:
    said = verify.answer({"id": "x", "qr_png_b64": picture})
    assert said == {"id": "x", "qr": None, "ok": False, "error": "PREFIX", "errors": ["PREFIX"], "payload": None}
