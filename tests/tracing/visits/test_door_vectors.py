"""The device at the door and the server say the same of one scan: vectors that both test suites run."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lachan.tracing.visits.facts import Stay
from lachan.tracing.visits.intake import whose
from lachan.tracing.visits.limits import limits_on
from lachan.tracing.visits.rules import Scan, judge, metres, too_fast

VECTORS = json.loads((Path(__file__).parents[3] / "frontend/offline/vectors/door.json").read_text(encoding="utf-8"))
LIMITS = limits_on(date(2021, 10, 1))


def test_the_vectors_are_made_for_the_rule_in_force() -> None:
    rule = VECTORS["rule"]
    assert (rule["longest"], rule["bounce"]) == (LIMITS.longest_stay, LIMITS.bounce_seconds)


def stay_of(given: dict[str, Any]) -> Stay:
    return Stay(1, given["t_in"], given["t_out"], given["seen"], given["provisional"], 1)


@pytest.mark.parametrize("case", VECTORS["scans"], ids=lambda case: case["name"])
def test_a_scan(case: dict[str, Any]) -> None:
    before = [stay_of(case["before"])] if case["before"] else []
    verdict = judge(before, Scan(1, case["at"], case["what"], VECTORS["rule"]["stay"], 1), LIMITS)
    assert verdict.reason is None
    assert list(verdict.stays) == ([stay_of(case["after"])] if case["after"] else [])


@pytest.mark.parametrize("case", VECTORS["names"], ids=lambda case: case["text"])
def test_whose_it_is(case: dict[str, Any]) -> None:
    read = whose(case["text"], 0, {})
    assert isinstance(read, str) == (case["name"] is None)
    if case["name"] is not None:
        assert read == whose(case["name"], 0, {})


def test_distance_and_speed() -> None:
    hcm, hanoi, near = (10.772, 106.698), (21.028, 105.854), (10.790, 106.700)
    assert 1_130_000 < metres(hcm, hanoi) < 1_150_000
    assert too_fast(metres(hcm, hanoi), 3_600, LIMITS.travel)
    assert not too_fast(metres(hcm, hanoi), 3 * 3_600, LIMITS.travel)
    assert not too_fast(metres(hcm, near), 0, LIMITS.travel), "coordinates are rough"
    assert too_fast(50_000, 600, LIMITS.travel)
