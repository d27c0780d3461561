"""Names this room and the rooms above agree on."""

from __future__ import annotations

from typing import Final

WIRE_CONTEXT: Final = "certificates_card.sealed"  # what a sealed card is bound to
