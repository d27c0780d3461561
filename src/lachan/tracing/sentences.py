"""Every reason an outcome of this room can carry, as a sentence: each topic adds its table here."""

from __future__ import annotations

from typing import Any, Final

from lachan.tracing.evidence import sentences as evidence
from lachan.tracing.visits import sentences as visits
from lachan.tracing.work import sentences as work

SENTENCES: Final[dict[str, Any]] = {
    **evidence.SENTENCES,
    **visits.SENTENCES,
    **work.SENTENCES,
}
