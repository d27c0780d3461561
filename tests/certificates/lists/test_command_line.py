"""``lachan certificates revocations``: what an officer types, and what a machine reads."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from django.utils import timezone
from typer.testing import CliRunner

from lachan.certificates import keys
from lachan.certificates.lists import hash_of
from lachan.cli.certificates import revocations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_ring")]
UVCI = "URN:UVCI:01:VN:5862DA00EB83#7"


def _run(*words: str) -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    revocations.add(app)
    return CliRunner().invoke(app, ["revocations", *words])


def test_from_nothing_to_a_batch_for_the_gateway(tmp_path: Path) -> None:
    none = _run("status")
    assert none.exit_code == 1
    assert "Nothing is public yet" in none.stdout
    assert "lachan certificates keys create list" in _run("publish").stderr, "without a key it says how to make one"

    keys.ensure(timezone.now() - timedelta(days=1))
    assert _run("check", UVCI).exit_code == 0
    assert "public with the next version" in _run("revoke", UVCI, "--reason", "fraud").stdout
    assert "revoked before" in _run("revoke", UVCI, "--reason", "fraud").stdout
    assert "not public yet" in _run("check", UVCI).stdout
    assert json.loads(_run("publish", "--json").stdout) == {"version": 1}
    assert "nothing new" in _run("publish").stdout

    checked = _run("check", UVCI, "--json")
    assert checked.exit_code == 1
    found = json.loads(checked.stdout)
    assert (found["revoked"], found["reason"], found["version"]) == (True, "fraud", 1)
    assert found["hash"] == hash_of(UVCI).hex()

    status = _run("status", "--json")
    assert status.exit_code == 0
    assert json.loads(status.stdout)["revoked"] == [{"kind": "hcert", "reason": "fraud", "published": True, "count": 1}]
    assert "Version 1 of" in _run("status").stdout

    assert json.loads(_run("export", str(tmp_path / "out"), "--json").stdout)["entries"] == 1
    [file] = (tmp_path / "out").iterdir()
    batch = json.loads(file.read_text(encoding="utf-8"))
    assert (batch["hashType"], batch["kid"], len(batch["entries"])) == ("UCI", "UNKNOWN_KID", 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("revoke", UVCI, "--reason", "because"), "the reason is one of"),
        (("revoke", UVCI, "--reason", "fraud", "--kind", "paper"), "--kind is one of"),
        (("revoke", "rid", "--reason", "fraud", "--kind", "shc"), "give --key"),
        (("revoke", "x" * 300, "--reason", "fraud"), "no identifier"),
        (("revoke", UVCI, "--reason", "fraud", "--until", "2020-01-01"), "refuses it by the clock"),
        (("revoke", UVCI, "--reason", "fraud", "--until", "soon"), "isoformat"),
        (("revoke", UVCI, "--reason", "fraud", "--key", "xyz"), "hexadecimal"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: tuple[str, ...], said: str) -> None:
    answer = _run(*words)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1
