"""Names in numbers: short ones, long ones and both beside each other come out the same, in the same order."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.tracing.engine.names import numbered
from lachan.tracing.engine.words import packed, unpacked

SHORT = st.sampled_from(["", "a", "a ", "aa", "12345678", "chợ", "Ý", "\x7f", "b", "0", "00"])
LONG = st.sampled_from(["123456789", "một tên dài", "a\0", "\0"])


@given(st.lists(st.lists(SHORT | LONG, max_size=6), min_size=1, max_size=4), st.integers(0, 3))
def test_numbers_are_places_in_the_order_of_names(portions: list[list[str]], skipped: int) -> None:
    cut = [pa.array(["long before it", *names], pa.string()).slice(1) for names in portions]
    people, numbers = numbered([[packed(names) for names in cut[:skipped]], [packed(names) for names in cut[skipped:]]])
    flat = [[name for names in part for name in names] for part in (portions[:skipped], portions[skipped:])]
    assert people == sorted({name for part in flat for name in part})
    assert [[people[number] for number in column.tolist()] for column in numbers] == flat


@pytest.mark.parametrize("names", [[], [""], ["abcdefgh", "Ý"], ["abcdefghi"], ["a\0"]])
def test_what_is_packed_is_unpacked(names: list[str]) -> None:
    assert unpacked(packed(pa.array(names, pa.string()))).to_pylist() == names
