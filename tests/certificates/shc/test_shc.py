"""SMART Health Cards: the developers' cases, our own round trip, codes, times, revocation."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from lachan.certificates.codecs import shc
from lachan.cli.certificates.shc import answer, refuse
from tests.certificates.shc.makers import (
    DOSES,
    JWKS,
    JWS,
    KID,
    NOW,
    PERSON,
    SIGNER,
    URL,
    card,
    claims_of,
    judge,
    jwk_of,
    signed,
    signer_of,
)


def test_all_developers_cases(shared: Path) -> None:
    lines = (shared / "shc-testdata" / "cases.jsonl").read_text().splitlines()
    for line in lines:
        case = json.loads(line)
        said = answer({"id": case["id"], **case["req"]})
        assert said["ok"] == case["ok"], case["id"]
        if case["ok"]:
            assert (said["payload"], said["error"], said["notes"]) == (case["payload"], None, [])
        else:
            assert said["error"] in case["errors"], case["id"]
    assert len(lines) == 12


def test_what_is_issued_is_read() -> None:
    jws = card()
    for form in (jws, shc.qr_texts(jws), json.loads(shc.file(jws))["verifiableCredential"][0]):
        verdict = judge(form)
        assert verdict.ok, verdict
        assert verdict.notes == ("NO_LIST",)  # no revocation list was given
        assert (verdict.issuer, verdict.rid, verdict.key_id) == (URL, "7K2MPQ9RXW4HTDCV", KID)
        assert (verdict.issued_at, verdict.expires_at) == (NOW, NOW + timedelta(days=180))
    content = claims_of(jws)["vc"]
    assert content["type"] == [
        f"https://smarthealth.cards#{kind}" for kind in ("health-card", "immunization", "covid19")
    ]
    patient, first, second = (entry["resource"] for entry in content["credentialSubject"]["fhirBundle"]["entry"])
    assert patient["name"] == [{"family": "Nguyễn", "given": ["Thị", "Phương", "Thảo"]}]
    assert (first["occurrenceDateTime"], second["occurrenceDateTime"]) == ("2021-08-10", "2021-11-02")
    assert first["vaccineCode"] == {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "210"}]}


def test_two_doses_fit_one_code() -> None:
    [text] = shc.qr_texts(card())
    assert len(text) < 2 * 900


def test_other_vaccines_are_no_covid_card() -> None:
    kinds = claims_of(card(doses=[{"cvx": "08", "day": "2022-01-01"}]))["vc"]["type"]
    assert kinds == ["https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"]


def many_doses() -> str:
    doses = [
        {"cvx": "208", "lot": f"L{place * 7919:07d}", "day": f"2021-{place % 12 + 1:02d}-{place % 28 + 1:02d}",
         "facility": f"Trạm y tế số {place * 104729 % 9973}"} for place in range(40)
    ]  # fmt: skip
    return card(doses=doses)


def test_a_long_card_is_cut_into_even_codes_and_read_in_any_order() -> None:
    jws = many_doses()
    codes = shc.qr_texts(jws)
    sizes = [len(code) for code in codes]
    assert len(codes) > 1
    assert max(sizes) - min(sizes) <= 2
    assert all(code.startswith(f"shc:/{place}/{len(codes)}/") for place, code in enumerate(codes, start=1))
    assert judge(codes[::-1]).ok
    other = shc.qr_texts(signed(claims_of(jws) | {"nbf": 1}))
    assert len(other) == len(codes)
    broken = {
        "missing": codes[:-1],
        "double": [*codes[:-1], codes[0]],
        "one more": [*codes, codes[0]],
        "mixed": [codes[0], *other[1:]],
        "of another number": [codes[0].replace(f"/{len(codes)}/", f"/{len(codes) + 1}/"), *codes[1:]],
        "beyond": [codes[0].replace("shc:/1/", "shc:/9/"), *codes[1:]],
        "zero": [codes[0].replace("shc:/1/", "shc:/0/"), *codes[1:]],
    }
    for name, codes_given in broken.items():
        assert judge(codes_given).error == ("SIGNATURE" if name == "mixed" else "QR"), name


CODE = shc.qr_texts(card())[0]
BAD_CODES = {
    "none": [],
    "another scheme": [CODE.replace("shc:/", "SHC:/")],
    "space": [" " + CODE],
    "line": [CODE + "\n"],
    "odd": [CODE + "1"],
    "letter": [CODE[:-1] + "a"],
    "beyond z": [CODE[:-2] + "78"],
    "slash": [CODE[:-2] + "02"],
    "other digits": [CODE[:-2] + "٠٠"],
    "too long": ["shc:/" + "56" * 3536],
    "much too long": ["shc:/" + "5" * 1_000_000],
    "too many": [CODE] * 100,
    "empty": [""],
}


@pytest.mark.parametrize("name", BAD_CODES)
def test_codes_that_are_none(name: str) -> None:
    began = time.process_time()
    assert judge(BAD_CODES[name]).error == "QR"
    assert time.process_time() - began < 0.1


def test_one_of_one_is_read() -> None:
    assert judge([CODE.replace("shc:/", "shc:/1/1/")]).ok


SECONDS = int(NOW.timestamp())
RID = "7K2MPQ9RXW4HTDCV"


@pytest.mark.parametrize(
    ("rids", "revoked"),
    [
        ([], False),
        (["other"], False),
        ([RID], True),
        ([RID.lower()], False),
        ([f"{RID}.{SECONDS + 1}"], True),
        ([f"{RID}.{SECONDS}"], False),  # issued at that moment or later: not before it
        ([f"{RID}.{SECONDS - 1}"], False),
        ([f"{RID}.{SECONDS - 1}", f"{RID}.{SECONDS + 0.5}"], True),
        ([f"{RID}.soon"], True),  # meant something: the careful reading
        ([f"{RID}.nan"], True),
        ([None, 7, RID], True),
    ],
)
def test_revocation(rids: list[Any], revoked: bool) -> None:
    for crl in ({KID: {"kid": KID, "method": "rid", "ctr": 3, "rids": rids}}, {KID: rids}):
        verdict = judge(JWS, crl=crl)
        assert verdict.error == ("REVOKED" if revoked else None)
        assert verdict.notes == ()
    assert judge(JWS, crl={"another key": {"rids": rids}}).ok


def test_an_old_list_is_noted() -> None:
    jwks = {"keys": [jwk_of(SIGNER) | {"crlVersion": 4}]}
    verdict = judge(JWS, jwks=jwks, crl={KID: {"kid": KID, "method": "rid", "ctr": 3, "rids": []}})
    assert (verdict.ok, verdict.notes) == (True, ("OLD_LIST",))


def test_times() -> None:
    ends = NOW + timedelta(days=180)
    assert judge(JWS, NOW - timedelta(seconds=1)).errors == ("NOTYET",)
    assert judge(JWS, ends).ok
    assert judge(JWS, ends + timedelta(seconds=1)).errors == ("EXPIRED",)
    assert judge(card(expires_at=None), NOW + timedelta(days=9000)).ok
    assert judge(JWS, NOW.replace(tzinfo=None)).ok


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer_url": URL + "/"},
        {"issuer_url": "http://tiem.example.vn"},
        {"issuer_url": "http://localhost.example.vn"},
        {"rid": "a" * 25},
        {"rid": "a.1"},
        {"rid": ""},
        {"issued_at": NOW.replace(tzinfo=None)},
        {"expires_at": NOW},
        {"doses": []},
        {"doses": DOSES * 40},
        {"doses": [DOSES[0] | {"cvx": "J07BX03"}]},
        {"doses": [DOSES[0] | {"day": "02/11/2021"}]},
        {"person": PERSON | {"name": " "}},
        {"person": PERSON | {"birth": "10/10/1983"}},
        {"signer": signer_of(rsa.generate_private_key(65537, 2048))},
    ],
)
def test_what_is_no_card_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        card(**changes)


def test_a_trial_on_this_machine_may_do_without_https() -> None:
    assert judge(card(issuer_url="http://localhost:8000")).ok


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda b: b.update(type="batch"), "TYPE"),
        (lambda b: b["entry"].append({"fullUrl": "resource:9"}), "ENTRY"),
        (lambda b: b["entry"][1].update(fullUrl="urn:uuid:1"), "URL"),
        (lambda b: b["entry"][1].update(fullUrl="resource:0"), "URL"),
        (lambda b: b["entry"][1]["resource"]["patient"].update(reference="Patient/1"), "URL"),
        (lambda b: b["entry"][1]["resource"]["patient"].update(reference="resource:7"), "URL"),
        (lambda b: b["entry"][0]["resource"].update(id="1"), "ID"),
        (lambda b: b["entry"][0]["resource"].update(meta={"profile": []}), "META"),
        (lambda b: b["entry"][0]["resource"].update(text={"status": "empty"}), "TEXT"),
        (lambda b: b["entry"][1]["resource"]["vaccineCode"].update(text="x"), "TEXT"),
        (lambda b: b["entry"][1]["resource"]["vaccineCode"]["coding"][0].update(display="x"), "DISPLAY"),
        (lambda b: b["entry"].pop(0), "PATIENT"),
    ],
)
def test_faults_of_bundles_are_notes_when_read(change: Callable[[Any], Any], word: str) -> None:
    claims = claims_of(JWS)
    content = claims["vc"]["credentialSubject"]["fhirBundle"]
    assert shc.faults_of(content) == []
    change(content)
    assert word in {fault.split()[0] for fault in shc.faults_of(content)}
    verdict = judge(signed(claims))
    assert verdict.ok
    assert f"BUNDLE_{word}" in verdict.notes


def test_security_labels_may_be_in_meta() -> None:
    content = claims_of(JWS)["vc"]["credentialSubject"]["fhirBundle"]
    content["entry"][0]["resource"]["meta"] = {"security": [{"code": "IAL2"}]}
    assert shc.faults_of(content) == []


def test_signs_beyond_the_first_plane_are_fine() -> None:
    verdict = judge(signed(claims_of(JWS) | {"x": "\U0001f600 \\ud83d"}))
    assert verdict.ok


def test_a_larger_code_than_ours_is_read() -> None:
    """Version 1.3 took chunks away: others print one code of up to 3,535 characters."""
    jws = signed(claims_of(JWS) | {"x": hashlib.shake_256(b"x").hexdigest(900)})
    assert 1195 < len(jws) <= 3535
    code = "shc:/" + "".join(f"{ord(letter) - 45:02d}" for letter in jws)
    assert judge([code]).ok


def test_lines() -> None:
    assert answer({"id": 1})["error"] == "QR"
    assert answer({"id": 1, "qr": [7]})["error"] == "QR"
    assert answer({"id": 1, "jws": JWS, "jwks": JWKS, "validation_clock": "2022-03-02T00:00:00Z"})["ok"]
    assert answer({"id": 1, "qr": CODE, "jws": None, "jwks": JWKS, "validation_clock": "2022-03-02"})["ok"]
    assert answer({"id": 1, "qr": [], "jws": JWS, "jwks": JWKS, "validation_clock": 1646179200})["ok"]
    unsure = answer({"id": 1, "jws": JWS, "jwks": JWKS, "validation_clock": "yesterday"})
    assert (unsure["ok"], unsure["errors"]) == (False, ["EXPIRED"])
    assert unsure["payload"], "what can be said is said"
    assert refuse(1, "why")["error"] == "QR"
