"""The job that follows the facts, where commits are real."""

from __future__ import annotations

import time

import pytest
from typer.testing import CliRunner

from lachan.analytics.debt import checks, projection
from lachan.cli.db import app
from lachan.kernel import journal

from .conftest import TODAY, Campaign
from .test_debt import facility, kept, session, tally, wrong

pytestmark = pytest.mark.slow


def run_to_the_end() -> projection.Progress:
    """Runs until everything is read. Transactions are numbered for the whole server: one of another worker's test holds
    readers back until it ends."""
    until = time.monotonic() + 60
    facts = changed = 0
    while True:
        done = projection.run()
        facts, changed = facts + done.facts, changed + done.changed
        if journal.unread_since(projection.READER) is None or time.monotonic() > until:
            return done._replace(facts=facts, changed=changed)
        time.sleep(0.01)


def test_facts_are_read_where_commits_are_real(committed: None) -> None:
    """The job itself: reads the journal behind its cursor, says how far it has come, and does nothing twice."""
    campaign = Campaign()
    campaign.stock()
    key = session(campaign)
    tally(campaign, key, 2)
    first = run_to_the_end()
    assert first.facts > 0
    assert kept()[facility(campaign), TODAY].missing == 2
    campaign.dose(campaign.person(), TODAY, session_id=str(key), facility="")
    second = run_to_the_end()
    assert kept()[facility(campaign), TODAY].missing == 1
    assert second.as_of >= first.as_of
    assert projection.as_of() == second.as_of
    third = run_to_the_end()
    assert (third.facts, third.changed) == (0, 0)
    assert wrong() == []
    assert checks.findings()[0].detail == "1 rows"
    campaign.dose(campaign.person(), TODAY)
    read = "equal  debt against a recount: 1 rows\n"
    until = time.monotonic() + 60
    while read not in (output := CliRunner().invoke(app, ["check"]).output) and time.monotonic() < until:
        time.sleep(0.1)
    assert read in output, "what was unread is read first"
