"""The answer on its way to the person: a message that names nobody and says nothing of what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import psycopg

from lachan.certificates.corrections.facts import RequestRow
from lachan.certificates.corrections.rules import VIETNAM, State
from lachan.immunization.operations.messages import NewMessage, queue_messages

_CAUSES: Final = UUID("0a3c1c56-7c64-5d0e-9b0e-6a5f1f0c9d11")
_TEMPLATES: Final = {
    State.DONE: "correction_answered",
    State.REFUSED: "correction_answered",
    State.NEEDS_MORE: "correction_asked_more",
}


def tell(cursor: psycopg.Cursor[Any], row: RequestRow, now: datetime) -> None:
    """Queue a message when the request is answered or asks the person something; one for each such step."""
    template = _TEMPLATES.get(row.state)
    if template is None:
        return
    message = NewMessage(
        row.person_id,
        uuid5(_CAUSES, f"{row.id}:{row.version}"),
        template,
        {"asked": row.asked_at.astimezone(VIETNAM).strftime("%d/%m/%Y")},
        residence_id=row.owner_area_id,
        facility_id=row.owner_facility_id,
        language=row.language,
    )
    queue_messages(cursor, [message], now=now)
