"""What is tolerated in the field and what is not, layer by layer; and what each refusal is called."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lachan.certificates.codecs import base45, cbor, cose, hcert, x509
from lachan.certificates.codecs.hcert import schema, token
from lachan.certificates.codecs.signing import key_id_of
from tests.certificates.hcert import makers

OK: tuple[str, ...] = ()


def _errors(text: str, certificate: bytes | None = None, clock: datetime = makers.CLOCK) -> tuple[str, ...]:
    verdict = hcert.check(text, certificate=certificate or makers.certificate(), clock=clock)
    assert verdict.ok == (not verdict.errors)
    return verdict.errors


@pytest.mark.parametrize("tags", [(), (18,), (61, 18)])
def test_messages_with_and_without_tags(tags: tuple[int, ...]) -> None:
    assert _errors(makers.text(tags=tags)) == OK


@pytest.mark.parametrize("tags", [(61,), (17,), (98,), (18, 18), (18, 61), (61, 61, 18), (0,), (55799, 18)])
def test_tags_of_other_messages(tags: tuple[int, ...]) -> None:
    assert _errors(makers.text(tags=tags)) == ("COSE",)


@pytest.mark.parametrize(
    ("kind", "algorithm", "hashed"),
    [
        ("P-256", -7, hashes.SHA256()),
        ("P-384", -7, hashes.SHA256()),
        ("P-384", -35, hashes.SHA384()),
        ("P-521", -36, hashes.SHA512()),
        ("RSA", -37, hashes.SHA256()),
        ("RSA", -38, hashes.SHA384()),
        ("RSA", -39, hashes.SHA512()),
    ],
)
def test_algorithms(kind: str, algorithm: int, hashed: hashes.HashAlgorithm) -> None:
    verdict = hcert.check(
        makers.text(kind=kind, algorithm=algorithm, hashed=hashed),
        certificate=makers.certificate(kind),
        clock=makers.CLOCK,
    )
    assert verdict.ok
    assert verdict.algorithm == cose.NAMES[algorithm]


OURS = {1: -7, 4: key_id_of(makers.certificate())}


@pytest.mark.parametrize(
    ("protected", "unprotected", "errors"),
    [
        (OURS, {}, OK),
        ({1: -7}, {4: OURS[4]}, OK),
        (b"", OURS, OK),
        ({}, OURS, OK),
        (OURS, {4: b"another!"}, OK),
        ({**OURS, 3: 61}, {}, OK),
        ({1: -7, 4: b"another!"}, {4: OURS[4]}, ("SIGNATURE",)),
        ({1: -7}, {4: b"another!"}, ("SIGNATURE",)),
        ({1: -7}, {}, ("SIGNATURE",)),
        ({1: -7, 4: OURS[4].hex()}, {}, ("SIGNATURE",)),
        ({1: -37, 4: OURS[4]}, {1: -7}, ("SIGNATURE",)),
        ({1: 5, 4: OURS[4]}, {}, ("SIGNATURE",)),
        ({1: "ES256", 4: OURS[4]}, {}, ("SIGNATURE",)),
        ({4: OURS[4]}, {}, ("SIGNATURE",)),
        ({**OURS, 2: [9]}, {}, ("COSE",)),
        ([], OURS, ("COSE",)),
    ],
)
def test_headers(protected: Any, unprotected: dict[Any, Any], errors: tuple[str, ...]) -> None:
    """Key id and algorithm stand in either header; the protected one wins, wrong or right."""
    assert _errors(makers.text(protected=protected, unprotected=unprotected)) == errors


def test_two_key_ids_in_one_header() -> None:
    protected = b"\xa3\x01\x26\x04\x48" + OURS[4] + b"\x04\x48another!"
    assert _errors(makers.text(protected=protected)) == ("COSE",)


@pytest.mark.parametrize("stem", [makers.STEM, makers.STEM_WITH_ZERO])
def test_usages(stem: str) -> None:
    for last, allowed in (("1", "t"), ("2", "v"), ("3", "r")):
        uses = (stem + last,)
        errors = _errors(makers.text(uses=uses), makers.certificate(uses=uses))
        assert errors == (OK if allowed == "v" else ("KEYUSAGE",))
    assert _errors(makers.text(uses=("1.3.6.1.5.5.7.3.2",)), makers.certificate(uses=("1.3.6.1.5.5.7.3.2",))) == OK
    mixed = ("1.3.6.1.5.5.7.3.2", stem + "3")
    assert _errors(makers.text(uses=mixed), makers.certificate(uses=mixed)) == ("KEYUSAGE",)


def test_certificates_that_strict_readers_refuse() -> None:
    """An empty list of usages, a wrong outer length, bytes behind the end: the key and the limits are found."""
    der = makers.certificate(uses=(makers.STEM + "2",))
    assert x509.read(der).uses == {"v"}
    strict = x509.read(der)
    usages = der.index(bytes.fromhex("0603551d25"))
    octets = usages + 5
    assert der[octets] == 0x04
    emptied = (
        der[: octets + 2]
        + b"\x30\x00"
        + b"\x05\x00" * ((der[octets + 1] - 2) // 2)
        + der[octets + 2 + der[octets + 1] :]
    )
    for broken in (emptied, der + b"\0\0", b"\x30\x82\xff\xff" + der[4:], der[:-20]):
        found = x509.read(broken)
        assert (found.key, found.not_after) == (strict.key, strict.not_after)
    assert x509.read(emptied).uses is None
    for nothing in (
        b"",
        b"\x30",
        b"\x30\x80",
        der[:60],
        b"\x30\x82\xff\xff\xff",
        b"no certificate at all",
        bytes(70_000),
    ):
        with pytest.raises(ValueError, match=r"certificate|length|key|end"):
            x509.read(nothing)
    public = makers.key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert x509.read(public).key == strict.key


def _rebuilt(data: bytes, wide: bool, extra: bytes) -> bytes:
    """The certificate with every length written one byte wider than need be, and something put into each extension
    behind its object id, where "critical" stands."""
    built = b""
    at = 0
    while at < len(data):
        tag, start, end, behind = x509._part(data, at)
        inner = data[start:end]
        if tag in (0x30, 0xA3):
            inner = _rebuilt(inner, wide, extra)
        if tag == 0x30 and inner[:2] == b"\x06\x03" and inner[2:4] == b"\x55\x1d":
            inner = inner[:5] + extra + inner[5:]
        width = max(1, (len(inner).bit_length() + 7) // 8) + wide
        built += bytes((tag, 0x80 | width)) + len(inner).to_bytes(width, "big") + inner
        at = behind
    return built


@pytest.mark.parametrize("extra", [b"", b"\x01\x01\x00", b"\x01\x01\x01"])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_certificates_written_otherwise_than_der_asks(kind: str, wide: bool, extra: bytes) -> None:
    """Lengths in long forms and with leading zeros, a default written out, a truth that is not 0xFF."""
    uses = (makers.STEM + "2",)
    strict = makers.certificate(kind, uses=uses)
    other = _rebuilt(strict, wide, extra)
    found = x509.read(other)
    assert other != strict
    assert found._replace(key_id=b"") == x509.read(strict)._replace(key_id=b"")
    text = makers.text(kind=kind, uses=uses, protected={1: -7 if kind == "P-256" else -37, 4: key_id_of(other)})
    assert _errors(text, other) == OK


def test_keys_that_are_for_pss_only() -> None:
    """RSA keys under the object id of RSASSA-PSS, and RSA keys under the general one: the same key to PS256."""
    public = makers.key("RSA").public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    general, pss = bytes.fromhex("300d06092a864886f70d0101010500"), bytes.fromhex("300b06092a864886f70d01010a")
    body = public[public.index(general) :].replace(general, pss)
    listed = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    assert listed != public
    text = makers.text(kind="RSA")
    assert hcert.check_trusted(text, trusted=lambda _: (listed,), clock=makers.CLOCK).ok


@pytest.mark.parametrize(
    ("iat", "exp", "clock", "errors"),
    [
        (1000, 2000, 1000, OK),
        (1000, 2000, 2000, OK),
        (1000.5, 2000.5, 2000, OK),
        (1000, 2000, 999, ("EXPIRED",)),
        (1000, 2000, 2001, ("EXPIRED",)),
        (None, 2000, 1500, OK),
        (1000, None, 1500, ("EXPIRED",)),
        (cbor2.CBORTag(1, 1000), cbor2.CBORTag(1, 2000.0), 1500, OK),
        (cbor2.CBORTag(0, "1970-01-01T00:16:40Z"), 2000, 999, ("EXPIRED",)),
        ("1970-01-01T00:16:40Z", 2000, 1500, ("EXPIRED",)),
        (1000, "2100-01-01", 1500, ("EXPIRED",)),
        (1000, 4_102_444_800_000, 1500, ("EXPIRED",)),  # milliseconds
        (cbor2.CBORTag(0, "tomorrow"), 2000, 1500, ("EXPIRED",)),
        (1000, 1 << 63, 1500, ("EXPIRED",)),
        (1000, 1 << 70, 1500, ("CBOR",)),
        (-1, 2000, 1500, ("EXPIRED",)),
        (1000, float("nan"), 1500, ("CBOR",)),
        (1000, float("inf"), 1500, ("CBOR",)),
        (True, 2000, 1500, ("EXPIRED",)),
    ],
)
def test_times(iat: Any, exp: Any, clock: int, errors: tuple[str, ...]) -> None:
    moment = datetime.fromtimestamp(clock, UTC)
    text = makers.text(makers.claims(iat=iat, exp=exp))
    assert _errors(text, clock=moment) == errors
    assert _errors(text, clock=moment.replace(tzinfo=None)) == errors, "a clock without a zone is UTC"


def test_not_before_counts() -> None:
    text = makers.text(makers.claims(nbf=makers.CLOCK.timestamp() + 1))
    assert _errors(text) == ("EXPIRED",)


def test_checks_are_independent_and_listed_in_order() -> None:
    payload = {**makers.PAYLOAD, "dob": "tomorrow", "r": [makers.RECOVERY]}
    uses = (makers.STEM + "2",)
    text = makers.text(makers.claims(payload), uses=uses, number=1)
    verdict = hcert.check(text, certificate=makers.certificate(uses=uses), clock=makers.CLOCK + timedelta(days=3650))
    assert verdict.errors == ("SIGNATURE", "EXPIRED", "KEYUSAGE", "SCHEMA")
    assert verdict.error == "SIGNATURE"
    assert verdict.payload == payload, "the content is shown, vouched for by nobody"


def test_without_a_certificate_nobody_vouches() -> None:
    for verdict in (
        hcert.decode(makers.text(), clock=makers.CLOCK),
        hcert.check(makers.text(), certificate=None, clock=makers.CLOCK),
        hcert.check(makers.text(), certificate=b"nonsense", clock=makers.CLOCK),
        hcert.check_trusted(makers.text(), trusted=lambda _: (), clock=makers.CLOCK),
        hcert.check_trusted(makers.text(), trusted=lambda _: (b"nonsense",), clock=makers.CLOCK),
    ):
        assert (verdict.errors, verdict.payload, len(verdict.notes) > 0) == (("SIGNATURE",), makers.PAYLOAD, True)


def test_a_trust_list_may_hold_several_keys_under_one_id() -> None:
    listed = (makers.certificate("RSA"), makers.certificate(number=1), makers.certificate())
    assert hcert.check_trusted(makers.text(), trusted=lambda _: listed, clock=makers.CLOCK).ok
    assert not hcert.check_trusted(makers.text(), trusted=lambda _: listed[:2], clock=makers.CLOCK).ok


def test_notes_warn_without_refusing() -> None:
    text = makers.text(makers.claims(exp=int((makers.CLOCK + timedelta(days=3650)).timestamp())))
    verdict = hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK)
    assert (verdict.ok, verdict.notes) == (True, ("OUTLIVES_SIGNER",))
    entry = {**makers.PAYLOAD["v"][0], "co": "ZZ"}
    verdict = hcert.check(
        makers.text(makers.claims({**makers.PAYLOAD, "v": [entry]})),
        certificate=makers.certificate(),
        clock=makers.CLOCK,
    )
    assert (verdict.ok, verdict.notes) == (True, ("UNKNOWN_COUNTRY",))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "PREFIX"),
        ("HC2:ABC", "PREFIX"),
        ("hc1:ABC", "PREFIX"),
        (" HC1:ABC", "PREFIX"),
        ("HC1:", "ZLIB"),
        ("HC1:abc", "BASE45"),
        ("HC1:ABCD", "BASE45"),
        ("HC1:AB\nC", "BASE45"),
        ("HC1:Ａ00", "BASE45"),
        ("HC1:\ud800", "BASE45"),
        ("HC1:GGW", "BASE45"),
        ("HC1:ZZ", "BASE45"),
        ("HC1:" + "0" * 262_143, "BASE45"),
        ("HC1:" + base45.encode(zlib.compress(bytes(10_000_000), 9)), "ZLIB"),
        ("HC1:" + base45.encode(b"\xd2\x84\x40\xa0\x40\x40"), "ZLIB"),
        ("HC1:" + base45.encode(zlib.compress(b"\xd2\x84\x40\xa0\x40\x40")[:-1]), "ZLIB"),
        ("HC1:" + base45.encode(zlib.compress(b"\xd2\x84\x40\xa0\x40\x40") + b"\0"), "ZLIB"),
        ("HC1:" + base45.encode(zlib.compress(bytes(16_385))), "ZLIB"),
        ("HC1:" + base45.encode(zlib.compress(bytes(16_384))), "COSE"),
        ("HC1:" + base45.encode(zlib.compress(b"\xd2\x84\x40\xa0\xf6\x40")), "COSE"),
        ("HC1:" + base45.encode(zlib.compress(b"\xd2\x84\x40\xa0\x40\x40\x00")), "COSE"),
        ("HC1:" + base45.encode(zlib.compress(b"")), "COSE"),
        ("HC1:" + base45.encode(zlib.compress(b"\x81" * 5000)), "COSE"),
        ("HC1:" + base45.encode(zlib.compress(b"\xd2" * 5000)), "COSE"),
        ("HC1:" + base45.encode(zlib.compress(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff")), "COSE"),
        ("HC1:" + base45.encode(zlib.compress(b"\xbb\x00\x00\x00\x00\xff\xff\xff\xff")), "COSE"),
    ],
)
def test_layers_that_cannot_be_opened(text: str, word: str) -> None:
    verdict = hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK)
    assert (verdict.errors, verdict.payload) == ((word,), None)
    assert verdict.notes


def test_what_scanners_put_around_a_text_is_no_part_of_it() -> None:
    assert _errors("\r\n" + makers.text() + "\r\n") == OK


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xa0",
        cbor2.dumps([1, 2]),
        cbor2.dumps({-260: {}}),
        cbor2.dumps({-260: {1: b"bytes"}}),
        cbor2.dumps({-260: {1: []}}),
        cbor2.dumps(makers.claims({"a": b"bytes"})),
        cbor2.dumps(makers.claims({"a": [b"bytes"]})),
        cbor2.dumps(makers.claims({"a": {1: "a number as a key"}})),
        cbor2.dumps(makers.claims({"a": cbor2.CBORTag(18, 1)})),
        cbor2.dumps(makers.claims({"a": cbor2.CBORTag(258, [1])})),
        cbor2.dumps(makers.claims({"a": cbor2.CBORTag(0, 5)})),
        cbor2.dumps(makers.claims({"a": cbor2.CBORTag(1, 1e300)})),
        cbor2.dumps(makers.claims({"a": 1 << 64})),
        cbor2.dumps(makers.claims({"a": float("nan")})),
        cbor2.dumps(makers.claims({"a": cbor2.CBORSimpleValue(99)})),
        cbor2.dumps(makers.claims()) + b"\0",
        cbor2.dumps(makers.claims())[:-1],
        b"\xa2" + cbor2.dumps(makers.claims())[1:-1],
        cbor2.dumps(makers.claims()).replace(b"NGUYEN", b"NGU\xff\xffN"),
    ],
)
def test_tokens_that_hold_no_certificate(body: bytes) -> None:
    verdict = hcert.check(makers.text(body), certificate=makers.certificate(), clock=makers.CLOCK)
    assert (verdict.errors, verdict.payload) == (("CBOR",), None), "the signature is right, what it signs is not"


def test_a_key_twice_is_refused_in_every_map() -> None:
    """Two readers could see two certificates under one signature."""
    good = cbor2.dumps(makers.claims())
    doubled = [
        b"\xa5" + good[1:] + b"\x06\x01",
        good.replace(b"\x63dob\x6a1983-10-10", b"\x63dob\x6a1983-10-10\x63dob\x6a1993-10-10").replace(
            b"\xa1\x01\xa4", b"\xa1\x01\xa5"
        ),
        b"\xbf" + good[1:] + b"\x06\x01\xff",
    ]
    for body in doubled:
        assert body != good
        assert _errors(makers.text(body)) == ("CBOR",)
    assert _errors(makers.text(b"\xbf" + good[1:] + b"\xff")) == OK, "a length left open is no fault"


def test_dates_under_tags_become_their_text() -> None:
    payload = {**makers.PAYLOAD, "v": [{**makers.PAYLOAD["v"][0], "dt": cbor2.CBORTag(1004, "2021-11-20")}]}
    days = (date(2021, 11, 20) - date(1970, 1, 1)).days
    in_days = {**makers.PAYLOAD, "v": [{**makers.PAYLOAD["v"][0], "dt": cbor2.CBORTag(100, days)}]}
    for given in (payload, in_days):
        verdict = hcert.check(makers.text(makers.claims(given)), certificate=makers.certificate(), clock=makers.CLOCK)
        assert verdict.ok
        assert verdict.payload == makers.PAYLOAD
        assert type(verdict.payload["v"][0]["dt"]) is str
    assert cbor.decode(cbor2.dumps(cbor2.CBORTag(1, 1623750603))) == "2021-06-15T09:50:03Z"


def test_null_members_break_the_schema_and_nothing_else() -> None:
    """Bulgaria sends them; they are kept in the content, and no schema allows them."""
    text = makers.text(makers.claims({**makers.PAYLOAD, "t": None, "r": None}))
    verdict = hcert.check(text, certificate=makers.certificate(uses=None), clock=makers.CLOCK)
    assert verdict.errors == ("SCHEMA",)
    assert schema.kinds(verdict.payload or {}) == {"v"}


def test_small_and_weak_keys_verify_nothing() -> None:
    message = token.open_message(makers.text())
    assert not message._replace(algorithm=-37).verify(rsa.generate_private_key(65537, 1024).public_key())
    weak = ec.generate_private_key(ec.SECP224R1())
    assert not message.verify(weak.public_key())
