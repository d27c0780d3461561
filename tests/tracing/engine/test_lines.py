"""Blocks of lines: any cut of a file gives the same cells, the same refusals and the same line numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.tracing.engine import lines
from lachan.tracing.engine.files import portions
from lachan.tracing.engine.names import in_order

LINE = st.sampled_from(["a,b", "a,b,c", "a", "", '"a', '"a,b",c', '"a""",b', ",", "chợ,b", "a,b\r"])


def _all(path: Path) -> tuple[list[tuple[int, bytes, bytes]], list[tuple[int, str]]]:
    rows, bad = [], []
    for columns, line_of, refused in portions(path, ["x"], ["y"]):
        cells = zip(columns["x"].to_pylist(), columns["y"].to_pylist(), strict=True)
        rows += [(line_of(i), x, y) for i, (x, y) in enumerate(cells)]
        bad += [(row.line, row.reason) for row in refused]
    return rows, sorted(bad)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, max_size=20), st.sampled_from(["", "\n"]), st.integers(1, 30))
def test_any_cut_of_a_file_reads_the_same(tmp_path: Path, written: list[str], end: str, size: int) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(("\n".join(["x,y", *written]) + end).encode())
    whole = _all(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "READ", size)
        assert _all(path) == whole
    sound = {2 + i for i, line in enumerate(written) if line.count('"') % 2 == 0 and line.count(",") != 0}
    refused = {line for line, _ in whole[1]}
    assert {line for line, x, y in whole[0] if x or y} <= sound
    assert {2 + i for i, line in enumerate(written) if line in ("a,b,c", "a", '"a')} == refused


def test_what_is_worked_on_side_by_side_stays_in_order() -> None:
    assert list(in_order(lambda number: number * number, range(50))) == [number * number for number in range(50)]
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda number: 1 // number, [1, 0, 2]))
