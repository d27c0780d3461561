"""The developers' 402 cases of the EU DCC: every flag of every case against our verdict, through the command's door."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lachan.certificates.codecs import hcert
from lachan.cli.certificates import verify

LAYERS = ("PREFIX", "BASE45", "ZLIB", "COSE", "CBOR")
# flag: the words none of which may be among the errors when it is true, and one of which must be when it is false
WORDS = {
    "EXPECTEDUNPREFIX": LAYERS[:1],
    "EXPECTEDB45DECODE": LAYERS[:2],
    "EXPECTEDCOMPRESSION": LAYERS[:3],
    "EXPECTEDDECODE": LAYERS,
    "EXPECTEDVALIDJSON": LAYERS,
    "EXPECTEDVERIFY": (*LAYERS[:4], "SIGNATURE"),
    "EXPECTEDEXPIRATIONCHECK": ("EXPIRED",),
    "EXPECTEDKEYUSAGE": ("KEYUSAGE",),
    "EXPECTEDSCHEMAVALIDATION": ("SCHEMA",),
}
# said by other parties than the one tested here, or twice, or the misspelt name of a flag nobody evaluates
IGNORED = {"EXPECTEDVALIDOBJECT", "EXPECTEDENCODE", "EXPECTEDRESULTS", "EXPTECTEDEXPIRED", "EXPECTEDPICTUREDECODE"}
# wrong upstream, as the README of the test data says: null groups break every schema; an ICAO usage does not forbid
WRONG = {
    ("BG/1", "EXPECTEDSCHEMAVALIDATION"),
    ("BG/2", "EXPECTEDSCHEMAVALIDATION"),
    ("IS/3", "EXPECTEDKEYUSAGE"),
}


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[dict[str, Any]]:
    """All of them."""
    with (shared / "dcc-testdata/cases.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _asked(case: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {
        "id": case["id"],
        "qr": case["PREFIX"],
        "certificate_pem_or_b64": case["TESTCTX"]["CERTIFICATE"],
        "validation_clock": case["TESTCTX"]["VALIDATIONCLOCK"],
        **other,
    }


def _wrong_upstream(case: dict[str, Any], flag: str) -> bool:
    return (case["id"], flag) in WRONG or (case["country"] == "NL" and flag == "EXPECTEDSCHEMAVALIDATION")


@pytest.mark.slow
def test_every_flag_of_every_case(cases: list[dict[str, Any]]) -> None:
    """A flag that is true must succeed, false must fail, absent is not tested."""
    assert len(cases) == 402
    wrong, evaluated = [], 0
    for case in cases:
        said = verify.answer(_asked(case))
        assert said["ok"] == (not said["errors"])
        assert said["error"] == (said["errors"][0] if said["errors"] else None)
        for flag, wanted in case["EXPECTEDRESULTS"].items():
            if flag in IGNORED or _wrong_upstream(case, flag):
                continue
            evaluated += 1
            if wanted != (not set(WORDS[flag]) & set(said["errors"])):
                wrong.append((case["id"], flag, wanted, said["errors"]))
            if wanted and flag in ("EXPECTEDDECODE", "EXPECTEDVALIDJSON") and not _same(said["payload"], case["JSON"]):
                wrong.append((case["id"], flag, "another content"))
    assert not wrong
    assert evaluated > 2_400


@pytest.mark.slow
def test_masked_flags_are_as_few_as_said(cases: list[dict[str, Any]]) -> None:
    """What the README calls wrong upstream is exactly where we differ: the mask hides nothing else."""
    differing = {
        (case["id"], flag)
        for case in cases
        for flag, wanted in case["EXPECTEDRESULTS"].items()
        if flag in WORDS and wanted != (not set(WORDS[flag]) & set(verify.answer(_asked(case))["errors"]))
    }
    assert {entry for entry in differing if not entry[0].startswith("NL/")} == WRONG


@pytest.mark.slow
def test_a_trust_list_says_what_the_certificate_says(cases: list[dict[str, Any]]) -> None:
    """By a trust list (the certificate under its key id) the verdict is the one with the certificate in hand."""
    from lachan.certificates.codecs.signing import key_id_of
    from lachan.certificates.codecs.x509 import der_of

    trusted: dict[bytes, list[bytes]] = {}
    for case in cases:
        der = der_of(case["TESTCTX"]["CERTIFICATE"])
        trusted.setdefault(key_id_of(der), []).append(der)
    for case in cases:
        clock = datetime.fromisoformat(case["TESTCTX"]["VALIDATIONCLOCK"])
        der = der_of(case["TESTCTX"]["CERTIFICATE"])
        alone = hcert.check(case["PREFIX"], certificate=der, clock=clock)
        listed = hcert.check_trusted(case["PREFIX"], trusted=lambda key_id: trusted.get(key_id, ()), clock=clock)
        if alone.key_id == key_id_of(der):
            assert listed[:3] == alone[:3], case["id"]
        else:
            assert not listed.ok


@pytest.mark.slow
def test_pictures_are_read(cases: list[dict[str, Any]]) -> None:
    """A picture in place of the text gives the same verdict; the one that cannot be read gives none."""
    seen = 0
    for case in cases:
        if not case.get("2DCODE") or "EXPECTEDPICTUREDECODE" not in case["EXPECTEDRESULTS"]:
            continue
        said = verify.answer(_asked(case, qr=None, qr_png_b64=case["2DCODE"]))
        seen += 1
        if case["EXPECTEDRESULTS"]["EXPECTEDPICTUREDECODE"]:
            assert said["qr"] == case["PREFIX"], case["id"]
            expected = verify.answer(_asked(case))
            assert said == {**expected, "qr": case["PREFIX"]}, case["id"]
        else:
            assert (said["qr"], said["ok"], said["payload"]) == (None, False, None), case["id"]
    assert seen > 40


def test_the_vietnamese_sample(shared: Path) -> None:
    """Viet Nam's real card, RSA PS256: its content is read; nobody published the certificate, so nobody vouches."""
    sample = json.loads((shared / "dcc-testdata/vietnam-sample.json").read_text(encoding="utf-8"))
    clock = datetime(2023, 1, 1, tzinfo=UTC)
    verdict = hcert.decode(sample["PREFIX"], clock=clock)
    assert verdict.payload == sample["JSON"]
    assert (verdict.algorithm, verdict.issuer, verdict.errors) == ("PS256", "VN", ("SIGNATURE",))
    assert (str(verdict.issued_at)[:10], str(verdict.expires_at)[:10]) == ("2022-04-14", "2025-01-30")


def _same(ours: Any, theirs: Any) -> bool:
    """Equal as JSON, where a null member is a missing one and instants are compared as instants."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        names = {name for side in (ours, theirs) for name, value in side.items() if value is not None}
        return all(_same(ours.get(name), theirs.get(name)) for name in names)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    if ours != theirs and isinstance(ours, str) and isinstance(theirs, str):
        return _instant(ours) is not None and _instant(ours) == _instant(theirs)
    return type(ours) is type(theirs) and bool(ours == theirs)


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
