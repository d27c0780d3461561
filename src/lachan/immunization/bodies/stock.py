"""The stock book."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Long, Short


class StockIn(Body):
    """``stock.move``: doses received, counted, wasted or returned. ``quantity`` is in doses; ``adjust`` may be
    negative."""

    facility: Short
    product: Short
    lot: Annotated[str, Meta(min_length=1, max_length=60)]
    kind: Literal["receive", "adjust", "waste", "return"]
    quantity: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
    expires_on: date | None = None
    document: Short = ""
    reason: Long = ""
