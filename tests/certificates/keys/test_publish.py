"""What is published: the shapes others read, the same at every process, and signatures that other tools check."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.codecs import jose
from lachan.certificates.codecs.signing import LocalSigner
from lachan.certificates.keys import facts, foreign, forms, making, publish, ring, taking, trust
from lachan.certificates.keys.making import NewKey

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ACTOR = Actor.system("command line")
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def made(db: None) -> None:
    keys.ensure(NOW)


def test_the_list_has_the_shape_that_verifiers_were_promised() -> None:
    found = publish.trust_list(NOW)
    assert list(found) == ["version", "issued_at", "expires_at", "keys"]
    assert (found["issued_at"], found["expires_at"]) == ("2026-03-01T08:00:00Z", "2026-03-08T08:00:00Z")
    assert sorted("".join(key["usage"]) for key in found["keys"]) == ["d", "l", "s", "vtr"]
    names = ["kid", "country", "certificate", "jwk", "usage", "source", "fetched_at", "not_after"]
    for key in found["keys"]:
        assert list(key) == names
        assert (key["country"], key["source"], key["fetched_at"]) == ("VN", "own", "2026-03-01T08:00:00Z")
        der = base64.b64decode(key["certificate"])
        assert base64.b64decode(key["kid"]) == hashlib.sha256(der).digest()[:8]
        numbers = x509.load_der_x509_certificate(der).public_key()
        assert forms.public_key_of(key["jwk"]) == numbers


def test_it_is_the_same_within_the_hour_and_its_version_changes_with_the_keys_alone() -> None:
    first = publish.trust_list(NOW)
    keys.forget()
    trust.forget()
    assert publish.trust_list(NOW + timedelta(minutes=29)) == first
    later = publish.trust_list(NOW + timedelta(hours=5))
    assert later["version"] == first["version"]
    assert later["issued_at"] != first["issued_at"]
    making.rotate("hcert", place="disk", actor=ACTOR, now=NOW)
    assert publish.trust_list(NOW)["version"] != first["version"]
    assert publish.dcc_gateway(NOW) == publish.dcc_gateway(NOW)


def test_a_bare_key_of_others_has_no_certificate_and_still_its_key() -> None:
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    public = foreign.profiles.public_key_der(key)
    rows = [{"kid": "AAECAwQFBgc=", "publicKey": base64.b64encode(public).decode(), "country": "GB"}]
    taking.take(json.dumps(rows).encode(), source="https://gb.example", actor=ACTOR, now=NOW)
    [entry] = [key for key in publish.trust_list(NOW)["keys"] if key["source"] != "own"]
    assert (entry["certificate"], entry["not_after"], entry["country"]) == (None, None, "GB")
    assert entry["jwk"]["crv"] == "P-384"
    assert forms.public_key_of(entry["jwk"]) == key
    assert keys.certificates("hcert", NOW)(bytes(range(8))) == [public]


def test_a_signed_list_verifies_by_its_chain() -> None:
    text = publish.sign_list({"keys": ["Đà Nẵng"]}, NOW)
    header, payload, signature = (forms.from_b64url(part) for part in text.split("."))
    assert json.loads(payload) == {"keys": ["Đà Nẵng"]}
    said = json.loads(header)
    leaf, root = (x509.load_der_x509_certificate(base64.b64decode(part)) for part in said["x5c"])
    leaf.verify_directly_issued_by(root)
    public = leaf.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    signed = text.rpartition(".")[0].encode()
    public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    assert said["alg"] == "ES256"
    [listed] = [key for key in publish.trust_list(NOW)["keys"] if key["usage"] == ["l"]]
    assert said["kid"] == listed["kid"]


def test_what_we_publish_in_the_forms_of_others_is_read_back_as_the_same_keys() -> None:
    making.create([NewKey("hcert", kinds=("v",))], actor=ACTOR, now=NOW)
    ours = {row.kid: row.certificate for row in ring.rows() if row.purpose == "hcert"}
    for published in (publish.dcc_gateway(NOW), publish.did_document(NOW), publish.trust_list(NOW)["keys"]):
        read = foreign.read(json.dumps(published).encode())
        assert read.faults == []
        assert {key.kid: key.certificate for key in read.keys}.items() >= ours.items()
    [key] = foreign.read(json.dumps(publish.jwks(NOW)).encode()).keys
    assert (key.purpose, key.usage) == ("shc", "s")


def test_the_gateway_form_names_authorities_and_signers_only() -> None:
    rows = publish.dcc_gateway(NOW)
    assert [row["certificateType"] for row in rows] == ["CSCA", "DSC"]
    for row in rows:
        assert hashlib.sha256(base64.b64decode(row["rawData"])).hexdigest() == row["thumbprint"]


@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_the_gateway_voucher_verifies_with_openssl(tmp_path: Path, algorithm: str) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl on the path to check our CMS by other eyes")
    [row] = making.create([NewKey("hcert", algorithm=algorithm)], actor=ACTOR, now=NOW)  # type: ignore[arg-type]
    signer = ring.opened(row)
    assert isinstance(signer, LocalSigner)
    authority = x509.load_der_x509_certificate(ring.authority(now=NOW).certificate)
    (tmp_path / "ca.pem").write_bytes(authority.public_bytes(foreign_encoding()))
    (tmp_path / "content").write_bytes(row.certificate)
    (tmp_path / "cms").write_bytes(forms.detached_cms(row.certificate, signer, at=NOW))
    command = [
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content", "content",
        "-CAfile", "ca.pem", "-purpose", "any", "-attime", str(int(NOW.timestamp())), "-out", "out",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "content").write_bytes(row.certificate + b"x")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def foreign_encoding() -> foreign.Any:
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.PEM


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """RFC 7638, 3.1."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok"
        "njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6"
        "qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awa"
        "pJzKnqDKgw"
    )
    key = {"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert jose.thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_list_is_believed_longer_than_a_successor_is_announced() -> None:
    """Otherwise a verifier with a list in force could meet a key it has never heard of."""
    assert facts.PUBLISHED_AHEAD < publish.LIST_LIVES
