"""The measured merge does what it measures."""

from __future__ import annotations

import pytest

from lachan.bench.identity_merge import merge_ms

pytestmark = pytest.mark.slow


def test_two_pairs_become_one_each_and_come_apart(db: None, reference: None) -> None:
    found = merge_ms(pairs=2, doses=3)
    assert found["joined"]
    assert found["restored"]
    assert 0 < found["merge_p50_ms"] <= found["merge_p95_ms"]
