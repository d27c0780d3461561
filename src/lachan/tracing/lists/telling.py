"""What people under watch are told at once: that they were exposed, what to do, and when it is over. Never of whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import psycopg

from lachan.immunization.operations.messages import (
    MOST_QUEUED,
    Claimed,
    NewMessage,
    check_before_sending,
    queue_messages,
    sent,
)
from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.tracing.engine.rules import ZONE
from lachan.tracing.lists.watches import Followed
from lachan.tracing.work.facts import OPENED, RELEASED

EXPOSED: Final = {1: "exposure_f1", 2: "exposure_f2"}
OVER: Final = "exposure_released"
_ROOM: Final = UUID("0b6e6e00-7c5b-5d0e-9a51-1f0f1f2f3f4f")


def tell(cursor: psycopg.Cursor[Any], followed: Sequence[Followed], *, now: datetime) -> None:
    """Queue a message for everybody newly under watch, and for everybody released; in the caller's transaction."""
    messages = []
    for change, last, _ in followed:
        if change.what == OPENED and last is not None:
            template, cause, day = EXPOSED[change.level], change.watch_id, last.astimezone(ZONE).date()
            params = {"until": f"{change.until:%d/%m/%Y}"}
        elif change.what == RELEASED:
            template, cause, day = OVER, uuid5(_ROOM, f"{change.watch_id} released"), None
            params = {"watch": str(change.watch_id)}
        else:
            continue
        about = NewMessage(change.person_id, cause, template, params, residence_id=change.area_id, given_on=day)
        messages.append(about)
    for start in range(0, len(messages), MOST_QUEUED):
        queue_messages(cursor, messages[start : start + MOST_QUEUED], now=now)


def _still_open(cursor: psycopg.Cursor[Any], messages: Sequence[Claimed]) -> dict[tuple[UUID, UUID], str]:
    """An exposure that was taken back before its message went out is not told any more."""
    people, watches = [m.person_id for m in messages], [m.cause_id for m in messages]
    arrays.execute(cursor, load("tracing", "watches_still_open"), [people, watches, people])
    standing = {(row[0], row[1]) for row in cursor.fetchall()}
    return {(m.person_id, m.cause_id): "released" for m in messages if (m.person_id, m.cause_id) not in standing}


def _was_told(cursor: psycopg.Cursor[Any], messages: Sequence[Claimed]) -> dict[tuple[UUID, UUID], str]:
    """Nobody is told that something is over of which they were never told."""
    told = sent(cursor, [(m.person_id, UUID(m.params["watch"])) for m in messages])
    return {
        (m.person_id, m.cause_id): "never_told" for m in messages if (m.person_id, UUID(m.params["watch"])) not in told
    }


check_before_sending(OVER, _was_told)
for _template in EXPOSED.values():
    check_before_sending(_template, _still_open)
