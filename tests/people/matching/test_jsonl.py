import io
import json
import subprocess
import sys
from typing import Any

import pytest

from lachan.people.matching.jsonl import run

GOOD = {"id": "1", "a": {"full_name": "Lê Lợi", "dob": "1988"}, "b": {"full_name": "Le Loi", "dob": "1988-02-03"}}


def _answers(*lines: bytes) -> list[dict[str, Any]]:
    out = io.BytesIO()
    run(io.BytesIO(b"\n".join(lines)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_answer_a_line_in_order() -> None:
    first, second = _answers(json.dumps(GOOD).encode(), b"", json.dumps({**GOOD, "id": 2}).encode())
    assert (first["id"], second["id"]) == ("1", 2)
    assert first["decision"] == "possible"
    assert set(first) == {"id", "decision", "score"}


@pytest.mark.parametrize(
    ("line", "identity"),
    [
        (b"not json", None),
        (b"[1, 2]", None),
        (b"{}", None),
        (b'{"id": "7", "a": {"full_name": "L\xc3\xaa"}}', "7"),
        (b'{"id": "7", "a": [], "b": {}}', "7"),
        (b'{"id": "7", "a": {"full_name": [4]}, "b": {"full_name": "A"}}', "7"),
        (b'{"id": "7", "a": {"full_name": "A"}, "b": {"full_name": " "}}', "7"),
        (b'{"id": "7", "a": {"full_name": "\xff"}, "b": {}}', None),
        (b'{"id": "7", "a": ' + b"[" * 5000 + b"]" * 5000 + b"}", None),
        (b'{"id": "7", "a": "' + b"x" * 1_100_000 + b'"}', None),
    ],
)
def test_an_unusable_line_is_answered_and_the_next_one_too(line: bytes, identity: str | None) -> None:
    bad, good = _answers(line, json.dumps(GOOD).encode())
    assert (bad["id"], bad["decision"], bad["score"]) == (identity, "no", 0.0)
    assert bad["error"]
    assert good["decision"] == "possible"


@pytest.mark.slow
def test_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lachan.people.matching"],
        input=json.dumps(GOOD).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["id"] == "1"
