"""``lachan trace store`` as an operator uses it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from lachan.cli.trace import app
from tests.tracing.answers.test_healing import flip, segment
from tests.tracing.answers.writing import world, write

pytestmark = pytest.mark.slow


def run(*words: str, code: int = 0) -> Any:
    told = CliRunner().invoke(app, ["store", *words, "--json"])
    assert told.exit_code == code, told.output
    return json.loads(told.stdout.strip().splitlines()[-1])


def test_from_nothing_to_whole_to_damaged_to_whole(own_store: Any) -> None:
    visits = world(31)
    write(visits)
    assert len(run("status")["not_answered_from_segments"]) == 3
    assert run("seal")["sealed"] == 3
    facts = run("status")
    assert (facts["visits"], facts["days"], facts["waiting"]) == (len(visits), 3, 0)
    assert run("verify", "--truth") == {"whole": True, "days": 3, "wrong": []}
    flip(segment(own_store))
    assert run("verify", code=1)["wrong"]
    assert run("rebuild", "2026-11-20")["visits"] < len(visits)
    assert run("verify", "--truth")["whole"]
    assert run("rebuild") == {"visits": len(visits)}
    assert CliRunner().invoke(app, ["store", "rebuild", "yesterday"]).exit_code == 2


def test_truth_is_asked_when_segments_only_seem_whole(own_store: Any) -> None:
    write(world(32))
    run("seal")
    write([(4, 7, 60, 120)], handed_on=False)
    assert run("verify")["whole"]
    assert run("verify", "--truth", code=1)["wrong"] == ["2026-11-20: 1 visits differ from PostgreSQL"]
