"""Every reason an outcome of this room can carry, as a sentence: each topic adds its table here."""

from __future__ import annotations

from typing import Any, Final

from lachan.surveillance.cases import sentences as cases
from lachan.surveillance.declarations import sentences as declarations
from lachan.surveillance.laboratory import sentences as laboratory
from lachan.surveillance.orders import sentences as orders

SENTENCES: Final[dict[str, Any]] = {
    **laboratory.SENTENCES,
    **cases.SENTENCES,
    **orders.SENTENCES,
    **declarations.SENTENCES,
}
