"""The stock book, to the vial."""

from lachan.immunization.bodies import stock as bodies
from lachan.immunization.operations import stock, transfers, vials
from lachan.immunization.verbs.base import Verb

# A vial is opened before doses are drawn from it, and thrown away before doses are read that were drawn earlier: these
# take their places back from the waste, so that times decide and not the order of arrival.
VERBS = {
    "stock.move": Verb(0, bodies.StockIn, stock.move_stock, True),
    "gtin.teach": Verb(0, bodies.GtinTeachIn, stock.teach_gtins, True),
    "transfer.send": Verb(1, bodies.TransferSendIn, transfers.send_transfers, True),
    "transfer.receive": Verb(2, bodies.TransferReceiveIn, transfers.receive_transfers, True),
    "transfer.cancel": Verb(3, bodies.TransferCancelIn, transfers.cancel_transfers, True),
    "vial.open": Verb(25, bodies.VialOpenIn, vials.open_vials, True),
    "vial.discard": Verb(45, bodies.VialDiscardIn, vials.discard_vials, True),
    "stock.count": Verb(104, bodies.CountIn, stock.count_stock, True),
    "stock.explain": Verb(105, bodies.ExplainIn, stock.explain, True),
}
