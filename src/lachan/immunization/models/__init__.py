"""Tables of the immunization room."""

from lachan.immunization.models.duplicates import DosePair
from lachan.immunization.models.harm import HarmSignal, ReactionCase, ReactionFact, ReportCode
from lachan.immunization.models.person import (
    Dose,
    DoseCorrection,
    Encounter,
    NotGiven,
    Reaction,
    Screening,
)
from lachan.immunization.models.planning import Explanation, SessionPlan, Tally
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
from lachan.immunization.models.supply import (
    AllocationLine,
    AllocationPlan,
    ColdDevice,
    Excursion,
    LotStatus,
    Message,
    TemperatureLog,
)

__all__ = [
    "AllocationLine", "AllocationPlan", "BoosterRule", "Box", "ColdDevice", "Discrepancy", "Dose", "DoseCorrection",
    "DosePair", "Encounter", "Excursion", "Explanation", "HarmSignal", "Lot", "LotStatus", "Message", "MixingRule",
    "NotGiven", "Product", "ProductRule", "Reaction", "ReactionCase", "ReactionFact", "ReportCode", "Screening",
    "ScreeningForm", "Session", "SessionPlan", "Stock", "StockMovement", "Tally", "TemperatureLog", "TradeItem",
    "Transfer", "TransferLine", "Vial",
]  # fmt: skip
