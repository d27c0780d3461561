"""Issued, printed, photographed, read, checked: ``lachan certificates read`` on what people would send."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lachan.certificates.codecs import domestic, hcert, qr, shc
from lachan.certificates.paper import Printable, draw, drawing, legible
from lachan.certificates.paper.printable import Form
from lachan.cli.main import main
from tests.certificates.hcert.makers import PAYLOAD
from tests.certificates.shc.makers import DOSES, PERSON, URL, jwk_of, signer_of

SIGNER = signer_of(ec.generate_private_key(ec.SECP256R1()))
ISSUED = datetime(2022, 3, 1, 1, 30, tzinfo=UTC)
UNTIL = ISSUED + timedelta(days=300)
AT = "2022-04-01"


def cards() -> list[Printable]:
    """One of each kind, as issued."""
    name, birth = "Nguyễn Bảo Duy", "1983-10-10"
    wires = {
        "hcert": [hcert.issue(PAYLOAD, signer=SIGNER, issuer="VN", issued_at=ISSUED, expires_at=UNTIL)],
        "shc": shc.qr_texts(shc.issue(person=PERSON, doses=DOSES, signer=SIGNER, issuer_url=URL, issued_at=ISSUED,
                                      expires_at=UNTIL, rid="7K2MPQ9RXW4HTDCV")),
        "domestic": [domestic.issue(name=name, birth=birth, identifier="D1", valid_from=ISSUED, valid_until=UNTIL,
                                    signer=SIGNER)],
    }  # fmt: skip
    return [card._replace(codes=wires[card.kind], name=name, birth=birth) for card in legible.specimens()[1:]]


@pytest.fixture
def keys(tmp_path: Path) -> list[str]:
    (tmp_path / "signer.der").write_bytes(SIGNER.certificate)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [jwk_of(SIGNER)]}))
    return ["--cert", str(tmp_path / "signer.der"), "--jwks", str(tmp_path / "jwks.json"), "--at", AT]


def read(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, Any]]]:
    """Exit code, and what was found in the first file."""
    code = main(["certificates", "read", "--json", *map(str, arguments)])
    return code, json.loads(capsys.readouterr().out)["files"][0]["codes"]


@pytest.mark.slow
@pytest.mark.parametrize("form", drawing.FORMS)
def test_from_paper_back_to_the_verdict(
    form: Form, tmp_path: Path, keys: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    printed = draw(cards(), form=form)
    (tmp_path / "day.pdf").write_bytes(printed)
    code, found = read(capsys, tmp_path / "day.pdf", *keys)
    assert code == 0
    assert sorted((entry["kind"], entry["verdict"]) for entry in found) == [
        ("domestic", "good"), ("hcert", "good"), ("shc", "good")
    ]  # fmt: skip
    assert {entry["holder"] for entry in found if entry["kind"] != "shc"} == {"Nguyễn Bảo Duy, 1983-10-10"}
    photographed = io.BytesIO()
    legible.STRESSES["photo"].harm(next(legible.pages_of(printed)), 4).save(photographed, "JPEG", quality=60)
    (tmp_path / "photo.jpg").write_bytes(photographed.getvalue())
    code, seen = read(capsys, tmp_path / "photo.jpg", *keys)
    assert code == 0
    assert {entry["texts"][0] for entry in seen} <= {entry["texts"][0] for entry in found}


def test_what_is_wrong_is_named_and_ends_with_one(
    tmp_path: Path, keys: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    good = cards()[0].codes[0]
    stranger = signer_of(ec.generate_private_key(ec.SECP256R1()))
    forged = hcert.issue(PAYLOAD, signer=stranger, issuer="VN", issued_at=ISSUED, expires_at=UNTIL)
    (tmp_path / "forged.png").write_bytes(qr.png(forged, scale=3))
    code, found = read(capsys, tmp_path / "forged.png", *keys)
    assert (code, found[0]["verdict"], found[0]["errors"]) == (1, "refused", ["SIGNATURE"])
    (tmp_path / "good.png").write_bytes(qr.png(good, scale=3))
    code, found = read(capsys, tmp_path / "good.png", *keys[:4], "--at", "2030-01-01")
    assert (code, found[0]["errors"]) == (1, ["EXPIRED"])
    assert main(["certificates", "read", str(tmp_path / "forged.png"), *keys]) == 1
    assert "REFUSED – Nguyễn Bảo Duy, 1983-10-10" in capsys.readouterr().out


def test_without_keys_nothing_is_called_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "jwks.json").write_text('{"keys": []}')
    (tmp_path / "good.png").write_bytes(qr.png(cards()[0].codes[0], scale=3))
    code, found = read(capsys, tmp_path / "good.png", "--jwks", tmp_path / "jwks.json", "--at", AT)
    assert (code, found[0]["verdict"], found[0]["errors"]) == (1, "not checked", [])


def test_other_codes_and_none(tmp_path: Path, keys: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.png").write_bytes(qr.png("https://example.vn/", scale=4))
    code, found = read(capsys, tmp_path / "other.png", *keys)
    assert (code, [entry["kind"] for entry in found]) == (1, ["other"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing.png"], "No such file"),
        (["text.png"], "neither PNG"),
        (["good.png", "--cert", "text.png"], "no certificate"),
        (["good.png", "--jwks", "text.png"], "no JWKS"),
        (["good.png", "--at", "yesterday"], "ISO 8601"),
    ],
)
def test_wrong_input_gets_one_line(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("text.png").write_text("not a picture")
    Path("good.png").write_bytes(qr.png("HC1:A"))
    assert main(["certificates", "read", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1
