"""What is issued is read by us and by others' readers; what is refused names its member and the remedy."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography import x509 as strict
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from lachan.certificates.codecs import hcert
from tests.certificates.hcert import makers

ENTRY = makers.PAYLOAD["v"][0]
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def _issue(payload: Any = makers.PAYLOAD, kind: str = "P-256", **other: Any) -> str:
    order: dict[str, Any] = {"issuer": "VN", "issued_at": makers.ISSUED_AT, "expires_at": makers.EXPIRES_AT, **other}
    return hcert.issue(payload, signer=makers.signer(kind), now=makers.CLOCK, **order)


@pytest.mark.parametrize(("kind", "algorithm"), [("P-256", "ES256"), ("RSA", "PS256")])
def test_round_trip(kind: str, algorithm: str) -> None:
    verdict = hcert.check(_issue(kind=kind), certificate=makers.certificate(kind), clock=makers.CLOCK)
    assert verdict == hcert.Verdict(
        ok=True,
        error=None,
        errors=(),
        payload=makers.PAYLOAD,
        issuer="VN",
        issued_at=makers.ISSUED_AT,
        expires_at=makers.EXPIRES_AT,
        key_id=makers.signer(kind).key_id,
        algorithm=algorithm,
        notes=(),
    )


def test_another_reader_reads_it() -> None:
    """Opened by plain libraries, the letters of base45 one by one: nothing of ours is needed."""
    text = _issue()
    numbers = [LETTERS.index(letter) for letter in text.removeprefix("HC1:")]
    packed = bytearray()
    for at in range(0, len(numbers), 3):
        group = numbers[at : at + 3]
        value = sum(number * 45**place for place, number in enumerate(group))
        packed += value.to_bytes(len(group) - 1, "big")
    assert packed[:2] == b"\x78\xda", "readers in the field tell a packed card by its first byte"
    tagged = cbor2.loads(zlib.decompress(bytes(packed)))
    protected, unprotected, body, signature = tagged.value
    assert (tagged.tag, dict(unprotected)) == (18, {})
    assert dict(cbor2.loads(protected)) == {1: -7, 4: makers.signer().key_id}
    claims = cbor2.loads(body)
    assert body == cbor2.dumps(claims, canonical=True), "one payload has one encoding"
    assert (claims[1], claims[4], claims[6]) == (
        "VN",
        int(makers.EXPIRES_AT.timestamp()),
        int(makers.ISSUED_AT.timestamp()),
    )
    assert claims[-260][1] == makers.PAYLOAD
    key = strict.load_der_x509_certificate(makers.certificate()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    halves = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    signed = cbor2.dumps(["Signature1", protected, b"", body])
    key.verify(encode_dss_signature(*halves), signed, ec.ECDSA(hashes.SHA256()))


def test_the_order_of_members_makes_no_difference() -> None:
    """Two systems that send the same facts get the same content, letter for letter."""
    turned = {name: makers.PAYLOAD[name] for name in reversed(makers.PAYLOAD)}
    turned["v"] = [{name: ENTRY[name] for name in reversed(ENTRY)}]
    opened = [hcert.token.open_message(_issue(payload)).payload for payload in (makers.PAYLOAD, turned)]
    assert opened[0] == opened[1]


def test_null_members_are_left_out() -> None:
    text = _issue({**makers.PAYLOAD, "t": None, "r": None})
    assert hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK).payload == makers.PAYLOAD


def test_is_as_coarse_as_it_can_be() -> None:
    """A code's letters cost modules on paper: not more than the library's best compression gives."""
    issued = _issue()
    message = hcert.token.open_message(issued)
    whole = cbor2.dumps(cbor2.CBORTag(18, [message.protected, {}, message.payload, message.signature]))
    assert len(issued) <= len(makers.text_of(whole)) + 3


def _entry(**changed: Any) -> dict[str, Any]:
    entry = {**ENTRY, **changed}
    return {**makers.PAYLOAD, "v": [{name: value for name, value in entry.items() if value != "left out"}]}


def _recovery(**changed: Any) -> dict[str, Any]:
    held = {name: value for name, value in makers.PAYLOAD.items() if name != "v"}
    return {**held, "r": [{**makers.RECOVERY, **changed}]}


@pytest.mark.parametrize(
    ("payload", "other", "field"),
    [
        (None, {}, "payload"),
        ([], {}, "payload"),
        ({}, {}, "payload.dob"),
        ({**makers.PAYLOAD, "v": []}, {}, "payload.v"),
        ({**makers.PAYLOAD, "v": [ENTRY, ENTRY]}, {}, "payload.v"),
        ({**makers.PAYLOAD, "r": [makers.RECOVERY]}, {}, "payload"),
        ({**makers.PAYLOAD, "dob": "10/10/1983"}, {}, "payload.dob"),
        ({**makers.PAYLOAD, "dob": "1983-02-30"}, {}, "payload.dob"),
        ({**makers.PAYLOAD, "nam": {**makers.PAYLOAD["nam"], "fnt": "Nguyễn"}}, {}, "payload.nam.fnt"),
        ({**makers.PAYLOAD, "nam": {**makers.PAYLOAD["nam"], "fn": "x" * 81}}, {}, "payload.nam.fn"),
        ({**makers.PAYLOAD, "nam": {**makers.PAYLOAD["nam"], "fn": "\ud83d"}}, {}, "payload.nam.fn"),
        ({**makers.PAYLOAD, "more": {"a": 1.5}}, {}, "payload.more.a"),
        ({**makers.PAYLOAD, "more": b"bytes"}, {}, "payload.more"),
        ({**makers.PAYLOAD, "more": 1 << 64}, {}, "payload.more"),
        ({**makers.PAYLOAD, "more": [[[[[[[[[]]]]]]]]]}, {}, "payload.more.0.0.0.0.0.0.0"),
        ({**makers.PAYLOAD, 1: "a number as a name"}, {}, "payload"),
        ({**makers.PAYLOAD, "tên": "a name in letters of ours"}, {}, "payload"),
        ({**makers.PAYLOAD, "more": "".join(map(chr, range(0x4E00, 0x5E00)))}, {}, "payload"),
        (_entry(dt=1637366400.0), {}, "payload.v.0.dt"),
        (_entry(dt=1637366400), {}, "payload.v.0.dt"),
        (_entry(dt="2021-11-31"), {}, "payload.v.0.dt"),
        (_entry(dt="2021-11-20T00:00:00"), {}, "payload.v.0.dt"),
        (_entry(dt="2026-02-02"), {}, "payload.v.0.dt"),
        (_entry(dt=datetime(2021, 11, 20)), {}, "payload.v.0.dt"),  # noqa: DTZ001
        (_entry(dn=2.0), {}, "payload.v.0.dn"),
        (_entry(dn=0), {}, "payload.v.0.dn"),
        (_entry(dn="2"), {}, "payload.v.0.dn"),
        (_entry(co="ZZ"), {}, "payload.v.0.co"),
        (_entry(co="vn"), {}, "payload.v.0.co"),
        (_entry(ci="left out"), {}, "payload.v.0.ci"),
        (_recovery(fr="2021-06-31"), {}, "payload.r.0.fr"),
        (_recovery(du="2021-06-11"), {}, "payload.r.0.du"),
        (makers.PAYLOAD, {"issuer": "ZZ"}, "issuer"),
        (makers.PAYLOAD, {"issuer": ""}, "issuer"),
        (makers.PAYLOAD, {"issuer": 84}, "issuer"),
        (makers.PAYLOAD, {"issued_at": makers.CLOCK + timedelta(minutes=6)}, "issued_at"),
        (makers.PAYLOAD, {"issued_at": makers.CLOCK.replace(year=1969)}, "issued_at"),
        (makers.PAYLOAD, {"expires_at": makers.ISSUED_AT}, "expires_at"),
        (makers.PAYLOAD, {"expires_at": makers.ISSUED_AT - timedelta(days=1)}, "expires_at"),
        (makers.PAYLOAD, {"expires_at": makers.CLOCK + timedelta(days=731)}, "expires_at"),
    ],
)
def test_refusals_name_the_member_and_the_remedy(payload: Any, other: dict[str, Any], field: str) -> None:
    with pytest.raises(hcert.Refused) as caught:
        _issue(payload, **other)
    assert caught.value.field == field
    assert str(caught.value) == f"{field} {caught.value.what}: {caught.value.remedy}"


def test_a_recovery_and_a_test_are_signed_too() -> None:
    held = {name: value for name, value in makers.PAYLOAD.items() if name != "v"}
    entry = {"tg": "840539006", "tt": "LP6464-4", "sc": "2026-01-20T08:30:00+07:00", "tr": "260415000", "nm": "a test"}
    entry |= {"tc": "a centre", "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:A1#B"}
    for payload in (_recovery(), {**held, "t": [entry]}):
        assert hcert.check(_issue(payload), certificate=makers.certificate(), clock=makers.CLOCK).ok


def test_many_orders_keep_their_order_and_one_refused_stops_none() -> None:
    orders = [
        hcert.Order(payload, "VN", makers.ISSUED_AT, makers.EXPIRES_AT)
        for payload in (makers.PAYLOAD, _entry(co="ZZ"), makers.PAYLOAD)
    ]
    first, second, third = hcert.issue_many(orders, signer=makers.signer(), now=makers.CLOCK)
    assert isinstance(first, str)
    assert isinstance(third, str)
    assert isinstance(second, hcert.Refused)
    assert second.field == "payload.v.0.co"


def test_a_signer_of_other_kinds_signs_nothing() -> None:
    """Every verifier would refuse the card: better said at once."""
    for use, fits in (("1", False), ("2", True), ("3", False)):
        signer = makers.signer(uses=(makers.STEM + use,))
        order = hcert.Order(makers.PAYLOAD, "VN", makers.ISSUED_AT, makers.EXPIRES_AT)
        [answer] = hcert.issue_many([order], signer=signer, now=makers.CLOCK)
        assert isinstance(answer, str) == fits
