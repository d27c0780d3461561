"""The domestic card: round trip, how coarse its code is, and that nothing else passes for one."""

from __future__ import annotations

import datetime as dt
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.certificates.codecs import base45, cose, domestic, hcert
from lachan.certificates.codecs.signing import LocalSigner

NOW = datetime(2022, 3, 1, 1, 30, tzinfo=UTC)


def signer_of(curve: ec.EllipticCurve | None = None) -> LocalSigner:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=30)).not_valid_after(NOW + timedelta(days=700))
    return LocalSigner(key, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


SIGNER = signer_of()
OTHER = signer_of()


def card(**changes: Any) -> str:
    said: dict[str, Any] = {
        "name": "Nguyễn Thị Phương Thảo", "birth": "1983-10-10", "identifier": "7K2MPQ9RXW4HTDCV",
        "valid_from": NOW, "valid_until": NOW + timedelta(days=180), "signer": SIGNER,
    }  # fmt: skip
    return domestic.issue(**(said | changes))


def raw(payload: bytes, signer: LocalSigner = SIGNER, *, tagged: bool = False) -> str:
    return domestic.PREFIX + base45.encode(cose.sign1(payload, signer=signer, tagged=tagged))


def judge(text: str, clock: datetime = NOW) -> domestic.Verdict:
    return domestic.check(text, certificate=SIGNER.certificate, clock=clock)


@pytest.mark.parametrize("birth", ["1983-10-10", "1983-10", "1983", "1899-01-01", "2022-02-28"])
def test_what_is_issued_is_read(birth: str) -> None:
    verdict = judge(card(birth=birth, name=unicodedata.normalize("NFD", "  Đặng  Ươm ")))
    assert verdict.ok, verdict
    assert verdict.errors == verdict.notes == ()
    assert verdict.key_id == SIGNER.key_id
    assert verdict.card is not None
    assert verdict.card[:3] == ("Đặng Ươm", birth, "7K2MPQ9RXW4HTDCV")
    assert verdict.card.valid_from.isoformat() == "2022-03-01T00:00:00+07:00"
    assert verdict.card.valid_until.isoformat() == "2022-08-28T08:00:00+07:00"  # the full hour before


def test_the_code_is_coarse() -> None:
    """219 letters and fewer fit version 8 at level M: 49 modules a side, where an HCERT of ours needs 77."""
    for name, most in (("Lê An", 185), ("Nguyễn Bảo Duy", 200), ("Nguyễn Thị Phương Thảo", 221)):
        assert len(card(name=name)) <= most
    assert set(card()) <= set(base45.ALPHABET)


def test_the_card_says_nothing_else() -> None:
    message = cose.read1(base45.decode(card()[len(domestic.PREFIX) :]))
    assert len(cbor2.loads(message.payload)) == 5


@pytest.mark.parametrize(
    ("name", "said"),
    [("a\u202eb", "ab"), ("Lê\u00a0 \u200bAn\n", "Lê An"), ("A" * 79 + " B" * 9, "A" * 79), ("A\x00", "A")],
)
def test_a_name_is_what_can_be_seen_of_it(name: str, said: str) -> None:
    verdict = judge(card(name=name))
    assert verdict.ok
    assert verdict.card is not None
    assert verdict.card.name == said


@pytest.mark.parametrize(
    ("clock", "ok", "notes"),
    [
        (datetime(2022, 2, 28, 16, 59, 59, tzinfo=UTC), False, ("NOT_YET",)),
        (datetime(2022, 2, 28, 17, 0, 0, tzinfo=UTC), True, ()),  # midnight in Viet Nam
        (datetime(2022, 8, 28, 1, 0, 0, tzinfo=UTC).replace(tzinfo=None), True, ()),  # without a zone: UTC
        (datetime(2022, 8, 28, 1, 0, 1, tzinfo=UTC), False, ()),
    ],
)
def test_validity(clock: datetime, ok: bool, notes: tuple[str, ...]) -> None:
    verdict = judge(card(), clock)
    assert (verdict.ok, verdict.error, verdict.notes) == (ok, None if ok else "EXPIRED", notes)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "\u200b \x00"},
        {"birth": "10/10/1983"},
        {"birth": "19831010"},
        {"birth": "1983-02-30"},
        {"birth": "0001-01-01"},
        {"birth": ""},
        {"identifier": ""},
        {"identifier": "a b"},
        {"identifier": "a" * 25},
        {"valid_from": NOW.replace(tzinfo=None)},
        {"valid_until": NOW + timedelta(minutes=20)},
        {"valid_until": NOW},
        {"valid_until": NOW + timedelta(days=4000)},
    ],
)
def test_what_is_no_card_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        card(**changes)


FORGED: dict[str, tuple[str, str]] = {
    "another key": (card(signer=OTHER), "SIGNATURE"),
    "no prefix": (card().removeprefix("LC1:"), "PREFIX"),
    "an HCERT's prefix": ("HC1:" + card().removeprefix("LC1:"), "PREFIX"),
    "lower case": (card().lower(), "PREFIX"),
    "empty": ("LC1:", "COSE"),
    "another alphabet": ("LC1:abc", "BASE45"),
    "too long": ("LC1:" + "0" * 2000, "BASE45"),
    "cut": (domestic.PREFIX + base45.encode(base45.decode(card()[4:])[:-3]), "COSE"),
    "not a list": (raw(cbor2.dumps({1: "x"})), "CBOR"),
    "six members": (raw(cbor2.dumps(["A B", "1983", 19000, 24, "X", 1])), "CBOR"),
    "a float for a day": (raw(cbor2.dumps(["A B", "1983", 19000.0, 24, "X"])), "CBOR"),
    "true for a day": (raw(cbor2.dumps(["A B", "1983", True, 24, "X"])), "CBOR"),
    "a huge period": (raw(cbor2.dumps(["A B", "1983", 19000, 2**60, "X"])), "CBOR"),
    "a huge integer": (raw(cbor2.dumps(["A B", "1983", 2**70, 24, "X"])), "CBOR"),
    "a date tag": (raw(cbor2.dumps(["A B", dt.date(1983, 1, 1), 19000, 24, "X"])), "CBOR"),
    "an invisible name": (raw(cbor2.dumps(["\u200b", "1983", 19000, 24, "X"])), "CBOR"),
    "bytes behind": (raw(cbor2.dumps(["A B", "1983", 19000, 24, "X"]) + b"\x00"), "CBOR"),
    "deep": (raw(b"\x81" * 5000 + b"\x00")[: domestic.MOST_TEXT + 1], "BASE45"),
    "deep and short": (raw(b"\x81" * 300 + b"\x00"), "CBOR"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_have_names(name: str) -> None:
    text, word = FORGED[name]
    began = time.process_time()
    verdict = judge(text, NOW)
    assert time.process_time() - began < 0.1
    assert not verdict.ok
    assert verdict.error == word


@pytest.mark.slow
def test_every_bit_counts() -> None:
    """No single changed bit of the message leaves a card that is believed."""
    data = base45.decode(card()[len(domestic.PREFIX) :])
    for place in range(len(data) * 8):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        assert not judge(domestic.PREFIX + base45.encode(bytes(changed))).ok, place


def test_cards_of_one_kind_are_not_cards_of_another() -> None:
    """The same key signs both here, which it must not: even then neither passes for the other."""
    payload = {"ver": "1.3.0", "nam": {"fnt": "AN"}, "dob": "1983", "v": []}
    message = cose.sign1(cbor2.dumps({1: "VN", 4: 2_000_000_000, 6: 1, -260: {1: payload}}), signer=SIGNER)
    assert judge(domestic.PREFIX + base45.encode(message)).error == "CBOR"
    packed = card().removeprefix("LC1:")
    assert not hcert.check("HC1:" + packed, certificate=SIGNER.certificate, clock=NOW).ok


def test_signers() -> None:
    known = {SIGNER.key_id: [OTHER.certificate, b"no certificate", SIGNER.certificate]}
    by_list = domestic.check(card(), trusted=lambda key_id: known.get(key_id, []), clock=NOW)
    assert by_list.ok
    assert by_list.notes == ("OTHER_KEY", "UNREADABLE_CERTIFICATE")
    assert domestic.check(card(), trusted=lambda key_id: [], clock=NOW).notes == ("UNKNOWN_KEY",)
    assert domestic.check(card(), clock=NOW).notes == ("NO_CERTIFICATE",)
    assert domestic.check(card(), certificate=OTHER.certificate, clock=NOW).notes == ("OTHER_KEY",)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=300), st.binary(max_size=200).map(lambda data: "LC1:" + base45.encode(data))))
def test_whatever_is_scanned_gets_a_verdict(text: str) -> None:
    assert judge(text).error in domestic.WORDS


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=9))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, max_size=6))
def test_whatever_is_signed_gets_a_verdict(said: list[Any]) -> None:
    assert judge(raw(cbor2.dumps(said))).error in (*domestic.WORDS, None)
