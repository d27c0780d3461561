"""Groups of people at the door of commands."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.tracing.evidence import bodies, operations

VERBS: Final[dict[str, Verb]] = {
    "group.record": Verb(150, bodies.GroupIn, operations.record_groups, False),
    "group.join": Verb(151, bodies.MemberIn, operations.join_groups, False),
    "group.part": Verb(152, bodies.PartIn, operations.part_groups, False),
}
