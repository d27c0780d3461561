"""Tracing measured against the outbreak's truth: figures that can be right."""

from __future__ import annotations

import pytest

from lachan.bench import tracing_truth

pytestmark = pytest.mark.slow


def test_more_evidence_finds_more_and_a_wider_rule_costs_more_calls():
    world = tracing_truth.laid_out(tracing_truth.PLAN)
    assert len(world.pairs) > 100
    of = {evidence: tracing_truth.traced(world, "vn-11042-2021-12-29", evidence) for evidence in tracing_truth.EVIDENCE}
    print(of)
    assert of["all"]["recall"] > of["visits_encounters"]["recall"] > of["visits"]["recall"] > 0.2
    assert of["all"]["recall"] > 0.75
    assert of["encounters"]["precision"] > of["visits"]["precision"]
    for found in of.values():
        assert found["recall_50"] <= found["recall"]
        assert found["precision_50"] >= found["precision"]
        assert found["calls_per_found_50"] > 1
    wide = tracing_truth.traced(world, "vn-3468-2020-08-07", "all")
    assert wide["recall"] >= of["all"]["recall"]
    assert wide["lines_per_case"] > of["all"]["lines_per_case"]
