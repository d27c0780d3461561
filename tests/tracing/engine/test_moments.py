"""The quick way of reading a time never says anything but what the careful way says."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.tracing.engine import cells, moments

PART = st.sampled_from(["00", "01", "02", "04", "12", "13", "23", "24", "28", "29", "30", "31", "32", "59", "60", "6"])
YEAR = st.sampled_from(["0000", "0001", "1600", "1900", "1969", "1970", "2000", "2023", "2024", "2100", "9999", "123"])
ZONE = st.sampled_from(
    ["", "Z", "z", "+07:00", "-03:30", "+23:59", "+24:00", "+07:60", "+0700", ".5", ".999Z", " ", "Z "]
)
WRITTEN = st.builds(
    "{}-{}-{}{}{}:{}:{}{}".format, YEAR, PART, PART, st.sampled_from(["T", " ", "t"]), PART, PART, PART, ZONE
)
DIGITS = st.from_regex(r"\A[+-]?[0-9]{1,13}(\.[0-9]?)?\Z")
RANDOM = st.text(st.sampled_from("0123456789-:TZ +.é٣"), max_size=26)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(WRITTEN | DIGITS | RANDOM, max_size=40), st.integers(0, 3))
def test_what_is_read_quickly_is_read_carefully_the_same(written: list[str], cut: int) -> None:
    words = pa.array(written, pa.string())[cut:]
    quick, read = moments.read(words)
    slow, known = cells.careful(words)
    for word, ours, fine, theirs, right in zip(words.to_pylist(), quick, read, slow, known, strict=True):
        if fine and cells.EARLIEST <= ours <= cells.LATEST:
            assert right, word
            assert ours == theirs, word


@pytest.mark.parametrize("end", ["", "Z", "+00:00"])
@pytest.mark.parametrize("year", [1, 4, 100, 1600, 1900, 1968, 1970, 2000, 2024, 9999])
def test_every_day_of_a_year(year: int, end: str) -> None:
    days = [datetime(year, month, day, 23, 59, 58, tzinfo=UTC) for month in range(1, 13) for day in (1, 28)]
    words = pa.array([f"{day:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + end for day in days])
    seconds, read = moments.read(words)
    assert read.all()
    assert seconds.tolist() == [int(day.timestamp()) for day in days]


@pytest.mark.parametrize("few", [0, 100])
def test_forms_of_one_column_may_differ(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(cells, "FEW", few)
    words = [
        "2020-09-14T10:00:00Z",
        "1600077600",
        " 1600077600.9 ",
        "",
        "  ",
        "2020-09-31T00:00:00Z",
        "20200914T100000Z",
    ]
    seconds, right, empty = cells.times(pa.array(words))
    assert right.tolist() == [True, True, True, False, False, False, True]
    assert empty.tolist() == [False, False, False, True, True, False, False]
    assert set(seconds[right].tolist()) == {1_600_077_600}
