"""Plans, temperatures and recalls."""

from lachan.immunization import operations
from lachan.immunization.bodies import supply as bodies
from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {
    "lot.quarantine": Verb(5, bodies.LotMarkIn, operations.mark_lots, False),
    "lot.recall": Verb(5, bodies.LotMarkIn, operations.mark_lots, False),
    "lot.release": Verb(6, bodies.LotReleaseIn, operations.release_lots, False),
}
