"""Reactions after a dose and what is found out about them."""

from lachan.immunization.bodies import harm as bodies
from lachan.immunization.operations import case_steps, reactions
from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {
    "reaction.report": Verb(72, bodies.ReactionReportIn, reactions.report_reactions, False),
    "reaction.follow_up": Verb(73, bodies.ReactionFollowUpIn, reactions.follow_up, False),
    "reaction.notify": Verb(74, bodies.CaseIn, case_steps.notify, False),
    "reaction.acknowledge": Verb(75, bodies.CaseIn, case_steps.acknowledge, False),
    "reaction.remind": Verb(75, bodies.CaseIn, case_steps.remind, False),
    "reaction.escalate": Verb(75, bodies.CaseIn, case_steps.escalate, False),
    "reaction.investigate": Verb(76, bodies.InvestigateIn, case_steps.investigate, False),
    "reaction.classify": Verb(77, bodies.ClassifyIn, case_steps.classify, False),
    "reaction.close": Verb(78, bodies.CloseIn, case_steps.close, False),
    "session.halt": Verb(109, bodies.SessionHaltIn, case_steps.halt_sessions, True),
}
