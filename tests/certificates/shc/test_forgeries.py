"""What must not pass for a SMART Health Card, each by its name, and a verdict on whatever else comes."""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.certificates.codecs import shc
from lachan.certificates.codecs.shc import texts
from tests.certificates.shc.makers import JWS, KID, OTHER, SIGNER, URL, card, claims_of, judge, jwk_of, signed

HEAD, BODY, SIGNATURE = JWS.split(".")
CLAIMS = claims_of(JWS)
CREDENTIAL = CLAIMS["vc"]


MARKED = b"\xef\xbb\xbf{}"


def zlib_wrapped(data: bytes) -> bytes:
    return zlib.compress(data)


def header_of(**said: Any) -> str:
    return texts.base64url(json.dumps(said).encode())


FORGED: dict[str, tuple[Callable[[], str], str]] = {
    "another key": (lambda: signed(signer=OTHER), "SIGNATURE"),
    "unknown key": (lambda: signed(header={"kid": "unknown"}), "KEY"),
    "another's key id": (lambda: signed(header={"kid": shc.key_id(OTHER.certificate)}), "SIGNATURE"),
    "no key id": (lambda: signed(header={"kid": None}), "HEADER"),
    "a number as key id": (lambda: signed(header={"kid": 7}), "HEADER"),
    "algorithm none": (lambda: f"{header_of(zip='DEF', alg='none', kid=KID)}.{BODY}.{SIGNATURE}", "HEADER"),
    "no signature": (lambda: f"{HEAD}.{BODY}.", "JWS"),
    "HMAC by the public key": (lambda: signed(header={"alg": "HS256"}), "HEADER"),
    "RSA": (lambda: signed(header={"alg": "RS256"}), "HEADER"),
    "not packed, says the header": (lambda: signed(header={"zip": None}), "HEADER"),
    "must be understood": (lambda: signed(header={"crit": ["b64"], "b64": False}), "HEADER"),
    "a key of its own": (lambda: signed(header={"jwk": jwk_of(OTHER)}, signer=OTHER), "SIGNATURE"),
    "header is a list": (lambda: f"{texts.base64url(b'[1]')}.{BODY}.{SIGNATURE}", "HEADER"),
    "header with a mark": (lambda: f"{texts.base64url(MARKED)}.{BODY}.{SIGNATURE}", "HEADER"),
    "two parts": (lambda: f"{HEAD}.{BODY}", "JWS"),
    "five parts": (lambda: f"{JWS}.{BODY}.{BODY}", "JWS"),
    "spaces": (lambda: f" {JWS} ", "JWS"),
    "padding": (lambda: f"{JWS}==", "JWS"),
    "another alphabet": (lambda: JWS.replace(".", ".+", 1), "JWS"),
    "a zero signature": (lambda: f"{HEAD}.{BODY}.{texts.base64url(bytes(64))}", "SIGNATURE"),
    "half a signature": (lambda: f"{HEAD}.{BODY}.{texts.base64url(bytes(32))}", "SIGNATURE"),
    "payload of another card": (lambda: f"{HEAD}.{card(rid='other').split('.')[1]}.{SIGNATURE}", "SIGNATURE"),
    "zlib, not raw": (lambda: signed(pack=zlib_wrapped), "DEFLATE"),
    "not packed": (lambda: signed(pack=bytes), "DEFLATE"),
    "cut": (lambda: signed(packed=texts.deflate(b'{"a":"' + b"b" * 99)[:-4]), "DEFLATE"),
    "bytes behind": (lambda: signed(packed=texts.deflate(b"{}") + b"x"), "DEFLATE"),
    "a bomb": (lambda: signed(packed=texts.deflate(bytes(20_000_000))), "DEFLATE"),
    "a byte-order mark": (lambda: signed(pack=lambda data: texts.deflate(b"\xef\xbb\xbf" + data)), "JSON"),
    "UTF-16": (lambda: signed(pack=lambda data: texts.deflate(data.decode().encode("utf-16"))), "JSON"),
    "not UTF-8": (lambda: signed(packed=texts.deflate(b'{"iss":"\xff"}')), "JSON"),
    "no JSON": (lambda: signed(packed=texts.deflate(b"{'a':1}")), "JSON"),
    "a list": (lambda: signed([CLAIMS]), "JSON"),
    "a member twice": (lambda: signed(packed=texts.deflate(b'{"iss":"a","iss":"b"}')), "JSON"),
    "not a number": (lambda: signed(CLAIMS | {"nbf": float("nan")}), "JSON"),
    "deep": (lambda: signed(packed=texts.deflate(b'{"a":' + b"[" * 100_000)), "JSON"),
    "a boundless number": (lambda: signed(packed=texts.deflate(b'{"nbf":1e999}')), "JSON"),
    "half a pair": (lambda: signed(CLAIMS | {"iss": URL + "\ud83d"}), "JSON"),
    "a huge number": (lambda: signed(packed=texts.deflate(b'{"nbf":' + b"9" * 9000 + b"}")), "JSON"),
    "no time": (lambda: signed({name: value for name, value in CLAIMS.items() if name != "nbf"}), "JSON"),
    "a text as time": (lambda: signed(CLAIMS | {"nbf": "2022-01-01"}), "JSON"),
    "true as time": (lambda: signed(CLAIMS | {"nbf": True}), "JSON"),
    "a text as expiry": (lambda: signed(CLAIMS | {"exp": "never"}), "JSON"),
    "a list as rid": (lambda: signed(CLAIMS | {"vc": CREDENTIAL | {"rid": ["a"]}}), "JSON"),
    "no issuer": (lambda: signed(CLAIMS | {"iss": None}), "JSON"),
    "issuer by http": (lambda: signed(CLAIMS | {"iss": "http://tiem.example.vn"}), "KEY"),
    "issuer with a slash": (lambda: signed(CLAIMS | {"iss": URL + "/"}), "KEY"),
    "not localhost": (lambda: signed(CLAIMS | {"iss": "http://localhost.example.vn"}), "KEY"),
    "no health card": (
        lambda: signed(CLAIMS | {"vc": CREDENTIAL | {"type": ["https://smarthealth.cards#covid19"]}}),
        "TYPE",
    ),
    "a type that is text": (
        lambda: signed(CLAIMS | {"vc": CREDENTIAL | {"type": "https://smarthealth.cards#health-card"}}),
        "TYPE",
    ),
    "no bundle": (lambda: signed(CLAIMS | {"vc": CREDENTIAL | {"credentialSubject": {}}}), "TYPE"),
    "in milliseconds": (lambda: signed(CLAIMS | {"nbf": CLAIMS["nbf"] * 1000}), "NOTYET"),
    "in the far future": (lambda: signed(CLAIMS | {"nbf": 10**300}), "NOTYET"),
    "expired": (lambda: signed(CLAIMS | {"exp": CLAIMS["nbf"] - 1}), "EXPIRED"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_and_faults_have_names(name: str) -> None:
    make, word = FORGED[name]
    jws = make()
    began = time.process_time()
    verdict = judge(jws)
    assert time.process_time() - began < 0.2
    assert not verdict.ok
    assert verdict.error == word, verdict


@pytest.mark.slow
def test_a_bundle_of_thousands_costs_little() -> None:
    entries = [
        {"fullUrl": f"resource:{place}", "resource": {"id": "1", "a": {"reference": "x"}}} for place in range(6000)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    jws = signed(CLAIMS | {"vc": CREDENTIAL | {"credentialSubject": {"fhirBundle": bundle}}})
    began = time.process_time()
    assert "BUNDLE_URL" in judge(jws).notes
    assert time.process_time() - began < 0.3


@pytest.mark.slow
def test_every_bit_counts() -> None:
    """No changed bit in header, payload or signature leaves a card that is believed, nor does another spelling."""
    for place, part in enumerate(JWS.split(".")):
        data = texts.base64url_bytes(part)
        for bit in range(0, len(data) * 8, 3):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            parts = [HEAD, BODY, SIGNATURE]
            parts[place] = texts.base64url(bytes(changed))
            assert not judge(".".join(parts)).ok, (place, bit)
    last = SIGNATURE[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [other for other in alphabet if judge(JWS[:-1] + other).ok] == [last]


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"d": "AAAA"}, "PRIVATE_KEY"),
        ({"use": "enc"}, "OTHER_KIND"),
        ({"alg": "ES384"}, "OTHER_KIND"),
        ({"crv": "P-384"}, "OTHER_KIND"),
        ({"kty": "oct", "k": "AAAA"}, "OTHER_KIND"),
        ({"x": "AAAA"}, "KID_NOT_THUMBPRINT"),
        ({"x": jwk_of(OTHER)["x"], "y": jwk_of(OTHER)["y"]}, "KID_NOT_THUMBPRINT"),
        ({"x5c": ["AAAA"]}, "OTHER_CERTIFICATE"),
        ({"x5c": []}, "OTHER_CERTIFICATE"),
    ],
)
def test_keys_that_may_not_sign(change: dict[str, Any], note: str) -> None:
    verdict = judge(JWS, jwks={"keys": [jwk_of(SIGNER) | change]})
    assert verdict.error == "KEY"
    assert verdict.notes[0] == note


@pytest.mark.parametrize("jwks", [None, {}, {"keys": None}, {"keys": [None, 7, {}]}, {"keys": {}}])
def test_key_sets_that_are_none(jwks: Any) -> None:
    assert judge(JWS, jwks=jwks).error == "KEY"


def test_two_entries_for_one_key_are_fine() -> None:
    """One for each certificate of the key, as the specification has it."""
    certified = jwk_of(SIGNER) | {"x5c": [base64.b64encode(SIGNER.certificate).decode()]}
    assert judge(JWS, jwks={"keys": [jwk_of(SIGNER) | {"x5c": ["AAAA"]}, certified]}).ok


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.lists(st.text("shc:/0123456789", max_size=60), max_size=3))
def test_whatever_is_scanned_gets_a_verdict(given_card: Any) -> None:
    assert judge(given_card).error in shc.WORDS


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional={"iss": JSON, "nbf": JSON, "exp": JSON, "vc": JSON}), JSON, JSON)
def test_whatever_is_signed_gets_a_verdict(changes: dict[str, Any], subject: Any, crl: Any) -> None:
    for claims in (CLAIMS | changes, CLAIMS | {"vc": CREDENTIAL | {"credentialSubject": {"fhirBundle": subject}}}):
        verdict = judge(signed(claims), crl={KID: crl})
        assert verdict.error in (*shc.WORDS, None)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["entry", "type", "resourceType"]), JSON | st.just("Bundle") | st.just("collection")
    )
)
def test_any_bundle_has_faults_or_none(content: dict[str, Any]) -> None:
    assert all(" " in fault for fault in shc.faults_of(content))
