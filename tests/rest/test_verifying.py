"""Certificates checked for a partner."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.certlogic import catalogue
from lachan.certificates.codecs import base45, domestic, hcert, shc
from lachan.certificates.codecs.signing import LocalSigner, Signer
from lachan.certificates.keys import taking, trust
from lachan.certificates.operations import limits
from tests.rest.conftest import Desk, desk_at, station, take_back

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("ring")]


@pytest.fixture
def desk(reference: None) -> Desk:
    return desk_at(station("26740"))


def _health(identifier: str = "URN:UVCI:01:VN:AAA", *, days: int = 365, signer: Signer | None = None) -> str:
    now = timezone.now()
    payload = {
        "ver": "1.3.0",
        "nam": {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Bảo Duy", "gnt": "BAO<DUY"},
        "dob": "1990-05-17",
        "v": [
            {
                "tg": "840539006",
                "vp": "J07BX03",
                "mp": "EU/1/20/1528",
                "ma": "ORG-100030215",
                "dn": 2,
                "sd": 2,
                "dt": "2021-10-16",
                "co": "VN",
                "is": "Ministry of Health",
                "ci": identifier,
            }
        ],
    }
    return hcert.issue(
        payload, signer=signer or keys.signer("hcert", now=now), issuer="VN",
        issued_at=now.replace(microsecond=0) - timedelta(hours=1), expires_at=now + timedelta(days=days),
    )  # fmt: skip


def _card(identifier: str = "card-1") -> str:
    now = timezone.now()
    return domestic.issue(
        name="Nguyễn Bảo Duy", birth="1990-05-17", identifier=identifier, valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=30), signer=keys.signer("domestic", now=now),
    )  # fmt: skip


def _verify(desk: Desk, *texts: Any, **more: Any) -> list[dict[str, Any]]:
    answer = desk.post("/certificates/verify", json.dumps({"texts": texts, **more}))
    assert answer.status_code == 200, answer.content
    assert answer.headers["Cache-Control"] == "private, no-store"
    found: list[dict[str, Any]] = json.loads(answer.content)["verdicts"]
    assert len(found) == len(texts)
    return found


def test_good_ones_show_name_birth_and_nothing_else(desk: Desk) -> None:
    health, card = _verify(desk, _health(), _card())
    assert (health["ok"], health["kind"], health["error"], health["revoked"]) == (True, "hcert", None, False)
    assert health["holder"] == {"name": "Nguyễn Bảo Duy", "birth": "1990-05-17"}
    assert (card["ok"], card["kind"], card["holder"]["name"]) == (True, "domestic", "Nguyễn Bảo Duy")
    assert "payload" not in health
    assert health["message"]["vi"] == "Chứng nhận hợp lệ."
    [full] = _verify(desk, _health(), full=True)
    assert full["payload"]["v"][0]["ci"] == "URN:UVCI:01:VN:AAA"


def _shc(rid: str, issuer: str) -> list[str]:
    now = timezone.now()
    jws = shc.issue(
        person={"name": "Nguyễn Bảo Duy", "birth": "1990-05-17"},
        doses=[{"cvx": "208", "day": "2021-10-16", "lot": "AZ001", "facility": "Trạm Y tế"}],
        signer=keys.signer("shc", now=now),
        issuer_url=issuer,
        issued_at=now.replace(microsecond=0) - timedelta(hours=1),
        expires_at=now + timedelta(days=30),
        rid=rid,
    )
    return shc.qr_texts(jws)


def test_a_health_card_in_one_code_or_several(desk: Desk, settings: Any) -> None:
    [code] = _shc("rid-1", settings.CONF.public_address)
    whole, listed, half = _verify(desk, code, [code], ["shc:/1/2/5676"])
    for verdict in (whole, listed):
        assert (verdict["ok"], verdict["kind"], verdict["errors"]) == (True, "shc", [])
        assert verdict["holder"] == {"name": "Nguyễn Bảo Duy", "birth": "1990-05-17"}
    assert half["errors"] == ["QR"]
    take_back("rid-1", kind="shc")
    assert _verify(desk, code)[0]["errors"] == ["REVOKED"]
    # signed by our key, in the name of somebody else
    [other] = _verify(desk, _shc("rid-2", "https://health.example")[0])
    assert (other["errors"], other["revoked"]) == (["KEY"], None)
    assert "holder" not in other


def test_revoked_is_known_at_once_before_it_is_published(desk: Desk) -> None:
    text = _health()
    assert _verify(desk, text)[0]["ok"]
    take_back("URN:UVCI:01:VN:AAA", "card-1")
    for verdict in _verify(desk, text, _card()):
        assert (verdict["ok"], verdict["error"], verdict["revoked"]) == (False, "REVOKED", True)
        assert "thu hồi" in verdict["message"]["vi"]


def test_every_fault_has_its_name(desk: Desk) -> None:
    good = _health()
    tail = good[4:]
    flipped = bytearray(base45.decode(tail))
    flipped[len(flipped) // 2] ^= 1
    bomb = "HC1:" + base45.encode(zlib.compress(bytes(1_500_000), 9))
    cases = {
        "": None,
        "hello": "PREFIX",
        "LC1:": "COSE",
        "HC1:ääää": "BASE45",
        "HC1:" + "x" * 50: "BASE45",
        good[:100]: None,
        "HC1:" + base45.encode(bytes(flipped)): None,
        bomb: "ZLIB",
        "HC1:" + "A" * 11_990: None,
        "shc:/1234": None,
        "shc:/" + "9" * 9_000: None,
        "LC1:" + "0" * 9_000: "BASE45",
    }
    texts = [text for text in cases if text]
    for text, verdict in zip(texts, _verify(desk, *texts), strict=True):
        assert not verdict["ok"], text[:20]
        assert verdict["error"] == (cases[text] or verdict["error"]), text[:20]
        assert verdict["error"] in verdict["errors"]
        assert verdict["message"]["vi"] != verdict["message"]["en"]
        assert verdict["revoked"] is None
        assert "holder" not in verdict


def _stranger() -> LocalSigner:
    """A signer nobody listed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "VN")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=999))
    return LocalSigner(key, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


def test_a_stranger_to_our_trust_list_is_not_called_a_forger_and_nobody_forged_learns_anything(desk: Desk) -> None:
    unknown = _health(signer=_stranger())
    packed = zlib.decompress(base45.decode(_health()[4:]))
    forged = "HC1:" + base45.encode(zlib.compress(packed[:-1] + bytes([packed[-1] ^ 1])))
    take_back("URN:UVCI:01:VN:AAA")
    first, second = _verify(desk, unknown, forged, full=True)
    for verdict in (first, second):
        assert verdict["errors"] == ["SIGNATURE"]
        assert verdict["revoked"] is None, "who cannot show a signed card learns nothing about its identifier"
        assert "holder" not in verdict
    assert "danh sách tin cậy" in first["message"]["vi"]
    assert "Chữ ký không đúng" in second["message"]["vi"]


def test_the_clock_asked_for_counts(desk: Desk) -> None:
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    [verdict] = _verify(desk, _health(), clock=later)
    assert verdict["errors"] == ["EXPIRED"]
    assert verdict["holder"]["name"]
    [early] = _verify(desk, _health(), clock="2020-01-01T00:00:00")
    assert early["errors"] == ["EXPIRED"]
    assert "chưa có hiệu lực" in early["message"]["vi"]


def test_rules_are_asked_only_when_somebody_wants_them(desk: Desk) -> None:
    texts = [_health(), _card(), _health("URN:UVCI:01:VN:BBB", days=30)]
    for verdict in _verify(desk, *texts):
        assert "rules" not in verdict
    rule = next(rule for rule in catalogue.all_rules() if rule["CertificateType"] == "General")
    aim = {"country": rule["Country"], "purpose": rule["Purpose"], "clock": rule["ValidFrom"]}
    accepted, card, _ = _verify(desk, *texts, **aim)
    assert "rules" not in card
    [fresh] = _verify(desk, _health(), country="XX", purpose="entry")
    assert (fresh["ok"], fresh["errors"], fresh["rules"]["verdict"]) == (False, ["OPEN"], "open")
    assert "Không có quy định" in fresh["message"]["vi"]
    assert accepted["rules"]["results"]
    assert all(result["words"]["vi"] and result["words"]["en"] for result in accepted["rules"]["results"])
    take_back("URN:UVCI:01:VN:AAA")
    [gone] = _verify(desk, _health(), country="XX", purpose="entry")
    assert gone["errors"] == ["REVOKED", "OPEN"]
    assert "thu hồi" in gone["message"]["vi"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"texts": []}, 422),
        ({"texts": ["x"] * 201}, 422),
        ({"texts": [""]}, 422),
        ({"texts": ["x" * 12_001]}, 422),
        ({"texts": [["shc:/1"] * 37]}, 422),
        ({"texts": [[]]}, 422),
        ({"texts": [{"a": 1}]}, 422),
        ({"texts": [None]}, 422),
        ({"texts": ["x"], "country": "vn", "purpose": "entry"}, 422),
        ({"texts": ["x"], "country": "VN"}, 422),
        ({"texts": ["x"], "purpose": "entry"}, 422),
        ({"texts": ["x"], "clock": "soon"}, 422),
        ({"texts": ["x"], "other": 1}, 422),
        ({}, 422),
        ([], 422),
    ],
)
def test_calls_that_are_none(desk: Desk, body: Any, status: int) -> None:
    answer = desk.post("/certificates/verify", json.dumps(body))
    assert answer.status_code == status, answer.content


def test_bytes_that_are_none(desk: Desk) -> None:
    for body, status in (
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"texts":["HC1:\\ud83d"]}', 400),
    ):
        answer = desk.client.post("/api/v1/certificates/verify", body, content_type="application/json")
        assert answer.status_code in (status, 422), (body[:5], answer.content)
    bomb = gzip.compress(bytes(60_000_000))
    answer = desk.client.post(
        "/api/v1/certificates/verify", bomb, content_type="application/json", headers={"Content-Encoding": "gzip"}
    )
    assert answer.status_code == 413
    assert desk.client.post("/api/v1/certificates/verify", b"x", content_type="text/plain").status_code == 415


def test_who_tries_too_much_is_slowed_and_noted(desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setattr(limits, "UNVOUCHED", limits.UNVOUCHED._replace(most=10))
    assert len(_verify(desk, *["x"] * 11)) == 11
    answer = desk.post("/certificates/verify", json.dumps({"texts": ["y"]}))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    monkeypatch.setattr(limits, "UNVOUCHED", limits.UNVOUCHED._replace(most=1_000))
    monkeypatch.setattr(limits, "TEXTS", limits.TEXTS._replace(most=20))
    assert desk.post("/certificates/verify", json.dumps({"texts": ["x"] * 200})).status_code == 429


def _neighbour(kinds: list[str]) -> LocalSigner:
    """A signer on a list that has its bare key and says what it may sign (the form of the Netherlands' app)."""
    signer = _stranger()
    bare = x509.load_der_x509_certificate(signer.certificate).public_key()
    info = bare.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    entry = {"subjectPk": base64.b64encode(info).decode(), "keyUsage": kinds}
    listed = {"eu_keys": {base64.b64encode(signer.key_id).decode(): [entry]}}
    taking.take(json.dumps(listed).encode(), source=f"app for {kinds}", actor=Actor.system("tests"), now=timezone.now())
    trust.forget()
    return signer


def test_a_bare_key_signs_only_what_its_list_lets_it(desk: Desk) -> None:
    [may] = _verify(desk, _health(signer=_neighbour(["v", "t"])))
    assert (may["ok"], may["errors"]) == (True, [])
    [tests_only] = _verify(desk, _health(signer=_neighbour(["t"])))
    assert (tests_only["ok"], tests_only["errors"]) == (False, ["KEYUSAGE"])
