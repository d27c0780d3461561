"""Verbs of the work with contacts. Calls before handing over, so that a slice of a day ends as it happened."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.tracing.work import bodies, calls, handovers, officers, papers

VERBS: Final[dict[str, Verb]] = {
    "contact.add": Verb(160, bodies.AddIn, officers.add_contacts, False),
    "contact.call": Verb(161, bodies.CallIn, calls.record_calls, False),
    "contact.follow_up": Verb(162, bodies.CallIn, calls.record_follow_ups, False),
    "contact.quarantine": Verb(163, bodies.QuarantineIn, calls.quarantined, False),
    "contact.undo": Verb(164, bodies.UndoIn, calls.undo_calls, False),
    "contact.assign": Verb(165, bodies.AssignIn, officers.assign, False),
    "contact.handover": Verb(166, bodies.HandoverIn, handovers.offer, False),
    "contact.accept": Verb(167, bodies.AcceptIn, handovers.accept, False),
    "contact.return": Verb(168, bodies.ReturnIn, handovers.give_back, False),
    "contact.order": Verb(169, bodies.QuarantineOrderIn, papers.order, False),
    "contact.release": Verb(169, bodies.LetGoIn, officers.release, False),
    "contact.capacity": Verb(170, bodies.CapacityIn, officers.set_capacity, False),
}
