"""The server and the guard's page say the same of every card: the developers' cases, our vectors, and every forgery."""

from __future__ import annotations

import base64
import json
import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lachan.certificates.codecs import hcert
from lachan.certificates.codecs.x509 import der_of
from lachan.web import build
from tests.certificates.hcert import makers
from tests.certificates.hcert.forgeries import Card, forgeries
from tests.certificates.verifier.judge import Answer, Question, browser, server

VECTORS = build.FRONTEND / "offline" / "vectors" / "hcert.json"


def _differences(questions: list[Question]) -> list[tuple[str, Answer, Answer]]:
    wanted = [server(question) for question in questions]
    found = browser(questions)
    return [
        (question.name, ours, theirs)
        for question, ours, theirs in zip(questions, wanted, found, strict=True)
        if ours != theirs
    ]


@pytest.mark.slow
def test_of_every_developers_case(shared: Path) -> None:
    questions = []
    with (shared / "dcc-testdata/cases.jsonl").open(encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            about = case["TESTCTX"]
            clock = datetime.fromisoformat(about["VALIDATIONCLOCK"])
            questions.append(
                Question(
                    case["id"], case["PREFIX"], der_of(about["CERTIFICATE"]),
                    (clock if clock.tzinfo else clock.replace(tzinfo=UTC)).replace(microsecond=0),
                )
            )  # fmt: skip
    assert len(questions) == 402
    assert _differences(questions) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_of_every_forgery_of_our_cards(kind: str) -> None:
    card = hcert.issue(
        makers.PAYLOAD, signer=makers.signer(kind), issuer="VN", issued_at=makers.ISSUED_AT,
        expires_at=makers.EXPIRES_AT, now=makers.CLOCK,
    )  # fmt: skip
    good = Card(card, makers.certificate(kind), makers.CLOCK)
    questions = [
        Question(f"{number} {forgery.how}", forgery.card.text, forgery.card.certificate, forgery.card.clock)
        for number, forgery in enumerate(forgeries(good, seed=31))
    ]
    assert len(questions) > 300
    assert _differences(questions) == []


@pytest.mark.slow
def test_of_cards_read_in_odd_ways() -> None:
    """Other curves and hashes, tags, usages, key ids, dates, missing and doubled claims."""
    texts = {
        "P-384 under ES256": (makers.text(kind="P-384"), makers.certificate("P-384")),
        "untagged": (makers.text(tags=()), makers.certificate()),
        "CWT": (makers.text(tags=(61, 18)), makers.certificate()),
        "CWT only": (makers.text(tags=(61,)), makers.certificate()),
        "no key id": (makers.text(protected={1: -7}), makers.certificate()),
        "usage of tests": (makers.text(uses=(makers.STEM + "1",)), makers.certificate(uses=(makers.STEM + "1",))),
        "no expiry": (makers.text(makers.claims(exp=None)), makers.certificate()),
        "issued tomorrow": (makers.text(makers.claims(iat=4_000_000_000)), makers.certificate()),
        "expiry as a float": (makers.text(makers.claims(exp=1.9e9)), makers.certificate()),
        "expiry as a text": (makers.text(makers.claims(exp="2030")), makers.certificate()),
        "a bare key": (makers.text(), None),
        "dose as a float": (makers.text(makers.claims(_with_dose(1.0))), makers.certificate()),
        "dose as a fraction": (makers.text(makers.claims(_with_dose(1.5))), makers.certificate()),
        "dose beyond 2^53": (makers.text(makers.claims(_with_dose(2**60))), makers.certificate()),
        "dose missing": (makers.text(makers.claims(_with_dose(None))), makers.certificate()),
        "a name of 80 letters beyond 16 bits": (_named("𠮷" * 80), makers.certificate()),
        "a name of 81 letters": (_named("N" * 81), makers.certificate()),
        "older than all": (_version("0.9.0"), makers.certificate()),
        "newer than all": (_version("9.0.0"), makers.certificate()),
        "no version": (_version("one"), makers.certificate()),
    }
    questions = [Question(name, text, signer, makers.CLOCK) for name, (text, signer) in texts.items()]
    assert _differences(questions) == []
    assert any(server(question)[0] for question in questions)


def _with_dose(number: object) -> dict[str, object]:
    return {**makers.PAYLOAD, "v": [{**makers.PAYLOAD["v"][0], "dn": number}]}


def _named(name: str) -> str:
    return makers.text(makers.claims({**makers.PAYLOAD, "nam": {**makers.PAYLOAD["nam"], "fn": name}}))


def _version(version: str) -> str:
    return makers.text(makers.claims({**makers.PAYLOAD, "ver": version}))


def test_our_vectors_say_what_the_server_says() -> None:
    """The browser's own suite (vitest) holds its core to the same file."""
    vectors = json.loads(VECTORS.read_text())
    assert len(vectors["cases"]) > 80
    for case in vectors["cases"]:
        certificate = vectors["certificates"].get(case["certificate"])
        question = Question(
            case["id"], case["qr"], base64.b64decode(certificate) if certificate else None,
            datetime.fromisoformat(case["clock"]),
        )  # fmt: skip
        assert list(server(question)[2]) == case["errors"], case["id"]


def test_the_browser_has_the_schemas_of_the_server() -> None:
    tool = runpy.run_path(str(build.FRONTEND / "tools" / "verifier_facts.py"))
    assert tool["TARGET"].read_text() == tool["written"](), "run frontend/tools/verifier_facts.py"
