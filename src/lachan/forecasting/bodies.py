"""What is said of alarms."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Reason = Annotated[str, Meta(min_length=3, max_length=500)]


class AlarmAcknowledgeIn(msgspec.Struct, forbid_unknown_fields=True):
    """``alarm.acknowledge``: somebody has seen the alarm, and what they make of it."""

    alarm: UUID
    reason: Reason


class AlarmFollowIn(msgspec.Struct, forbid_unknown_fields=True):
    """``alarm.follow``: the alarm is this cluster of cases, by its name or the code of one of them."""

    alarm: UUID
    cluster: Annotated[str, Meta(min_length=1, max_length=40)]
    reason: Annotated[str, Meta(max_length=500)] = ""


class AlarmCloseIn(msgspec.Struct, forbid_unknown_fields=True):
    """``alarm.close``: what came of the alarm; with ``nothing_found`` it was false."""

    alarm: UUID
    outcome: Literal["outbreak", "known_cause", "data_error", "nothing_found"]
    reason: Reason
