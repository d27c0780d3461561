"""The stock book."""

from lachan.immunization import operations
from lachan.immunization.bodies import stock as bodies
from lachan.immunization.verbs.base import Verb

VERBS = {
    "stock.move": Verb(0, bodies.StockIn, operations.move_stock, True),
}
