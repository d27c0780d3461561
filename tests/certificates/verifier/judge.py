"""The browser's core at the end of a pipe, run by the Node of the environment."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lachan.certificates.codecs import hcert
from lachan.web import build

CORE = build.FRONTEND / "offline" / "verifier"


class Question(NamedTuple):
    """A code, who is said to have signed it (DER), and the instant to judge by."""

    name: str
    text: str
    certificate: bytes | None
    clock: datetime


Answer = tuple[bool, str | None, tuple[str, ...], Any]


def server(question: Question) -> Answer:
    verdict = hcert.check(question.text, certificate=question.certificate, clock=question.clock)
    return verdict.ok, verdict.error, verdict.errors, _as_json(verdict.payload)


def browser(questions: Sequence[Question]) -> list[Answer]:
    lines = [
        {
            "id": question.name,
            "qr": question.text,
            "certificate": None if question.certificate is None else base64.b64encode(question.certificate).decode(),
            "clock": moment(question.clock),
        }
        for question in questions
    ]
    return [(each["ok"], each["error"], tuple(each["errors"]), _as_json(each["payload"])) for each in asked(lines)]


def asked(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the core answers, line by line; ``frontend/offline/verifier/tests/judge.ts`` says what it takes."""
    done = subprocess.run(
        [str(build.node()), str(CORE / "tests" / "judge.ts")], input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [line["id"] for line in lines]
    return answers


def moment(clock: datetime) -> str:
    return clock.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_json(payload: Any) -> Any:
    """Equal where JSON says the same: 1 and 1.0, and integers as far as JavaScript keeps them."""
    return None if payload is None else json.loads(json.dumps(payload), parse_int=float)
