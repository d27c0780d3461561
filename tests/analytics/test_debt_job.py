"""The job that follows the facts, where commits are real."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from lachan.analytics.debt import checks, projection
from lachan.cli.db import app

from .conftest import TODAY, Campaign
from .test_debt import facility, kept, session, tally, wrong

pytestmark = pytest.mark.slow


def test_facts_are_read_where_commits_are_real(committed: None) -> None:
    """The job itself: reads the journal behind its cursor, says how far it has come, and does nothing twice."""
    campaign = Campaign()
    campaign.stock()
    key = session(campaign)
    tally(campaign, key, 2)
    first = projection.run()
    assert first.facts > 0
    assert kept()[facility(campaign), TODAY].missing == 2
    campaign.dose(campaign.person(), TODAY, session_id=str(key), facility="")
    second = projection.run()
    assert kept()[facility(campaign), TODAY].missing == 1
    assert second.as_of >= first.as_of
    assert projection.as_of() == second.as_of
    third = projection.run()
    assert (third.facts, third.changed) == (0, 0)
    assert wrong() == []
    assert checks.findings()[0].detail == "1 rows"
    campaign.dose(campaign.person(), TODAY)
    answer = CliRunner().invoke(app, ["check"])
    assert "equal  debt against a recount: 1 rows" in answer.output, "what was unread is read first"
