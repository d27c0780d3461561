"""Sessions to come, and the tally at closing time."""

from lachan.immunization.bodies import planning as bodies
from lachan.immunization.operations import planning, tally
from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {
    "session.plan": Verb(5, bodies.SessionPlanIn, planning.plan_sessions, True),
    "session.replan": Verb(6, bodies.SessionReplanIn, planning.replan_sessions, True),
    "session.staff": Verb(7, bodies.SessionStaffIn, planning.staff_sessions, True),
    "session.cancel": Verb(8, bodies.SessionCancelIn, planning.cancel_sessions, True),
    "tally.enter": Verb(120, bodies.TallyIn, tally.enter_tallies, True),
    "tally.correct": Verb(121, bodies.TallyCorrectIn, tally.correct_tallies, True),
    "debt.explain": Verb(122, bodies.DebtExplainIn, tally.explain_debts, True),
    "debt.accept": Verb(123, bodies.DebtAcceptIn, tally.accept_debts, True),
}
