"""How the rows of this room follow a person."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import rows_of
from lachan.surveillance.laboratory.movers import MOVERS as OF_LABORATORY

MOVERS: Final = (
    *OF_LABORATORY,
    rows_of("surveillance", "surveillance_declaration"),
)
