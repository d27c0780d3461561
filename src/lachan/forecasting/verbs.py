"""The verbs this room brings to the door of commands."""

from __future__ import annotations

from typing import Final

from lachan.forecasting import alarms, bodies
from lachan.immunization.verbs.base import Verb

VERBS: Final[dict[str, Verb]] = {
    "alarm.acknowledge": Verb(180, bodies.AlarmAcknowledgeIn, alarms.acknowledge, False),
    "alarm.follow": Verb(181, bodies.AlarmFollowIn, alarms.to_cluster, False),
    "alarm.close": Verb(182, bodies.AlarmCloseIn, alarms.close, False),
}
