"""How the rows of this room follow a person."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import rows_of

MOVERS: Final = (rows_of("access", "access_look"), rows_of("access", "access_knownname"))
