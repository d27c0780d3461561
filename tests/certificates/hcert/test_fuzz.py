"""Whatever comes in: nothing but the named refusals, and nothing slow."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from lachan.certificates.codecs import base45, cbor, cose, hcert, x509
from lachan.certificates.codecs.hcert import schema, token
from tests.certificates.hcert import makers

many = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
MOST_SECONDS = 0.05  # of the processor for one call, the better of two: other processes do not count


def _quickly(call: Callable[[], Any]) -> None:
    """The call answers or refuses by ValueError, in time."""
    took = []
    for _ in range(2):
        started = time.process_time()
        with suppress(ValueError):
            call()
        took.append(time.process_time() - started)
    assert min(took) < MOST_SECONDS


# items of CBOR by their bytes: valid ones, and ones that break a rule, nested in each other
pieces = st.recursive(
    st.binary(max_size=12)
    | st.sampled_from(
        [
            b"\x00",
            b"\x18\x64",
            b"\x1b" + b"\xff" * 8,
            b"\x3b" + b"\xff" * 8,
            b"\xf6",
            b"\xf5",
            b"\xf7",
            b"\xff",
            b"\xf8\x20",
        ]
    )
    | st.text(max_size=8).map(cbor2.dumps)
    | st.floats().map(cbor2.dumps)
    | st.integers().map(cbor2.dumps),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from([b"\x81", b"\x82", b"\x9f", b"\xa1", b"\xbf", b"\xc1", b"\xd2", b"\x5f"]), inner).map(
            b"".join
        ),
        st.lists(inner, max_size=6).map(lambda parts: bytes((0x80 + len(parts),)) + b"".join(parts)),
        st.lists(st.tuples(inner, inner), max_size=5).map(
            lambda parts: bytes((0xA0 + len(parts),)) + b"".join(b"".join(part) for part in parts)
        ),
    ),
    max_leaves=25,
)
anything = st.one_of(st.binary(max_size=600), pieces)
json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), (1 << 64) - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)


@pytest.mark.slow
@many
@given(st.binary(max_size=900))
@example(b"")
@example(b"\xff" * 901)
def test_base45_both_ways(data: bytes) -> None:
    text = base45.encode(data)
    assert base45.decode(text) == data
    assert len(text) == len(data) // 2 * 3 + len(data) % 2 * 2
    assert set(text) <= set(base45.ALPHABET)


@pytest.mark.slow
@many
@given(st.text(alphabet=base45.ALPHABET, max_size=600) | st.text(max_size=60))
def test_base45_has_one_text_for_bytes(text: str) -> None:
    """What is decoded is encoded to the same text: no two texts for the same bytes."""
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text


@pytest.mark.slow
@many
@given(json_like)
def test_cbor_reads_what_the_library_writes(value: Any) -> None:
    assert cbor.decode(cbor2.dumps(value)) == value
    assert cbor.decode(cbor2.dumps(value, indefinite_containers=True)) == value


@pytest.mark.slow
@many
@given(anything)
def test_cbor_never_says_what_the_library_denies(data: bytes) -> None:
    """Ours refuses more than the library, never less; where both read, they read the same."""
    try:
        ours = cbor.decode(data)
    except ValueError:
        return
    assume(not _holds_tags(ours))
    theirs = cbor2.loads(data, allow_duplicate_keys=False)
    assert ours == theirs or any(simple in data for simple in (b"\xf7",)), "undefined is null to us"


def _holds_tags(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_tags, value.values()))
    if isinstance(value, list):
        return any(map(_holds_tags, value))
    assert not isinstance(value, float) or isfinite(value)
    return isinstance(value, cbor.Tagged | cbor.Moment)


@pytest.mark.slow
@many
@given(anything)
def test_messages(data: bytes) -> None:
    _quickly(lambda: cose.read1(data))
    _quickly(lambda: token.read_claims(data))


@pytest.mark.slow
@many
@given(pieces, pieces, st.binary(max_size=100))
def test_whole_cards(protected: bytes, body: bytes, signature: bytes) -> None:
    """Any content in a frame that is right: a verdict, never an exception, never ok."""
    message = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, body, signature]))
    text = makers.text_of(message)
    assert not hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK).ok
    _quickly(lambda: hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK))


@pytest.mark.slow
@many
@given(json_like, json_like, json_like)
def test_signed_nonsense(payload: Any, issued: Any, expires: Any) -> None:
    """Whatever a signer signs: a verdict; what is ok keeps the schema."""
    assume(payload is not None)
    text = makers.text(cbor2.dumps({1: "VN", 4: expires, 6: issued, -260: {1: payload}}))
    verdict = hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK)
    assert "SIGNATURE" not in verdict.errors
    assert not verdict.ok or schema.valid(payload)


@pytest.mark.slow
@many
@given(
    st.text(max_size=300)
    | st.binary(max_size=300).map(lambda data: "HC1:" + base45.encode(data))
    | anything.map(lambda data: "HC1:" + base45.encode(zlib.compress(data)))
)
def test_texts(text: str) -> None:
    _quickly(lambda: hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK))
    assert not hcert.decode(text, clock=makers.CLOCK).ok


@pytest.mark.slow
@many
@given(st.data())
def test_certificates(data: st.DataObject) -> None:
    """Broken in up to four places: a signer is read or refused by ValueError."""
    der = bytearray(makers.certificate(uses=(makers.STEM + "2",)))
    for _ in range(data.draw(st.integers(0, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(der)))
    _quickly(lambda: x509.read.__wrapped__(bytes(der)))
    _quickly(lambda: x509.read.__wrapped__(bytes(der[:cut])))


@pytest.mark.slow
@many
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_certificates_as_text(text: str) -> None:
    _quickly(lambda: x509.der_of(text))


@pytest.mark.slow
@many
@given(json_like, st.text(max_size=5) | json_like)
def test_orders(payload: Any, issuer: Any) -> None:
    """Whatever is asked to be signed: it is refused by name, or it is read back."""
    for given_payload in (payload, {**makers.PAYLOAD, "nam": payload}, {**makers.PAYLOAD, "v": [payload]}):
        try:
            text = hcert.issue(
                given_payload,
                signer=makers.signer(),
                issuer=issuer,
                issued_at=makers.ISSUED_AT,
                expires_at=makers.EXPIRES_AT,
                now=makers.CLOCK,
            )
        except hcert.Refused:
            continue
        assert hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK).ok
