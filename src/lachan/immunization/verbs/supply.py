"""Plans, temperatures and recalls."""

from lachan.immunization.bodies import supply as bodies
from lachan.immunization.operations import cold, lots, plans, recalls
from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {
    "lot.quarantine": Verb(5, bodies.LotMarkIn, lots.mark_lots, False),
    "lot.recall": Verb(5, bodies.LotMarkIn, lots.mark_lots, False),
    "lot.release": Verb(6, bodies.LotReleaseIn, lots.release_lots, False),
    "message.reach": Verb(120, bodies.ReachIn, recalls.reach_people, False),
    "allocation.plan": Verb(1, bodies.PlanIn, plans.plan_doses, False),
    "allocation.ask": Verb(2, bodies.AskIn, plans.ask_doses, False),
    "allocation.give": Verb(3, bodies.GiveIn, plans.give_doses, False),
    "cold.device": Verb(1, bodies.DeviceIn, cold.register_devices, True),
    "excursion.record": Verb(2, bodies.ExcursionIn, cold.record_excursions, True),
    "excursion.decide": Verb(3, bodies.ExcursionDecideIn, cold.decide_excursions, True),
}
