"""Lists of other countries, as a demonstration has them: invented countries (codes ISO 3166 leaves to its users), whose
keys sign nothing."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from lachan.access.actors import Actor
from lachan.certificates.codecs.signing import key_id_of
from lachan.certificates.keys import profiles, taking, trust

GATEWAY, BILATERAL = "https://gateway.example/trust-list", "https://health.xc.example/keys.json"
# country, days its certificate has lived, days left
_KEYS = (("XA", 200, 530), ("XA", 20, 710), ("XB", 400, 12), ("XB", 100, 630))


def seed_neighbours(actor: Actor, now: datetime) -> int:
    """A gateway's list of today and one taken in nine days ago, with a key about to end; how many keys came."""
    trust.forget()
    if trust.others():
        return 0
    came = taking.take(_list(_KEYS, now), source=GATEWAY, actor=actor, now=now).came
    then = now - timedelta(days=9)
    return len(came) + len(taking.take(_list((("XC", 300, 430),), now), source=BILATERAL, actor=actor, now=then).came)


def _list(keys: tuple[tuple[str, int, int], ...], now: datetime) -> bytes:
    rows = []
    for number, (country, lived, left) in enumerate(keys, 1):
        key, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        begins = (now - timedelta(days=lived)).astimezone(UTC).replace(microsecond=0)
        issuer = "Health of an invented country"
        root = profiles.authority_certificate(
            root_key, root_key.public_key(), profiles.name(country, issuer, f"CSCA {country}"), begins=begins
        )
        certificate = profiles.signer_certificate(
            root_key, root, key.public_key(), profiles.name(country, issuer, f"DSC {country} {number:02d}"),
            begins=begins, signs_from=begins, signs_until=begins + timedelta(days=180), ends=now + timedelta(days=left),
        )  # fmt: skip
        kid, data = (base64.b64encode(part).decode() for part in (key_id_of(certificate), certificate))
        rows.append({"kid": kid, "country": country, "certificateType": "DSC", "rawData": data})
    return json.dumps(rows).encode()
