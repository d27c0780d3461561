"""Reactions after a dose and what is found out about them."""

from lachan.immunization import operations
from lachan.immunization.bodies import harm as bodies
from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {
    "reaction.report": Verb(72, bodies.ReactionReportIn, operations.report_reactions, False),
    "reaction.follow_up": Verb(73, bodies.ReactionFollowUpIn, operations.follow_up, False),
    "reaction.notify": Verb(74, bodies.CaseIn, operations.notify, False),
    "reaction.acknowledge": Verb(75, bodies.CaseIn, operations.acknowledge, False),
    "reaction.remind": Verb(75, bodies.CaseIn, operations.remind, False),
    "reaction.escalate": Verb(75, bodies.CaseIn, operations.escalate, False),
    "reaction.investigate": Verb(76, bodies.InvestigateIn, operations.investigate, False),
    "reaction.classify": Verb(77, bodies.ClassifyIn, operations.classify, False),
    "reaction.close": Verb(78, bodies.CloseIn, operations.close, False),
    "session.halt": Verb(109, bodies.SessionHaltIn, operations.halt_sessions, True),
}
