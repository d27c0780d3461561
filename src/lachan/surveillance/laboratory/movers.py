"""How orders, samples and results follow a person; at an un-merge a later result goes back with its sample."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import Mover, rows_of

MOVERS: Final[tuple[Mover, ...]] = (
    rows_of("surveillance", "surveillance_sample"),
    rows_of("surveillance", "surveillance_laborder", hangs_on=("sample_id",)),
    rows_of("surveillance", "surveillance_result", hangs_on=("sample_id",)),
    rows_of("surveillance", "surveillance_resultcorrection", hangs_on=("result_id",)),
    rows_of("surveillance", "surveillance_tube", key="code", hangs_on=("sample_id",)),
    rows_of("surveillance", "surveillance_poolmember", key="sample_id", hangs_on=("sample_id",)),
)
