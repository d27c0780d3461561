"""Tables of the immunization room."""

from lachan.immunization.models.person import (
    Dose,
    DoseCorrection,
    Encounter,
    NotGiven,
    Reaction,
    Screening,
)
from lachan.immunization.models.reference import BoosterRule, Lot, MixingRule, Product, ProductRule, ScreeningForm
from lachan.immunization.models.station import Session
from lachan.immunization.models.stock import (
    Box,
    Discrepancy,
    Stock,
    StockMovement,
    TradeItem,
    Transfer,
    TransferLine,
    Vial,
)

__all__ = [
    "BoosterRule", "Box", "Discrepancy", "Dose", "DoseCorrection", "Encounter", "Lot", "MixingRule", "NotGiven",
    "Product", "ProductRule", "Reaction", "Screening", "ScreeningForm", "Session", "Stock", "StockMovement",
    "TradeItem", "Transfer", "TransferLine", "Vial",
]  # fmt: skip
