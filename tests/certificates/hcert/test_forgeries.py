"""No forgery passes: not one of some four hundred made of every good card of the developers' cases and of our own."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lachan.certificates.codecs import hcert
from lachan.certificates.codecs.hcert import token
from lachan.certificates.codecs.x509 import der_of
from tests.certificates.hcert import makers
from tests.certificates.hcert.forgeries import P256_ORDER, Card, Forgery, forgeries, rewrapped

PER_ISSUER = 6  # cards; the Netherlands' 300 differ in the person only


def _passes_falsely(forgery: Forgery, good: Card) -> bool:
    """Whether its signature is taken for right (or, for another clock or certificate, all of it), and it is not just
    the signed content in another wrapping: two signatures of one content differ, and so do two ways to pack it."""
    card = forgery.card
    verdict = hcert.check(card.text, certificate=card.certificate, clock=card.clock)
    if not forgery.harmless:
        return verdict.ok
    if not _signed(verdict):
        return False
    forged, original = token.open_message(card.text), token.open_message(good.text)
    return (forged.payload, forged.protected) != (original.payload, original.protected)


def _signed(verdict: hcert.Verdict) -> bool:
    """Whether the signature was reached and found right, whatever else is wrong with the card."""
    return not {"PREFIX", "BASE45", "ZLIB", "COSE", "SIGNATURE"} & set(verdict.errors)


def _run(cards: list[Card]) -> tuple[list[str], Counter[str]]:
    accepted, counted = [], Counter[str]()
    for seed, card in enumerate(cards):
        assert _signed(hcert.check(card.text, certificate=card.certificate, clock=card.clock))
        for forgery in forgeries(card, seed):
            counted[forgery.how.partition(":")[0]] += 1
            if _passes_falsely(forgery, card):
                accepted.append(forgery.how)
    return accepted, counted


@pytest.mark.slow
def test_of_the_developers_cards(shared: Path) -> None:
    """Six rightly signed cards of every certificate, also those that keep no schema."""
    chosen: dict[bytes, list[Card]] = {}
    with (shared / "dcc-testdata/cases.jsonl").open(encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            clock = datetime.fromisoformat(case["TESTCTX"]["VALIDATIONCLOCK"])
            card = Card(case["PREFIX"], der_of(case["TESTCTX"]["CERTIFICATE"]), clock)
            held = chosen.setdefault(card.certificate, [])
            verdict = hcert.check(card.text, certificate=card.certificate, clock=clock)
            if len(held) < PER_ISSUER and _signed(verdict) and verdict.payload is not None:
                held.append(card)
    cards = [card for held in chosen.values() for card in held]
    accepted, counted = _run(cards)
    assert not accepted
    assert len(cards) > 100
    assert counted.total() > 40_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_of_our_own_cards(kind: str) -> None:
    """ES256 and PS256, with and without usages."""
    cards = [
        Card(
            hcert.issue(
                makers.PAYLOAD,
                signer=makers.signer(kind, 0, uses),
                issuer="VN",
                issued_at=makers.ISSUED_AT,
                expires_at=makers.EXPIRES_AT,
                now=makers.CLOCK,
            ),
            makers.certificate(kind, 0, uses),
            makers.CLOCK,
        )
        for uses in (None, (makers.STEM + "2",), (makers.STEM_WITH_ZERO + "2", makers.STEM + "1"))
    ]
    accepted, counted = _run(cards)
    assert not accepted
    assert counted.total() > 1_000


@pytest.mark.parametrize("use", ["1", "3"])
def test_a_signer_of_other_kinds(use: str) -> None:
    """A laboratory's key that may sign tests, or recoveries, does not make a vaccination."""
    uses = (makers.STEM + use,)
    verdict = hcert.check(makers.text(uses=uses), certificate=makers.certificate(uses=uses), clock=makers.CLOCK)
    assert verdict.errors == ("KEYUSAGE",)
    both = {**makers.PAYLOAD, "r": [makers.RECOVERY], "ver": "1.2.1"}
    verdict = hcert.check(
        makers.text(makers.claims(both), uses=(makers.STEM + "2",)),
        certificate=makers.certificate(uses=(makers.STEM + "2",)),
        clock=makers.CLOCK,
    )
    assert verdict.errors == ("KEYUSAGE", "SCHEMA")


def test_by_a_trust_list_only_the_key_under_the_id_counts() -> None:
    """A listed signer cannot sign in the name of another, a signer who is not listed cannot sign at all."""
    trusted: dict[bytes, list[bytes]] = {
        makers.signer(number=number).key_id: [makers.certificate(number=number)] for number in (0, 1)
    }

    def accepted(text: str) -> bool:
        return hcert.check_trusted(text, trusted=lambda key_id: trusted.get(key_id, ()), clock=makers.CLOCK).ok

    in_the_name_of_0: dict[Any, Any] = {1: -7, 4: makers.signer(number=0).key_id}
    assert accepted(makers.text(number=0))
    assert accepted(makers.text(number=1))
    assert not accepted(makers.text(number=1, protected=in_the_name_of_0))
    assert not accepted(makers.text(number=2, protected=in_the_name_of_0))
    assert not accepted(makers.text(number=2))


def test_the_other_signature_of_the_same_content_passes() -> None:
    """(r, n - s) is as good as (r, s) to ECDSA: why revocation goes by identifier, never by the bytes of a card."""
    message = token.open_message(makers.text())
    s = int.from_bytes(message.signature[32:], "big")
    other = rewrapped(message, signature=message.signature[:32] + (P256_ORDER - s).to_bytes(32, "big"))
    verdict = hcert.check(other, certificate=makers.certificate(), clock=makers.CLOCK)
    assert (verdict.ok, verdict.payload) == (True, makers.PAYLOAD)
