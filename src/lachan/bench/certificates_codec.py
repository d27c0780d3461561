"""Speed of the health certificates' codec, as a ratio to the bare signature it stands on, on one core.

Ours and the bare calls are run in turns in one process; what is counted is the processor's time of this thread, and of
each the best round, so that a busy machine spoils neither. What may be kept is kept, as at a border or in a centre: the
signer's certificate and key are read once.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lachan.certificates.codecs import hcert
from lachan.certificates.codecs.hcert import token
from lachan.certificates.codecs.signing import LocalSigner

ROUNDS: Final = 60
CALLS: Final = 80  # in a round, of each
ISSUED_AT: Final = datetime(2026, 1, 15, 8, tzinfo=UTC)
CLOCK: Final = datetime(2026, 3, 1, tzinfo=UTC)
PAYLOAD: Final[dict[str, Any]] = {
    "ver": "1.3.3",
    "nam": {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Thị Hồng Đào", "gnt": "THI<HONG<DAO"},
    "dob": "1962-09-05",
    "v": [
        {
            "tg": "840539006",
            "vp": "J07BX03",
            "mp": "EU/1/20/1528",
            "ma": "ORG-100030215",
            "dn": 2,
            "sd": 2,
            "dt": "2021-11-20",
            "co": "VN",
            "is": "Bộ Y tế / Ministry of Health",
            "ci": "URN:UVCI:01:VN:8FD2A6E0B9C34B7FA1D05E7C2B61F3A4#K",
        }
    ],
}


def measure() -> dict[str, float]:
    """``sign_ratio``: health certificates checked against the schema, signed and encoded a second, to bare ECDSA P-256
    signatures a second; ``verify_ratio``: verdicts with every check a second, to bare verifications. Both of 1 at best.
    Also the figures themselves, a second: ``sign_per_s``, ``bare_sign_per_s``, ``verify_per_s``, ``bare_verify_per_s``.
    """
    key, certificate = throwaway()
    signer = LocalSigner(key, certificate)
    order = {"signer": signer, "issuer": "VN", "issued_at": ISSUED_AT, "expires_at": CLOCK + timedelta(days=300)}
    text = hcert.issue(PAYLOAD, **order)  # type: ignore[arg-type]  # one dictionary for the call and its repeats
    assert hcert.check(text, certificate=certificate, clock=CLOCK).ok
    signed = token.open_message(text).signed_bytes()
    algorithm = ec.ECDSA(hashes.SHA256())
    public, bare_signature = key.public_key(), key.sign(signed, algorithm)
    timed = _best(
        {
            "bare_sign_per_s": lambda: key.sign(signed, algorithm),
            "sign_per_s": lambda: hcert.issue(PAYLOAD, **order),  # type: ignore[arg-type]
            "bare_verify_per_s": lambda: public.verify(bare_signature, signed, algorithm),
            "verify_per_s": lambda: hcert.check(text, certificate=certificate, clock=CLOCK),
        }
    )
    return {
        "sign_ratio": timed["sign_per_s"] / timed["bare_sign_per_s"],
        "verify_ratio": timed["verify_per_s"] / timed["bare_verify_per_s"],
        **timed,
    }


def _best(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Calls a second of each, in its best round; a round of each in turn."""
    shortest = dict.fromkeys(calls, float("inf"))
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for name, call in calls.items():
                started = time.thread_time()
                for _ in range(CALLS):
                    call()
                shortest[name] = min(shortest[name], time.thread_time() - started)
    finally:
        if collecting:
            gc.enable()
    return {name: CALLS / seconds for name, seconds in shortest.items()}


def throwaway() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """A key for one measurement and its certificate in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A measurement")])
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(ISSUED_AT - timedelta(days=30))
        .not_valid_after(CLOCK + timedelta(days=720))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(Encoding.DER)


if __name__ == "__main__":
    for measured, value in measure().items():
        print(f"{measured:>18} {value:12.3f}")  # noqa: T201  # a measurement run by hand
