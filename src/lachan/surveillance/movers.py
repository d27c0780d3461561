"""How the rows of this room follow a person."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import rows_of
from lachan.surveillance.cases.movers import MOVERS as OF_CASES
from lachan.surveillance.laboratory.movers import MOVERS as OF_LABORATORY

MOVERS: Final = (
    *OF_LABORATORY,
    *OF_CASES,
    rows_of("surveillance", "surveillance_order"),
    rows_of("surveillance", "surveillance_declaration"),
)
