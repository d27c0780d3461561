"""The replay into the database: each step day a run of its own, sealed; made once."""

from __future__ import annotations

import json

import pytest

from lachan.cli.main import main
from lachan.forecasting.facts import REPLAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = ["replay", "vietnam-2021", "--from", "2021-06-27", "--to", "2021-06-27", "--json"]


def test_step_days_become_sealed_runs_once(reference: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(WORDS) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["source"] == REPLAY
    assert [one["as_of"] for one in told["runs"]] == ["2021-06-27"]
    assert all(one["seal"] and one["status"] == "published" for one in told["runs"])
    assert main(WORDS) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == told
