"""Tables of tracing, by topic."""

from __future__ import annotations

from lachan.tracing.models.encounters import Encounter, TemporaryKey, UploadPermit
from lachan.tracing.models.evidence import Group, Membership
from lachan.tracing.models.lists import CaseList, CaseStay, Link, Request, Watch
from lachan.tracing.models.visits import Deletion, DoorDevice, RefusedVisit, Subject, Visit, VisitBatch, VisitCall
from lachan.tracing.models.work import Call, Capacity, Handover, Named, Task

__all__ = [
    "Call",
    "Capacity",
    "CaseList",
    "CaseStay",
    "Deletion",
    "DoorDevice",
    "Encounter",
    "Group",
    "Handover",
    "Link",
    "Membership",
    "Named",
    "RefusedVisit",
    "Request",
    "Subject",
    "Task",
    "TemporaryKey",
    "UploadPermit",
    "Visit",
    "VisitBatch",
    "VisitCall",
    "Watch",
]
