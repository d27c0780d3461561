"""The vaccination day."""

from lachan.immunization import operations
from lachan.immunization.bodies import day as bodies
from lachan.immunization.verbs.base import Verb

VERBS = {
    "session.open": Verb(10, bodies.SessionOpenIn, operations.open_sessions, True),
    "arrival.record": Verb(30, bodies.ArrivalIn, operations.record_arrivals, True),
    "screening.record": Verb(40, bodies.ScreeningIn, operations.record_screenings, True),
    "dose.record": Verb(50, bodies.DoseIn, operations.record_doses, True),
    "not_given.record": Verb(60, bodies.NotGivenIn, operations.record_not_given, True),
    "reaction.record": Verb(70, bodies.ReactionIn, operations.record_reactions, False),
    "release.record": Verb(80, bodies.ReleaseIn, operations.record_releases, True),
    "dose.amend": Verb(90, bodies.AmendIn, operations.amend_doses, False),
    "dose.void": Verb(100, bodies.VoidIn, operations.void_doses, False),
    "session.close": Verb(110, bodies.SessionCloseIn, operations.close_sessions, True),
}
