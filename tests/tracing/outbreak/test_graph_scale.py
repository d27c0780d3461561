"""The graph with 5,000 cases and 20,000 contacts."""

from __future__ import annotations

import pytest

from lachan.bench import tracing_graph


@pytest.mark.slow
def test_five_thousand_cases_are_drawn_within_two_seconds(db: None, reference: None) -> None:
    told = tracing_graph.measure()
    assert told["graph_cases"] == tracing_graph.CASES
    assert told["graph_contacts"] == tracing_graph.CONTACTS
    assert told["graph_s"] < 2.0
    assert told["unfold_s"] < 0.5
    assert told["graph_bytes"] < 200_000
